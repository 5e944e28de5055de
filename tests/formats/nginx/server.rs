//! `nginx -t` and `nginx -T` in a directory of their own.

use std::path::Path;
use std::process::{Command, Stdio};

/// What nginx says of a configuration.
pub(super) struct Answer {
    pub(super) accepted: bool,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Tests a configuration; its logs go to stderr.
pub(super) fn test(main: &Path, option: &str) -> Answer {
    let directory = main.parent().unwrap();
    let globals = format!("pid {}/pid; error_log stderr;", directory.display());
    let output = Command::new("/usr/sbin/nginx")
        .args([option, "-p"])
        .arg(directory)
        .arg("-c")
        .arg(main)
        .args(["-g", &globals])
        .stdin(Stdio::null())
        .output()
        .expect("tests/needs installs nginx");
    Answer {
        accepted: output.status.success(),
        stdout: output.stdout,
        stderr: output.stderr,
    }
}

impl Answer {
    /// The first thing that is wrong, and the line that nginx names.
    pub(super) fn wrong(&self) -> Option<(String, u32)> {
        let said = String::from_utf8_lossy(&self.stderr).into_owned();
        let (_, message) = said.split_once("[emerg] ")?;
        // The message quotes the file: its place is the last of it.
        let message = message.split("\nnginx: ").next().unwrap();
        let line = message.rsplit(':').next().unwrap().trim();
        Some((message.to_owned(), line.parse().unwrap_or(0)))
    }
}

/// Whether a message is about words and braces, not about what they mean.
pub(super) fn is_about_words(message: &str) -> bool {
    [
        "unexpected \"",
        "unexpected end of file",
        "too long parameter",
    ]
    .iter()
    .any(|words| message.contains(words))
}
