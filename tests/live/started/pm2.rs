//! PM2 with a home of its own. It runs as its daemon, as on a host: in the
//! foreground it starts a cluster without the arguments of Node.

use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::support::command::{Outcome, command, run};

/// Ended, with all that it started, when it goes.
pub(super) struct Pm2 {
    home: PathBuf,
}

impl Pm2 {
    /// Starts what an ecosystem file says.
    pub(super) fn start(home: PathBuf, ecosystem: &Path) -> Self {
        let pm2 = Self { home };
        let outcome = pm2.say(&["start", ecosystem.to_str().unwrap()]);
        assert!(outcome.succeeded(), "{}", outcome.said());
        pm2
    }

    fn say(&self, arguments: &[&str]) -> Outcome {
        run(command("pm2").args(arguments).env("PM2_HOME", &self.home))
    }

    /// The processes that it says are online.
    pub(super) fn online(&self) -> Vec<Value> {
        let outcome = self.say(&["jlist"]);
        // A banner may come before.
        let list = outcome.stdout.lines().last().unwrap_or_default();
        let list: Vec<Value> = serde_json::from_str(list).unwrap_or_default();
        let online = |process: &Value| process["pm2_env"]["status"] == "online";
        list.into_iter().filter(online).collect()
    }
}

impl Drop for Pm2 {
    fn drop(&mut self) {
        let daemon = std::fs::read_to_string(self.home.join("pm2.pid"));
        let processes: Vec<Value> = self.online();
        let _ = command("pm2")
            .arg("kill")
            .env("PM2_HOME", &self.home)
            .output();
        // Where it did not end by asking.
        let daemon = daemon.ok().and_then(|text| text.trim().parse().ok());
        let apps = processes
            .iter()
            .filter_map(|process| process["pid"].as_i64()?.try_into().ok());
        for pid in apps.chain(daemon) {
            let ours = std::fs::read_to_string(format!("/proc/{pid}/environ"));
            if ours.is_ok_and(|text| text.contains(&*self.home.to_string_lossy())) {
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
        }
    }
}
