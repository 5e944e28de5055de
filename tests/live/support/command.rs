//! Programs: where they are, and how they are run without waiting for ever.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// No program that only looks at files takes this long, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(2);

/// Where Debian keeps the programs of the PostgreSQL that is tried.
const POSTGRESQL: &str = "/usr/lib/postgresql/15/bin";

/// A program, or the failure of the test that needs it.
pub(crate) fn program(name: &str) -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.tools");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut places = vec![
        PathBuf::from(POSTGRESQL),
        tools.join("python/bin"),
        tools.join("node/node_modules/.bin"),
    ];
    places.extend(std::env::split_paths(&path));
    places.extend(["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(PathBuf::from));
    places
        .iter()
        .map(|place| place.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: run tests/needs, as root"))
}

/// A command that runs a program.
pub(crate) fn command(name: &str) -> Command {
    Command::new(program(name))
}

/// How a program ended and what it printed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    pub(crate) fn succeeded(&self) -> bool {
        self.code == Some(0)
    }

    /// What it printed, or the failure of the test.
    pub(crate) fn expect(self, what: &str) -> String {
        assert!(self.succeeded(), "{what}: {}", self.said());
        self.stdout
    }

    /// Everything that it printed.
    pub(crate) fn said(&self) -> String {
        format!("{:?} {}{}", self.code, self.stdout, self.stderr)
    }
}

/// Runs a program to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    run_within(PATIENCE, command)
}

/// Runs a program to its end, which comes within that time.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Outcome {
    let mut stdout = tempfile::tempfile().unwrap();
    let mut stderr = tempfile::tempfile().unwrap();
    let mut child = spawn(command, &stdout, &stderr);
    let status = wait(&mut child, limit);
    end_group(&child, Signal::SIGKILL);
    let Some(status) = status else {
        child.wait().unwrap();
        let said = read_back(&mut stdout) + &read_back(&mut stderr);
        panic!("{command:?} did not end in {limit:?}: {said}");
    };
    Outcome {
        code: status.code(),
        stdout: read_back(&mut stdout),
        stderr: read_back(&mut stderr),
    }
}

/// Starts a program in a process group of its own, that prints to files: a
/// pipe would be held open by whatever it leaves behind.
pub(crate) fn spawn(command: &mut Command, stdout: &File, stderr: &File) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(stdout.try_clone().unwrap())
        .stderr(stderr.try_clone().unwrap())
        .process_group(0)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// How it ended, if it did so in time.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if began.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Sends a signal to a program and all that it started in its group.
pub(crate) fn end_group(child: &Child, signal: Signal) {
    let group = Pid::from_raw(i32::try_from(child.id()).unwrap());
    // It may have ended by itself.
    let _ = killpg(group, signal);
}

fn read_back(file: &mut File) -> String {
    use std::io::{Read as _, Seek as _};
    let mut bytes = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
