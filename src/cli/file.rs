//! Files that a person wrote: regular ones of a bounded size, and text.

use std::path::Path;
use std::sync::Arc;

use super::CliError;
use crate::input::{Problem, Source, Spot};

/// A larger file is none of these.
const LARGEST_FILE: u64 = 1 << 20;
const WHAT: &str = "a profile, stack or template";
const HELP: &str = "a profile or stack is a TOML file, a template is text";

/// Reads a profile, a stack or a template.
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
