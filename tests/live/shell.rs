//! The scripts: clean to shellcheck in every golden tree, and run for real on
//! file systems of their own.

use std::path::Path;
use std::time::Duration;

use crate::support::command::{command, run, run_within};
use crate::support::place::Scratch;
use crate::support::tree::every_golden_file;
use crate::support::tune::render;

#[test]
fn shellcheck_finds_nothing_in_any_golden_script() {
    every_golden_file(
        |entry| entry.program() == "sh",
        |tree, entry| {
            let outcome = run(command("shellcheck")
                .args(["-s", "sh"])
                .arg(tree.place(&entry.path)));
            let executable = entry.mode == "0755";
            (!outcome.succeeded() || !executable).then(|| outcome.said())
        },
    );
}

/// Runs one of the scripts that lie beside this file.
fn script(name: &str, arguments: &[&Path]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/live")
        .join(name);
    let mut bash = command("bash");
    let outcome = run_within(Duration::from_mins(20), bash.arg(script).args(arguments));
    assert!(outcome.succeeded(), "{}", outcome.said());
}

#[test]
fn swap_and_sysctl_scripts_do_and_undo_what_they_say() {
    for name in [
        "mkfs.ext4",
        "mkfs.xfs",
        "mkfs.btrfs",
        "losetup",
        "swapon",
        "ip",
    ] {
        crate::support::command::program(name);
    }
    let scratch = Scratch::new();
    let tree = render(&scratch, "t3.small", "node-web");
    script("scripts.sh", &[&tree.root]);
}

#[test]
fn the_scripts_that_test_are_clean_too() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in [
        "tests/needs",
        "tests/run",
        ".ci/run",
        "fuzz/run",
        "tests/live/redis.sh",
        "tests/live/scripts.sh",
        "tests/live/pgbouncer.sh",
    ] {
        let outcome = run(command("shellcheck")
            .args(["-S", "warning"])
            .arg(root.join(name)));
        assert!(outcome.succeeded(), "{}", outcome.said());
    }
}
