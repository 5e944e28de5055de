//! logrotate: `-d` reads every golden rule as it would stand in
//! /etc/logrotate.d. It ends with 0 on most mistakes, so what it says counts.

use crate::support::command::{Outcome, run};
use crate::support::stage::Stage;
use crate::support::tree::{Tree, every_golden_file};

fn read(stage: &Stage, path: &str) -> Outcome {
    run(stage
        .command("logrotate")
        .args(["-d", "-s", "/run/tune-state", path]))
}

fn right(outcome: &Outcome) -> bool {
    outcome.succeeded()
        && !outcome.stderr.contains("error:")
        && outcome.stderr.contains("Handling 1 logs")
}

/// The accounts of `su`, which the machine may not have.
pub(crate) fn accounts(text: &str) -> Vec<&str> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("su "));
    lines.flat_map(|line| line.split(' ')).collect()
}

fn with_logs(stage: &Stage, tree: &Tree, path: &str) -> String {
    let text = tree.read(path);
    stage.accounts(accounts(&text));
    for log in text.lines().filter(|line| line.starts_with('/')) {
        stage.write(&log.trim_end().replace('*', "x"), "a line\n");
    }
    text
}

#[test]
fn logrotate_reads_every_golden_rule() {
    every_golden_file(
        |entry| entry.program() == "logrotate",
        |tree, entry| {
            let stage = Stage::of(tree);
            with_logs(&stage, tree, &entry.path);
            let outcome = read(&stage, &entry.path);
            (!right(&outcome)).then(|| outcome.said())
        },
    );
}

#[test]
fn a_wrong_rule_is_told_from_a_right_one() {
    let stage = Stage::new();
    stage.write("/var/log/tried.log", "a line\n");
    let cases = [
        ("daily\nrotate 7\n", true),
        ("dayly\n", false),
        ("rotate seven\n", false),
        ("su no-such-user root\n", false),
    ];
    for (text, expected) in cases {
        stage.write(
            "/etc/logrotate.d/tried",
            &format!("/var/log/tried.log {{\n{text}}}\n"),
        );
        let outcome = read(&stage, "/etc/logrotate.d/tried");
        assert_eq!(right(&outcome), expected, "{text}: {}", outcome.said());
    }
}
