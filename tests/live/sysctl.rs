//! sysctl: every key of the golden files is one of the kernel's, and every line
//! one that `sysctl` reads. Nothing is written.

use std::path::Path;

use crate::support::command::{command, run};
use crate::support::lines::settings;
use crate::support::tree::every_golden_file;

#[test]
fn sysctl_knows_every_key_of_every_golden_file() {
    every_golden_file(
        |entry| entry.program() == "sysctl",
        |tree, entry| {
            let file = tree.place(&entry.path);
            let outcome = run(command("sysctl").args(["--dry-run", "-p"]).arg(&file));
            let held = settings(&tree.read(&entry.path), '=');
            let read: Vec<String> = held
                .iter()
                .map(|(key, value)| format!("{key} = {value}"))
                .collect();
            let mut said: Vec<&str> = outcome.stdout.lines().collect();
            said.sort_unstable();
            if !outcome.succeeded() || !outcome.stderr.is_empty() || said != read {
                return Some(outcome.said());
            }
            let there =
                |key: &&String| Path::new("/proc/sys").join(key.replace('.', "/")).is_file();
            held.keys()
                .find(|key| !there(key))
                .map(|key| format!("the kernel has no {key}"))
        },
    );
}
