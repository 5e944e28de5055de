//! A revision of the repository that a file is in: its files as git keeps them.
//! git is asked for what it has stored; nothing is checked out, written or
//! fetched.
#![expect(clippy::disallowed_methods, reason = "it runs git")]

use std::io::{self, ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use super::CliError;
use super::file::LARGEST_FILE;

/// One commit of a repository.
pub(super) struct Revision {
    /// The repository's working tree, links resolved.
    top: PathBuf,
    /// Its full name.
    commit: String,
    /// As the person named it.
    name: String,
}

const NO_REPOSITORY: &str = "--git compares with what git has stored of these files: run it in a checkout, or compare two directories with --from and --to";

impl Revision {
    /// A revision of the repository that a directory is in.
    pub(super) fn find(directory: &Path, name: &str) -> Result<Self, CliError> {
        let directory = if directory == Path::new("") {
            Path::new(".")
        } else {
            directory
        };
        let top = text(git(directory, &["rev-parse", "--show-toplevel"]), directory)?;
        let unknown = || {
            let message = format!("git knows no commit '{}'", name.escape_default());
            CliError::refused(message, "a branch, a tag, a commit, or HEAD~1")
        };
        // It is never taken for an option, nor for more than one line.
        if name.starts_with('-') || name.contains(char::is_control) || name.is_empty() {
            return Err(unknown());
        }
        let wanted = format!("{name}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
        let mut command = git(directory, &words);
        command.arg(&wanted);
        let commit = text(command, directory).map_err(|_| unknown())?;
        Ok(Self {
            top: PathBuf::from(top),
            commit,
            name: name.to_owned(),
        })
    }

    /// As the person named it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// A path from the top of the repository; nothing where it is not in it.
    pub(super) fn below(&self, path: &Path) -> Option<String> {
        let plain = plain(&std::path::absolute(path).ok()?);
        let below = match plain.strip_prefix(&self.top) {
            Ok(below) => below.to_owned(),
            Err(_) => resolved(&plain)?.strip_prefix(&self.top).ok()?.to_owned(),
        };
        let below = below.to_str()?;
        (!below.contains(['\n', '\0'])).then(|| below.to_owned())
    }

    /// Whether a file is there.
    pub(super) fn has(&self, below: &str) -> bool {
        matches!(self.stored(below), Ok(Stored::Blob { .. } | Stored::Other))
    }

    /// All of a file.
    pub(super) fn read(&self, path: &Path, below: &str) -> Result<Vec<u8>, CliError> {
        let failed = |kind: ErrorKind| {
            let shown = format!("{}:{}", self.name, path.display());
            CliError::file("read", shown, io::Error::from(kind))
        };
        let (id, size) = match self.stored(below)? {
            Stored::Blob { id, size } => (id, size),
            Stored::Other => {
                let message = format!("{}:{} is no file", self.name, path.display());
                return Err(CliError::refused(message, "name a file of the repository"));
            }
            Stored::Nothing => return Err(failed(ErrorKind::NotFound)),
        };
        if size > LARGEST_FILE {
            return Err(failed(ErrorKind::FileTooLarge));
        }
        output(git(&self.top, &["cat-file", "blob", &id]), b"")
    }

    /// The paths of the files in a directory, from there.
    pub(super) fn list(&self, below: &str) -> Result<Vec<String>, CliError> {
        let words = ["ls-tree", "-r", "-z", "--name-only", "--full-tree"];
        let mut command = git(&self.top, &words);
        command.arg(&self.commit);
        if !below.is_empty() {
            command.arg("--").arg(below);
        }
        let names = output(command, b"")?;
        let names = String::from_utf8_lossy(&names);
        let prefix = format!("{below}/");
        let names = names.split('\0').filter(|name| !name.is_empty());
        let names = names.filter_map(|name| match below {
            "" => Some(name),
            _ => name.strip_prefix(&prefix),
        });
        Ok(names.map(str::to_owned).collect())
    }

    /// What git has at a path, links in the repository followed.
    fn stored(&self, below: &str) -> Result<Stored, CliError> {
        let words = ["cat-file", "--batch-check", "--follow-symlinks"];
        let asked = format!("{}:{below}\n", self.commit);
        let answer = output(git(&self.top, &words), asked.as_bytes())?;
        let answer = String::from_utf8_lossy(&answer);
        let mut words = answer.lines().next().unwrap_or_default().split(' ');
        let (first, kind, size) = (words.next(), words.next(), words.next());
        let is_id = |id: &&str| id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
        Ok(match (first.filter(is_id), kind, size.map(str::parse)) {
            (Some(id), Some("blob"), Some(Ok(size))) => Stored::Blob {
                id: id.to_owned(),
                size,
            },
            (Some(_), Some("tree" | "commit"), _) => Stored::Other,
            // A link out of the repository.
            _ if first == Some("symlink") => Stored::Other,
            // "missing", "dangling", "loop", "notdir".
            _ => Stored::Nothing,
        })
    }
}

enum Stored {
    Blob { id: String, size: u64 },
    Other,
    Nothing,
}

/// git, told to change and to fetch nothing.
fn git(directory: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(directory)
        .args(["-c", "protocol.allow=never"])
        .args(["--no-optional-locks", "--literal-pathspecs", "--no-pager"])
        .args(words)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// One line of git's.
fn text(command: Command, directory: &Path) -> Result<String, CliError> {
    let out = output(command, b"").map_err(|error| match error {
        CliError::Refused { message, .. } if message.contains("not a git repository") => {
            let message = format!("{} is in no git repository", directory.display());
            CliError::refused(message, NO_REPOSITORY)
        }
        other => other,
    })?;
    let out = String::from_utf8(out).unwrap_or_default();
    Ok(out.trim_end_matches('\n').to_owned())
}

/// What git prints; what it says where it fails.
fn output(mut command: Command, input: &[u8]) -> Result<Vec<u8>, CliError> {
    let failed = |error: io::Error| {
        let message = format!("cannot run git: {}", super::error::reason(&error));
        CliError::refused(message, "--git needs git: is it installed?")
    };
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // One short line: it fits the pipe, whether or not git reads it.
        let _ = pipe.write_all(input);
    }
    let done = child.wait_with_output().map_err(failed)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().next().unwrap_or("it failed");
    let said = said
        .trim_start_matches("fatal: ")
        .replace(char::is_control, " ");
    Err(CliError::refused(format!("git: {said}"), NO_REPOSITORY))
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}

/// A path with the links of what is there resolved; the rest may be there in
/// another revision only.
fn resolved(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        let found = above.canonicalize().ok()?;
        Some(if rest == Path::new("") {
            found
        } else {
            found.join(rest)
        })
    })
}
