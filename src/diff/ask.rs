//! Commands that ask running servers, each with a limit of time: a server that
//! hangs costs no more than that, and is told of.
#![expect(
    clippy::disallowed_methods,
    reason = "this is what runs programs and looks at the clock"
)]

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid, User};

use super::runtime::Ask;

/// No answer is longer.
const LONGEST: u64 = 4 << 20;
/// How often a command is looked at that has not ended.
const PAUSE: Duration = Duration::from_millis(5);

/// Asks until a moment, and no command longer than its part.
pub struct Commands {
    until: Instant,
    each: Duration,
}

impl Commands {
    /// Within so much time in all, and for each command.
    pub fn within(all: Duration, each: Duration) -> Self {
        Self {
            until: Instant::now() + all,
            each,
        }
    }
}

impl Ask for Commands {
    fn ask(
        &self,
        program: &str,
        arguments: &[String],
        user: Option<u32>,
    ) -> Result<String, String> {
        let mut command = as_user(program, user)?;
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir("/")
            .env("LC_ALL", "C")
            // A group of its own: what it starts ends with it.
            .process_group(0);
        let child = command
            .spawn()
            .map_err(|error| format!("{program} cannot be run: {error}"))?;
        let until = self.until.min(Instant::now() + self.each);
        answer(program, child, until)
    }
}

/// As another account where this one may: root asks a server as its owner.
fn as_user(program: &str, user: Option<u32>) -> Result<Command, String> {
    let other = user.filter(|user| Uid::effective().is_root() && *user != 0);
    let Some(other) = other else {
        return Ok(Command::new(program));
    };
    let found = User::from_uid(Uid::from_raw(other)).ok().flatten();
    let name = found
        .ok_or_else(|| format!("user {other} has no name here"))?
        .name;
    let mut command = Command::new("runuser");
    command.args(["-u", name.as_str(), "--", program]);
    Ok(command)
}

fn answer(program: &str, mut child: Child, until: Instant) -> Result<String, String> {
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < until => std::thread::sleep(PAUSE),
            Ok(None) => {
                end(&mut child);
                return Err(format!("{program} gave no answer in time"));
            }
            Err(error) => return Err(format!("{program}: {error}")),
        }
    };
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        let bytes = reader.join().unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let said = text(err);
    if status.success() {
        return Ok(text(out));
    }
    let line = said.lines().find(|line| !line.trim().is_empty());
    Err(format!(
        "{program}: {}",
        line.unwrap_or("it failed and said nothing")
    ))
}

/// The command and what it started.
fn end(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.wait();
}

/// What a stream gives, read beside the waiting, so that no pipe fills up.
fn reader(stream: Option<impl std::io::Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            let _ = stream.take(LONGEST).read_to_end(&mut bytes);
        }
        bytes
    })
}
