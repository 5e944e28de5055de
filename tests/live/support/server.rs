//! Servers that end with their test, whether it passes, fails or is killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::command::{command, end_group, spawn, wait};

/// The longest that a start may take, on a busy machine too.
const START: Duration = Duration::from_mins(1);
/// What a server is given to end before it is killed.
const END: Duration = Duration::from_secs(20);

/// A running server.
pub(crate) struct Server {
    name: String,
    child: Child,
    signal: Signal,
    log: PathBuf,
}

impl Server {
    /// Starts it in the foreground, below the account if one is named. The
    /// signal is the one that ends it at once; it gets that too when the test
    /// itself is killed.
    pub(crate) fn start(
        name: &str,
        program: &Command,
        account: Option<&str>,
        signal: Signal,
        directory: &Path,
    ) -> Self {
        let log = directory.join(format!("{name}.log"));
        let output = File::create(&log).unwrap();
        let mut guarded = command("setpriv");
        guarded.args(["--pdeathsig", signal.as_str().trim_start_matches("SIG")]);
        if let Some(account) = account {
            guarded.args(["--reuid", account, "--regid", account, "--clear-groups"]);
        }
        guarded.arg("--").arg(program.get_program());
        guarded.args(program.get_args());
        for (key, value) in program.get_envs() {
            match value {
                Some(value) => guarded.env(key, value),
                None => guarded.env_remove(key),
            };
        }
        if let Some(directory) = program.get_current_dir() {
            guarded.current_dir(directory);
        }
        let child = spawn(&mut guarded, &output, &output);
        Self {
            name: name.to_owned(),
            child,
            signal,
            log,
        }
    }

    /// Waits until it does what is expected of it.
    pub(crate) fn ready(mut self, condition: impl FnMut() -> bool) -> Self {
        self.wait_for("ready", condition);
        self
    }

    /// Waits for something that it will do.
    pub(crate) fn wait_for(&mut self, what: &str, mut condition: impl FnMut() -> bool) {
        let began = Instant::now();
        while !condition() {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{} ended with {status}: {}", self.name, self.log());
            }
            assert!(
                began.elapsed() < START,
                "{} is not {what} after {START:?}: {}",
                self.name,
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until it has printed that.
    pub(crate) fn when_it_says(self, text: &str) -> Self {
        let log = self.log.clone();
        self.ready(|| std::fs::read_to_string(&log).is_ok_and(|log| log.contains(text)))
    }

    /// What it had printed by its own end, if that comes in time.
    pub(crate) fn end(mut self, limit: Duration) -> Option<String> {
        wait(&mut self.child, limit).map(|_| self.log())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it printed.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end_group(&self.child, self.signal);
        let ended = wait(&mut self.child, END);
        // Whatever of its group outlived it.
        end_group(&self.child, Signal::SIGKILL);
        if ended.is_none() {
            let _ = self.child.wait();
        }
    }
}

/// Waits for what a server that has left its starter will do.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let began = Instant::now();
    while !condition() {
        assert!(began.elapsed() < START, "{what}: not after {START:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The processes that a process started and that still run, by command line.
pub(crate) fn children(pid: u32) -> Vec<(u32, String)> {
    let lists = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let mut found = Vec::new();
    for task in lists {
        let list = task.unwrap().path().join("children");
        for child in std::fs::read_to_string(list)
            .unwrap_or_default()
            .split_whitespace()
        {
            let line = std::fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            found.push((child.parse().unwrap(), line));
        }
    }
    found
}
