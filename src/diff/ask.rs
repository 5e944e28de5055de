//! Commands that ask running servers, each with a limit of time: a server that
//! hangs costs no more than that, and is told of.
#![expect(
    clippy::disallowed_methods,
    reason = "this is what runs programs and looks at the clock"
)]

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, Uid, User};

use super::runtime::{Ask, Inquiry};

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
    fn ask(&self, inquiry: &Inquiry) -> Result<String, String> {
        let program = inquiry.program;
        let mut command = Command::new(program);
        command
            .args(&inquiry.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir("/")
            .env("LC_ALL", "C")
            .envs(inquiry.environment.iter().map(|(key, value)| (*key, value)))
            // A group of its own: what it starts ends with it.
            .process_group(0);
        as_user(&mut command, inquiry.user)?;
        let child = command
            .spawn()
            .map_err(|error| format!("{program} cannot be run: {error}"))?;
        let until = self.until.min(Instant::now() + self.each);
        answer(program, child, until)
    }
}

/// As another account where this one may: root asks a server as its owner. By
/// number and not through another program: nothing of that account's is run,
/// and no session of it begins.
fn as_user(command: &mut Command, user: Option<u32>) -> Result<(), String> {
    let other = user.filter(|user| Uid::effective().is_root() && *user != 0);
    let Some(other) = other else { return Ok(()) };
    let found = User::from_uid(Uid::from_raw(other)).ok().flatten();
    let found = found.ok_or_else(|| format!("user {other} has no name here"))?;
    command
        .uid(other)
        .gid(found.gid.as_raw())
        .env("USER", &found.name)
        .env("LOGNAME", &found.name)
        .env("HOME", &found.dir);
    Ok(())
}

fn answer(program: &str, mut child: Child, until: Instant) -> Result<String, String> {
    let out = reader(child.stdout.take());
    let err = reader(child.stderr.take());
    let late = || format!("{program} gave no answer in time");
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if Instant::now() < until => std::thread::sleep(PAUSE),
            Ok(None) => {
                end(&mut child);
                return Err(late());
            }
            Err(error) => return Err(format!("{program}: {error}")),
        }
    };
    // What it left behind may hold its streams open.
    let text = |stream: Receiver<Vec<u8>>| {
        let left = until.saturating_duration_since(Instant::now());
        let bytes = stream.recv_timeout(left.max(PAUSE)).map_err(|_| late())?;
        Ok::<_, String>(String::from_utf8_lossy(&bytes).into_owned())
    };
    if status.success() {
        return text(out);
    }
    let said = text(err)?;
    let line = said.lines().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("it failed and said nothing");
    // psql leads with its own name.
    let line = line.strip_prefix(&format!("{program}: ")).unwrap_or(line);
    Err(format!("{program}: {line}"))
}

/// The command and what it started.
fn end(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
    let _ = child.wait();
}

/// What a stream gives, read beside the waiting, so that no pipe fills up.
fn reader(stream: Option<impl std::io::Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            let _ = stream.take(LONGEST).read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

#[cfg(test)]
mod tests;
