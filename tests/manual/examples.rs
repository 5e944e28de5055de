//! The examples in the help of each command, taken as they stand: beside a
//! tune.toml, a profile, two rendered trees and two commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{commands, printed, run, tune};

/// A recorded machine, to which nothing of the plan was ever written.
fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect/rhel-pgdata/root")
}

/// What stands behind `tune` in the examples of a command, up to a pipe or to
/// the words about it, two blanks away.
fn examples(command: &str) -> Vec<String> {
    let help = printed(&[command, "--help"]);
    let (_, text) = help.split_once("\nExamples:\n").unwrap();
    let lines = text.lines().filter_map(|line| line.split_once("tune "));
    let bare = |text: &str| {
        let text = text.split("  ").next().unwrap();
        let text = text.split([')', '|', '>']).next().unwrap();
        text.trim_end().to_owned()
    };
    lines.map(|(_, text)| bare(text)).collect()
}

fn place(command: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    fs::write(here.join("box.toml"), "memory = \"4GiB\"\ncpus = 2\n").unwrap();
    if command == "init" {
        return dir;
    }
    let stack = "extends = \"web\"\nprofile = \"t3.small\"\n";
    fs::write(here.join("tune.toml"), stack).unwrap();
    if command == "diff" {
        let older = format!("{stack}[services.cache]\nweight = 3\n");
        fs::write(here.join("tune.toml"), older).unwrap();
        git(here, &["init", "-q", "."]);
        commit(here);
        fs::write(here.join("tune.toml"), stack).unwrap();
        commit(here);
        for profile in ["t3.small", "t3.medium"] {
            let rendered = run(here, &["render", "--profile", profile]);
            assert_eq!(rendered.status.code(), Some(0), "{rendered:?}");
        }
    }
    dir
}

fn git(here: &Path, words: &[&str]) {
    let who = ["-c", "user.name=x", "-c", "user.email=x@localhost"];
    let ran = Command::new("git")
        .args(who)
        .args(words)
        .current_dir(here)
        .output()
        .unwrap();
    assert!(ran.status.success(), "git {words:?}: {ran:?}");
}

fn commit(here: &Path) {
    git(here, &["add", "-A"]);
    git(here, &["commit", "-qm", "more"]);
}

/// An example with the places of this test for those that it names. All but what
/// is of the running host alone looks at the recorded one.
fn arguments(example: &str, here: &Path) -> Vec<String> {
    let root = recorded().to_str().unwrap().to_owned();
    let here = here.to_str().unwrap();
    let place = |word: &str| {
        word.replace("/mnt/image", &root)
            .replace("/var/lib/node_exporter", here)
    };
    let mut words: Vec<String> = example.split_whitespace().map(place).collect();
    if !["--profile", "--runtime", "--from"]
        .iter()
        .any(|option| example.contains(option))
    {
        words.extend(["--root".to_owned(), root]);
    }
    words
}

#[test]
fn every_command_has_examples_that_run() {
    for command in commands() {
        let examples = examples(&command);
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            if ["diff", "verify"].contains(&command.as_str()) {
                let known = COMPARED.iter().any(|(of, ..)| *of == example);
                assert!(known, "say in COMPARED what 'tune {example}' comes to");
                continue;
            }
            let dir = place(&command);
            let words = arguments(&example, dir.path());
            let output = tune(dir.path()).args(&words).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_ne!(output.status.code(), Some(2), "{example}: {said}");
        }
    }
}

/// What the examples that compare come to, all there are: the exit codes that
/// each may have, and the first line of what it prints, as far as it is the same
/// everywhere. ROOT is the recorded machine.
const COMPARED: &[(&str, &[i32], &str)] = &[
    ("diff", &[1], "tune on t3.small, against ROOT"),
    // Of the machine that runs the test: as planned, not so, or only in part.
    ("diff --runtime", &[0, 1, 2], "tune on t3.small, against /"),
    (
        "diff --format unified",
        &[1],
        "# tune on t3.small, against ROOT",
    ),
    (
        "diff --root /mnt/image --profile t3.small",
        &[1],
        "tune on t3.small, against ROOT",
    ),
    (
        "diff --git HEAD~1 --profile t3.small",
        &[1],
        "tune on t3.small, against HEAD~1",
    ),
    (
        "diff --profile t3.small --to-profile t3.medium",
        &[1],
        "tune on t3.medium, against t3.small",
    ),
    (
        "diff --from out/t3.small --to out/t3.medium",
        &[1],
        "out/t3.medium against out/t3.small",
    ),
    ("verify", &[1], "tune on t3.small: "),
    ("verify --all", &[1], "tune on t3.small: "),
    (
        "verify --format prometheus -o /var/lib/node_exporter/tune.prom",
        &[1],
        "# HELP tune_verify_success ",
    ),
    // Nothing runs on a recorded machine: it is told, and no answer.
    (
        "verify --budget",
        &[2],
        "error: nothing runs below a saved root",
    ),
];

#[test]
fn examples_that_compare_come_to_what_they_say() {
    let root = recorded().to_str().unwrap().to_owned();
    for (example, codes, first) in COMPARED {
        let command = example.split(' ').next().unwrap();
        assert!(
            examples(command).iter().any(|one| one == example),
            "tune {example} is no example"
        );
        let dir = place(command);
        let output = tune(dir.path())
            .args(arguments(example, dir.path()))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let code = output.status.code().unwrap();
        assert!(codes.contains(&code), "{example}: {code}: {said}");
        assert!(code == 2 || said.is_empty(), "{example}: {code}: {said}");
        // In the file that it names, or on stdout; and else why there is none.
        let written = fs::read_to_string(dir.path().join("tune.prom")).unwrap_or_default();
        let answer = written + std::str::from_utf8(&output.stdout).unwrap();
        let shown = if answer.is_empty() { said } else { answer };
        let first = first.replace("ROOT", &root);
        let found = shown.lines().next().unwrap_or_default();
        let is_title = found.strip_prefix(&first);
        let is_title = is_title.is_some_and(|rest| rest.is_empty() || first.ends_with(' '));
        assert!(is_title, "{example}: {found}, not {first}");
    }
}
