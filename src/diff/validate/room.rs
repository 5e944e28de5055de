//! The room that validators run in: namespaces of its own, in which the staged
//! files lie over the host's and nothing written reaches it. What is asked, and
//! what the answers mean, is not known here.
#![expect(
    clippy::disallowed_methods,
    reason = "this is what writes staged files, runs programs and looks at the clock"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid};
use tempfile::TempDir;

use super::super::ask::reader;

/// Mounts, copies the files and runs every validator.
const SCRIPT: &str = include_str!("room.sh");
/// What a validator is given.
/// Source: a guess; the slowest here, systemd-analyze, takes 2 s on a cold cache.
pub(super) const SECONDS: u64 = 5;
/// What all of it may take: they run beside each other.
/// Source: a guess; the time of one, and as much for mounting and copying.
const ALL: Duration = Duration::from_secs(3 * SECONDS);
/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(5);
/// What programs write beside their logs: it lies under an overlay where it can.
/// Source: hier(7).
const STATE: &[&str] = &["/run", "/tmp", "/var/cache", "/var/lib", "/var/tmp"];
/// Where programs are, whatever the caller's environment says.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A file as it would be.
pub(super) struct StagedFile<'a> {
    pub(super) path: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) mode: u32,
    /// `user:group`, where it is known.
    pub(super) owner: Option<&'a str>,
}

/// What is run, and with what.
#[derive(Clone)]
pub(super) struct Question {
    /// Lines of a shell, which know `FILE`, `MAIN` and `SCRATCH`.
    pub(super) script: String,
    pub(super) file: String,
    pub(super) main: String,
    pub(super) account: String,
    /// Each with a colon behind it.
    pub(super) directories: String,
    pub(super) network: bool,
    /// The file itself, where it is asked about alone and not in its place.
    pub(super) content: Option<Vec<u8>>,
}

/// How a validator ended and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// 124 and 137 where it was ended for being late.
    /// Source: timeout(1).
    pub(super) status: i32,
    pub(super) said: String,
}

/// Asks all of them, in their order; or why none could be asked.
pub(super) fn ask(
    staged: &[StagedFile<'_>],
    questions: &[Question],
) -> Result<Vec<Answer>, String> {
    let work = write(staged, questions)?;
    let is_root = Uid::effective().is_root();
    let mut command = Command::new("unshare");
    command.args([
        "--mount",
        "--pid",
        "--ipc",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]);
    if !is_root {
        command.args(["--user", "--map-root-user"]);
    }
    command
        .args(["sh", "-c", SCRIPT, "tune"])
        .arg(work.path())
        .args([questions.len().to_string(), SECONDS.to_string()])
        .env_clear()
        .env("PATH", PATH)
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let child = command
        .spawn()
        .map_err(|error| format!("unshare cannot be run: {error}"))?;
    let said = run(child)?;
    let answers = parse(&said, questions.len(), work.path());
    answers.ok_or_else(|| "the validators' answers are not whole".to_owned())
}

fn write(staged: &[StagedFile<'_>], questions: &[Question]) -> Result<TempDir, String> {
    let made = tempfile::Builder::new()
        .prefix("tune-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir();
    let failed = |error: io::Error| format!("the files cannot be staged: {error}");
    let work = made.map_err(failed)?;
    fill(work.path(), staged, questions).map_err(failed)?;
    Ok(work)
}

fn fill(work: &Path, staged: &[StagedFile<'_>], questions: &[Question]) -> io::Result<()> {
    let overlays = overlays(staged);
    let list = overlays.iter().enumerate();
    let list = list.map(|(n, (directory, need))| format!("{n} {need} {}\n", directory.display()));
    fs::write(work.join("overlays"), list.collect::<String>())?;
    if !Uid::effective().is_root() {
        fs::write(work.join("mapped"), "")?;
    }
    let mut files = String::new();
    for (n, file) in staged.iter().enumerate() {
        let (user, group) = file
            .owner
            .and_then(|owner| owner.split_once(':'))
            .unwrap_or(("root", "root"));
        let above = above(file.path, &overlays);
        let _ = writeln!(
            files,
            "{:04o} {user} {group}\n{}\n{above}",
            file.mode, file.path
        );
        fs::write(work.join(format!("f{n}")), file.bytes)?;
    }
    fs::write(work.join("files"), files)?;
    for (n, question) in questions.iter().enumerate() {
        let directory = work.join(format!("q{n}"));
        fs::create_dir(&directory)?;
        let network = if question.network { "yes" } else { "no" };
        let words = [
            ("file", question.file.as_str()),
            ("main", &question.main),
            ("account", &question.account),
            ("directories", &question.directories),
            ("network", network),
            ("script", &question.script),
        ];
        for (name, text) in words {
            fs::write(directory.join(name), format!("{text}\n"))?;
        }
        if let Some(content) = &question.content {
            fs::write(directory.join("content"), content)?;
        }
    }
    Ok(())
}

/// The directories that are laid over, an outer one before those in it: where
/// files go, and where programs write.
fn overlays(staged: &[StagedFile<'_>]) -> Vec<(PathBuf, &'static str)> {
    let must = staged.iter().filter_map(|file| there(Path::new(file.path)));
    let must: BTreeSet<PathBuf> = must.collect();
    let state = STATE.iter().filter_map(|one| fs::canonicalize(one).ok());
    let state = state.filter(|one| one.is_dir());
    let state: BTreeSet<PathBuf> = state.collect();
    let all: BTreeSet<&PathBuf> = must.union(&state).collect();
    let mut laid: Vec<(PathBuf, &'static str)> = Vec::new();
    for directory in all {
        let holds = |outer: &Path| directory.starts_with(outer) && same_device(directory, outer);
        if laid.iter().any(|(outer, _)| holds(outer)) {
            continue;
        }
        let needed = must.iter().any(|one| one.starts_with(directory));
        let need = if needed { "must" } else { "may" };
        laid.push((directory.clone(), need));
    }
    laid
}

/// Where a file goes in the layer above the directory that holds it: the
/// innermost, which alone is seen.
fn above(path: &str, overlays: &[(PathBuf, &'static str)]) -> String {
    let path = Path::new(path);
    let mut ancestors = path.ancestors().skip(1);
    let found = ancestors.find(|above| above.is_dir());
    let rest = found.and_then(|above| path.strip_prefix(above).ok());
    let found = found.and_then(|above| fs::canonicalize(above).ok());
    let whole = found.zip(rest).map(|(above, rest)| above.join(rest));
    let layers = overlays.iter().enumerate().rev();
    let mut layers = layers.filter_map(|(n, (directory, _))| {
        let rest = whole.as_deref()?.strip_prefix(directory).ok()?;
        Some(format!("{n}/above/{}", rest.display()))
    });
    layers.next().unwrap_or_default()
}

/// The deepest directory on the way to a path that is there, as the kernel has it.
fn there(path: &Path) -> Option<PathBuf> {
    let found = path.ancestors().skip(1).find(|above| above.is_dir())?;
    fs::canonicalize(found).ok()
}

fn same_device(one: &Path, other: &Path) -> bool {
    let device = |path| fs::metadata(path).map(|found| found.dev()).ok();
    device(one).is_some() && device(one) == device(other)
}

/// What the script printed, unless it is late.
fn run(mut child: Child) -> Result<Vec<u8>, String> {
    let until = Instant::now() + ALL;
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let late = || "the validators gave no answer in time".to_owned();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < until => std::thread::sleep(PAUSE),
            Ok(None) => {
                end(&mut child);
                return Err(late());
            }
            Err(error) => return Err(error.to_string()),
        }
    };
    let out = out.recv_timeout(ALL).map_err(|_| late())?;
    if status.success() {
        return Ok(out);
    }
    let err = err.recv_timeout(ALL).map_err(|_| late())?;
    let err = String::from_utf8_lossy(&err).into_owned();
    let line = err.lines().rfind(|line| !line.trim().is_empty());
    let line = line.unwrap_or("it failed and said nothing");
    Err(format!("no private copy of the files can be made: {line}"))
}

/// It, and with it all that runs in its namespaces.
fn end(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.wait();
}

/// The answers, one for each question. A validator's words name no directory
/// of this room.
fn parse(said: &[u8], count: usize, work: &Path) -> Option<Vec<Answer>> {
    let mut answers = Vec::with_capacity(count);
    let mut rest = said;
    for n in 0..count {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (head, after) = (rest.get(..end)?, rest.get(end + 1..)?);
        let mut words = std::str::from_utf8(head).ok()?.split(' ');
        (words.next()? == n.to_string()).then_some(())?;
        let status = words.next()?.parse().ok()?;
        let size: usize = words.next()?.parse().ok()?;
        let text = String::from_utf8_lossy(after.get(..size)?);
        let scratch = format!("{}/s{n}/", work.display());
        answers.push(Answer {
            status,
            said: text.replace(&scratch, ""),
        });
        rest = after.get(size + 1..)?;
    }
    Some(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_by_their_length() {
        let said = b"0 0 0\n\n1 1 13\n1 1 3\nab\nc /w/s1/x\n2 124 10\n/w/s2/x.js\n";
        let found = parse(b"0 0 0\n\n1 1 8\n2 0 1\nx\n\n", 2, Path::new("/w")).unwrap();
        assert_eq!(found[1].said, "2 0 1\nx\n");
        assert!(
            parse(said, 3, Path::new("/w")).is_none(),
            "a wrong length is no answer"
        );
        let found = parse(b"0 124 10\n/w/s0/x.js\n", 1, Path::new("/w")).unwrap();
        assert_eq!((found[0].status, found[0].said.as_str()), (124, "x.js"));
        assert!(parse(b"0 1 400\nx", 1, Path::new("/w")).is_none());
        assert!(parse(b"", 1, Path::new("/w")).is_none());
    }

    #[test]
    fn an_outer_directory_holds_those_in_it() {
        let file = |path| StagedFile {
            path,
            bytes: b"",
            mode: 0o644,
            owner: None,
        };
        let staged = [
            file("/usr/lib/no-such/conf.d/x.conf"),
            file("/usr/no-such.conf"),
            file("/usr/bin/no-such"),
        ];
        let laid = overlays(&staged);
        let must: Vec<_> = laid.iter().filter(|(_, need)| *need == "must").collect();
        assert_eq!(must.len(), 1, "{laid:?}");
        assert_eq!(must[0].0, Path::new("/usr"));
        let n = laid.iter().position(|one| one == must[0]).unwrap();
        let place = format!("{n}/above/lib/no-such/conf.d/x.conf");
        assert_eq!(above(staged[0].path, &laid), place);
        assert!(overlays(&[]).iter().all(|(_, need)| *need == "may"));
    }
}
