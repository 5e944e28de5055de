//! Files that a person wrote: regular ones of a bounded size, and text. They
//! are read through a [`Door`]: from disk, or as a revision of git has them.
#![expect(clippy::disallowed_methods, reason = "it looks for files")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::Revision;
use super::{CliError, templates};
use crate::input::{Problem, Source, Spot};

/// A larger file is none of these.
pub(super) const LARGEST_FILE: u64 = 1 << 20;
const WHAT: &str = "a profile, stack or template";
const HELP: &str = "a profile or stack is a TOML file, a template is text";

/// Where files are read.
#[derive(Clone, Default)]
pub(super) enum Door {
    /// As they are.
    #[default]
    Disk,
    /// As they were, those of a repository.
    Revision(Arc<Revision>),
}

impl Door {
    /// Reads a profile, a stack or a template.
    pub(super) fn read(&self, path: &Path) -> Result<Arc<Source>, CliError> {
        match self.inside(path) {
            Some((revision, below)) => source(path, revision.read(path, &below)?),
            None => read(path),
        }
    }

    /// Whether something is there by that name; of a revision only what is in
    /// its repository is.
    pub(super) fn has(&self, path: &Path) -> bool {
        match (self, self.inside(path)) {
            (_, Some((revision, below))) => revision.has(&below),
            (Self::Revision(_), None) => false,
            (Self::Disk, None) => path.symlink_metadata().is_ok(),
        }
    }

    /// Whether a file is there.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        match self.inside(path) {
            Some((revision, below)) => revision.has(&below),
            None => path.is_file(),
        }
    }

    /// The templates in a directory.
    pub(super) fn templates(&self, directory: &Path) -> Result<Vec<PathBuf>, CliError> {
        match self.inside(directory) {
            Some((revision, below)) => {
                let names = revision.list(&below)?;
                Ok(names.iter().map(|name| directory.join(name)).collect())
            }
            None => templates::found(directory),
        }
    }

    fn inside(&self, path: &Path) -> Option<(&Revision, String)> {
        match self {
            Self::Disk => None,
            Self::Revision(revision) => Some((revision.as_ref(), revision.below(path)?)),
        }
    }
}

/// Reads a profile, a stack or a template from disk.
pub(super) fn read(path: &Path) -> Result<Arc<Source>, CliError> {
    use std::io::Read as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let failed = |error| CliError::file("read", path, error);
    // A pipe without a writer is not waited for.
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
        .open(path)
        .map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(CliError::refused(
            format!("cannot read {}: not a regular file", path.display()),
            HELP,
        ));
    }
    let mut bytes = Vec::new();
    let most = LARGEST_FILE.saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    source(path, bytes)
}

/// What was read is of a bounded size, and text.
fn source(path: &Path, bytes: Vec<u8>) -> Result<Arc<Source>, CliError> {
    if bytes.len() > usize::try_from(LARGEST_FILE).unwrap_or(usize::MAX) {
        let message = format!(
            "{} is too large: {WHAT} has at most {LARGEST_FILE} bytes",
            path.display()
        );
        return Err(CliError::refused(message, "is it the right file?"));
    }
    let text = String::from_utf8(bytes).map_err(|error| not_text(path, &error))?;
    Ok(Source::new(path.display().to_string(), text))
}

/// What stands before the first byte that is no text gives its place.
fn not_text(path: &Path, error: &std::string::FromUtf8Error) -> CliError {
    let at = error.utf8_error().valid_up_to();
    let text = String::from_utf8_lossy(error.as_bytes());
    let source = Source::new(path.display().to_string(), text);
    let message = format!("{} is not UTF-8 text", path.display());
    let problem = Problem::at(&Spot::new(&source, at..at + 1), message).label("not UTF-8");
    CliError::Input(problem.help(HELP).into())
}
