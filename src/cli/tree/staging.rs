//! Where the new tree grows: a directory beside the old one, of one name for
//! each target, locked while a render is at work and swept by the next.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::super::CliError;

/// How every name ends that stands for something unfinished.
const ENDING: &str = ".tune-staging";

/// The staging directory of a target; it goes when this is dropped.
pub(super) struct Staging {
    path: PathBuf,
    _lock: File,
}

impl Staging {
    /// Makes it, or takes over the one that a killed render left.
    pub(super) fn beside(directory: &Path) -> Result<Self, CliError> {
        let path = beside(directory);
        let failed = |error| CliError::file("create", &path, error);
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(failed(error));
            }
            _ => {}
        }
        let found = path.symlink_metadata().map_err(failed)?;
        if !found.is_dir() || found.uid() != nix::unistd::geteuid().as_raw() {
            return Err(CliError::refused(
                format!("{} is not a directory of tune's", path.display()),
                "remove it: tune makes it anew",
            ));
        }
        let lock = locked(&path, directory)?;
        // Another render may have finished, and swept it, since it was opened.
        let opened = lock.metadata().map_err(failed)?;
        let same = path
            .symlink_metadata()
            .is_ok_and(|now| (now.dev(), now.ino()) == (opened.dev(), opened.ino()));
        if !same {
            return Err(at_work(directory));
        }
        sweep(&path).map_err(|error| CliError::file("empty", &path, error))?;
        Ok(Self { path, _lock: lock })
    }

    /// A place in it.
    pub(super) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// The name for what is to become `path`, in the same directory.
pub(in crate::cli) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}{ENDING}"))
}

/// Whether a file was on its way to another name when a render was killed.
pub(super) fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(ENDING)
}

/// Holds a directory for this render alone, as long as the file lives.
pub(super) fn locked(path: &Path, directory: &Path) -> Result<File, CliError> {
    let file = File::open(path).map_err(|error| CliError::file("read", path, error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(at_work(directory)),
        // A file system without locks is no reason not to render.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

fn at_work(directory: &Path) -> CliError {
    CliError::refused(
        format!("another render of {} is at work", directory.display()),
        "run it again when that one has ended",
    )
}

fn sweep(path: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
