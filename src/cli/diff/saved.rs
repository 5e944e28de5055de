//! `--plan FILE`: the difference as a file for `apply`. It holds the files'
//! content, so that nobody but its owner may read it, and it is there whole or
//! not at all.
#![expect(clippy::disallowed_methods, reason = "it writes a file")]

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::super::CliError;
use super::super::tree::beside;
use crate::diff::{Differences, HostFiles, SavedPlan, UnsavedError};
use crate::plan::Plan;

pub(super) fn save(
    path: &Path,
    host: &HostFiles,
    root: &Path,
    plan: &Plan,
    found: &Differences,
) -> Result<(), CliError> {
    if let Some(moved) = host.moved().first() {
        return Err(CliError::refused(
            format!("not saved: {moved}"),
            "a plan is of one state of the files",
        ));
    }
    let root = root
        .canonicalize()
        .map_err(|error| CliError::file("find", root, error))?;
    let link = |path: &str| host.link(path);
    let saved = SavedPlan::of(plan, &root.to_string_lossy(), host, &link, found);
    let saved = saved.map_err(|error| match error {
        UnsavedError::Json(error) => CliError::Json(error),
        UnsavedError::Unread(trouble) => CliError::refused(
            format!("not saved: {trouble}"),
            "what it would replace must be known: mend that first",
        ),
    })?;
    write(path, &saved.document()?)
}

/// Only another saved plan is replaced: a word too few on the command line must
/// not cost a file.
pub(super) fn replaceable(path: &Path) -> Result<(), CliError> {
    let refused = |what: &str| {
        let message = format!("{} {what}", path.display());
        Err(CliError::refused(message, "name a new file with --plan"))
    };
    if path == Path::new("-") {
        return Err(CliError::refused(
            "a saved plan goes to a file, not to stdout",
            "name one with --plan, or take --format json",
        ));
    }
    let found = match path.symlink_metadata() {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(CliError::file("write", path, error)),
    };
    if found.is_symlink() {
        return refused("is a link: it is not followed");
    }
    if !found.is_file() {
        return refused("is no file");
    }
    let bytes = std::fs::read(path).map_err(|error| CliError::file("read", path, error))?;
    if SavedPlan::is_one(&bytes) {
        Ok(())
    } else {
        refused("is there and is no saved plan: it is not replaced")
    }
}

/// Under another name first, which nothing else has: no link is followed there
/// either.
fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |error| CliError::file("write", path, error);
    let (staged, mut file) = create(path).map_err(failed)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&staged, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&staged);
    }
    written.map_err(failed)?;
    // The name is on the disk once its directory is.
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let directory = File::open(parent.unwrap_or_else(|| Path::new(".")));
    let _ = directory.and_then(|directory| directory.sync_all());
    Ok(())
}

fn create(path: &Path) -> std::io::Result<(PathBuf, File)> {
    let staged = beside(path);
    let open = || {
        let mut options = OpenOptions::new();
        options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&staged)
    };
    let opened = match open() {
        // What a killed run left; an unlink follows nothing.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            std::fs::remove_file(&staged)?;
            open()
        }
        opened => opened,
    };
    opened.map(|file| (staged, file))
}
