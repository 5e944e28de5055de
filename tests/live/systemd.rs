//! systemd: every golden unit and drop-in in its place, read by
//! `systemd-analyze verify`. It ends with 0 on an unknown key or a bad value,
//! so what it says counts.

use std::path::Path;

use crate::support::command::{Outcome, run};
use crate::support::stage::Stage;
use crate::support::tree::{Tree, every_golden_file};

const UNITS: &str = "/etc/systemd/system";
const MANAGER: &str = "/lib/systemd/systemd";

/// The unit that a file is, or belongs to.
fn unit(path: &str) -> &str {
    let below = path
        .strip_prefix(UNITS)
        .unwrap_or(path)
        .trim_start_matches('/');
    below.split('/').next().unwrap().trim_end_matches(".d")
}

/// A drop-in needs a unit: the package's where there is one.
fn base(stage: &Stage, name: &str) {
    let template = name
        .split_once('@')
        .map(|(stem, _)| format!("{stem}@.service"));
    let packaged = |name: &str| {
        ["/lib/systemd/system", "/usr/lib/systemd/system"]
            .iter()
            .any(|directory| Path::new(directory).join(name).is_file())
    };
    if !packaged(name) && !template.as_deref().is_some_and(packaged) {
        stage.write(
            &format!("{UNITS}/{name}"),
            "[Service]\nExecStart=/bin/true\n",
        );
    }
}

fn verify(stage: &Stage, name: &str) -> Outcome {
    run(stage
        .command("systemd-analyze")
        .args(["verify", "--man=no", name]))
}

fn wrong(outcome: &Outcome, path: &str) -> bool {
    // Other units of the machine are read too, and may have faults of their own.
    let about = outcome
        .stderr
        .lines()
        .filter(|line| line.contains(path) || line.contains("ailed to"));
    about.count() > 0
}

fn staged(tree: &Tree, path: &str) -> Stage {
    let stage = Stage::of(tree);
    let text = tree.read(path);
    let value = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key).map(str::to_owned))
    };
    if let Some(command) = value("ExecStart=") {
        stage.program(command.split(' ').next().unwrap());
        stage.accounts(value("User=").as_deref());
    } else {
        base(&stage, unit(path));
    }
    stage
}

/// The lines that the manager prints of a unit in its test mode; it refuses to
/// try as root.
pub(crate) fn understood(tree: &Tree, unit: &str) -> Vec<String> {
    let stage = Stage::of(tree);
    let mut manager = stage.command("setpriv");
    manager
        .args([
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            MANAGER,
        ])
        .args(["--test", "--system", &format!("--unit={unit}")])
        .env("XDG_RUNTIME_DIR", "/tmp");
    let said = run(&mut manager).expect("systemd --test");
    let lines = said
        .lines()
        .skip_while(|line| line.trim() != format!("-> Unit {unit}:"));
    let lines = lines.skip(1).take_while(|line| !line.contains("-> Unit "));
    let lines: Vec<String> = lines.map(|line| line.trim_start().to_owned()).collect();
    assert!(!lines.is_empty(), "nothing of {unit}: {said}");
    lines
}

#[test]
fn systemd_knows_every_key_of_every_golden_unit() {
    every_golden_file(
        |entry| entry.program() == "systemd-analyze",
        |tree, entry| {
            let outcome = verify(&staged(tree, &entry.path), unit(&entry.path));
            wrong(&outcome, &entry.path).then(|| outcome.said())
        },
    );
}

#[test]
fn a_wrong_drop_in_is_told_from_a_right_one() {
    for (line, expected) in [
        ("MemoryMax=12M", false),
        ("MemoryMax=12Q", true),
        ("MemoryMux=12M", true),
        ("OOMScoreAdjust=-2000", true),
    ] {
        let stage = Stage::new();
        let path = format!("{UNITS}/tried.service.d/90-tune.conf");
        base(&stage, "tried.service");
        stage.write(&path, &format!("[Service]\n{line}\n"));
        let outcome = verify(&stage, "tried.service");
        assert_eq!(
            wrong(&outcome, &path),
            expected,
            "{line}: {}",
            outcome.said()
        );
    }
}
