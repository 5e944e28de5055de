//! The files that hostile strings reach, each before the program that it is for:
//! what it reads has the names that it has without the string, and no more.

use std::path::Path;

use serde_json::Value;

use super::everywhere::{REACHED, Reached, of};
use crate::support::command::{command, run};
use crate::support::place::{Scratch, set_mode};
use crate::support::stage::Stage;
use crate::support::tree::{Entry, Tree};

/// Loads files and prints the names that each has, at every depth.
const JAVASCRIPT: &str = r#"
const names = (x, at) => x && typeof x === "object"
  ? Object.entries(x).flatMap(([k, v]) => [at + k, ...names(v, at + k + ".")]) : [];
console.log(JSON.stringify(process.argv.slice(1).map(file => {
  try { return names(require(file), ""); } catch (error) { return [String(error)]; }
})));
"#;

const PYTHON: &str = r#"
import json, runpy, sys
def names(file):
    try: return sorted(k for k in runpy.run_path(file) if k[0] != "_")
    except BaseException as error: return [repr(error)]
print(json.dumps([names(file) for file in sys.argv[1:]]))
"#;

const YAML: &str = r#"
import json, sys, yaml
def names(x, at=""):
    if isinstance(x, dict):
        return [n for k, v in x.items() for n in [at + str(k)] + names(v, at + str(k) + ".")]
    return []
def read(file):
    try: return names(yaml.safe_load(open(file, encoding="utf-8")))
    except BaseException as error: return [repr(error)]
print(json.dumps([read(file) for file in sys.argv[1:]]))
"#;

/// Writes files and lets one process read all of them.
fn read_by(program: &str, code: [&str; 2], ending: &str, texts: &[&str]) -> Vec<Value> {
    let scratch = Scratch::new();
    let mut all = Vec::new();
    // A command line holds only so many names.
    for (n, part) in texts.chunks(100).enumerate() {
        let files = part.iter().enumerate();
        let files = files.map(|(at, text)| scratch.write(&format!("{n}/f{at}.{ending}"), text));
        let files: Vec<_> = files.collect();
        let mut reader = if program == "yaml" {
            std::process::Command::new("/usr/bin/python3")
        } else {
            command(program)
        };
        let said = run(reader.args(code).args(files)).expect(program);
        let read: Vec<Value> = serde_json::from_str(&said).unwrap();
        assert_eq!(read.len(), part.len());
        all.extend(read);
    }
    all
}

/// The names with the string and without are the same, but for the name that
/// the string itself is.
fn assert_same_names(reached: &[&Reached], program: &str, code: [&str; 2], ending: &str) {
    let changed: Vec<&Reached> = reached
        .iter()
        .copied()
        .filter(|r| r.plain.is_some())
        .collect();
    assert!(changed.len() > 5, "{program}: {}", changed.len());
    let with: Vec<&str> = changed.iter().map(|r| r.file.content.as_str()).collect();
    let without: Vec<&str> = changed
        .iter()
        .map(|r| r.plain.as_deref().unwrap())
        .collect();
    let with = read_by(program, code, ending, &with);
    let without = read_by(program, code, ending, &without);
    let mut wrong = Vec::new();
    for ((reached, with), without) in changed.iter().zip(with).zip(without) {
        let (with, without) = (with.as_array().unwrap(), without.as_array().unwrap());
        let others = |a: &[Value], b: &[Value]| a.iter().filter(|name| !b.contains(name)).count();
        let is_name = reached.what.contains(".env") || reached.what.contains("pool_env");
        let allowed = if is_name { with.len() } else { 0 };
        let same = with.len() == without.len() && others(with, without) <= allowed;
        if !same {
            wrong.push(format!("{}: {with:?} for {without:?}", reached.what));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {wrong:#?}",
        wrong.len(),
        changed.len()
    );
}

#[test]
fn node_reads_the_same_names() {
    assert_same_names(&of("node"), "node", ["-e", JAVASCRIPT], "js");
}

#[test]
fn python_reads_the_same_names() {
    assert_same_names(&of("gunicorn"), "python", ["-c", PYTHON], "py");
    assert_same_names(&of("python3"), "python", ["-c", PYTHON], "py");
}

#[test]
fn compose_reads_the_same_names() {
    assert_same_names(&of("docker"), "yaml", ["-c", YAML], "yaml");
}

/// The real compose takes a second for each: one value of every key.
#[test]
fn compose_takes_an_odd_value_of_every_key() {
    let odd = of("docker").into_iter();
    let odd = odd.filter(|r| r.what.contains("both") && !r.what.contains("host.name"));
    let odd: Vec<&Reached> = odd.collect();
    assert!(odd.len() > 5, "{}", odd.len());
    for reached in odd {
        let scratch = Scratch::new();
        let tree = written(&scratch, reached);
        let outcome = crate::compose::config(&tree, &reached.file.path);
        assert!(outcome.succeeded(), "{}: {}", reached.what, outcome.said());
    }
}

/// What stands before the value in each line that says something.
fn lines(text: &str) -> Vec<&str> {
    let said = text.lines().map(str::trim_start);
    let said = said.filter(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    said.map(|line| line.split(['=', ' ', ':']).next().unwrap_or_default())
        .collect()
}

/// Formats of a setting a line.
#[test]
fn settings_files_have_the_same_lines() {
    let mut seen = 0;
    for program in [
        "",
        "redis-server",
        "postgres",
        "sysctl",
        "sh",
        "systemd-analyze",
    ] {
        let is_for = |r: &&Reached| {
            r.file
                .validator
                .command
                .split(' ')
                .next()
                .unwrap_or_default()
                == program
        };
        for reached in REACHED.iter().filter(is_for) {
            if let Some(plain) = &reached.plain {
                seen += 1;
                assert_eq!(
                    lines(&reached.file.content),
                    lines(plain),
                    "{}",
                    reached.what
                );
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

/// A tree on disk.
fn written(scratch: &Scratch, reached: &Reached) -> Tree {
    let root = scratch.path().join("tree");
    let files = reached.tree.iter().map(|file| {
        scratch.write(&format!("tree{}", file.path), &file.content);
        Entry {
            path: file.path.clone(),
            mode: format!("{:04o}", file.mode),
            owner: file.owner.clone(),
            validator: file.validator.command.to_string(),
        }
    });
    Tree {
        name: reached.what.clone(),
        files: files.collect(),
        root,
    }
}

#[test]
fn nginx_takes_every_configuration_that_a_string_reaches() {
    let reached = of("nginx").into_iter();
    // In a comment of every file, which the lines of the others show as well.
    let reached: Vec<&Reached> = reached.filter(|r| !r.what.contains("host.name")).collect();
    for reached in &reached {
        let scratch = Scratch::new();
        let tree = written(&scratch, reached);
        let stage = crate::nginx::staged(&tree, tree.only("/nginx.conf"));
        let outcome = run(stage.command("nginx").arg("-t"));
        // A certificate that is not there is the machine's matter, not the file's.
        let absent = outcome.stderr.contains("cannot load certificate");
        assert!(
            outcome.succeeded() || absent,
            "{}: {}",
            reached.what,
            outcome.said()
        );
    }
    assert!(reached.len() > 50, "{}", reached.len());
}

#[test]
fn logrotate_reads_every_rule_that_a_string_reaches() {
    for reached in of("logrotate") {
        let scratch = Scratch::new();
        let tree = written(&scratch, reached);
        let stage = Stage::of(&tree);
        stage.accounts(crate::logrotate::accounts(&reached.file.content));
        let path = reached.file.path.as_str();
        let outcome = run(stage
            .command("logrotate")
            .args(["-d", "-s", "/run/tune-state", path]));
        let is_read = outcome.succeeded() && outcome.stderr.contains("Handling 1 logs");
        let complains = outcome
            .stderr
            .lines()
            .any(|line| line.starts_with("error:") && !line.contains("No such file or directory"));
        assert!(
            is_read && !complains,
            "{}: {}",
            reached.what,
            outcome.said()
        );
    }
}

/// All units on one stage under names of their own, and the manager's parser
/// over a hundred at a time.
#[test]
fn systemd_reads_every_unit_that_a_string_reaches() {
    let reached = of("systemd-analyze");
    for part in reached.chunks(100) {
        let stage = Stage::new();
        let mut names = Vec::new();
        for (n, reached) in part.iter().enumerate() {
            let name = format!("tune-x{n}.service");
            let place = format!("/etc/systemd/system/{name}");
            if reached.file.path.ends_with(".service") {
                stage.write(&place, &reached.file.content);
            } else {
                stage.write(&place, "[Service]\nExecStart=/bin/true\n");
                stage.write(&format!("{place}.d/90-tune.conf"), &reached.file.content);
            }
            names.push(name);
        }
        let mut verify = stage.command("systemd-analyze");
        let outcome = run(verify.args(["verify", "--man=no"]).args(&names));
        let parsing = [
            "Unknown",
            "nvalid",
            "ignor",
            "Missing",
            "nbalanced",
            "Failed to parse",
            "too long",
        ];
        for line in outcome.stderr.lines() {
            let about = names
                .iter()
                .position(|name| line.contains(&format!("/{name}")));
            let Some(at) = about else { continue };
            let wrong = parsing.iter().any(|word| line.contains(word));
            assert!(!wrong, "{}: {line}", part[at].what);
        }
    }
}

#[test]
fn sh_reads_every_script_that_a_string_reaches() {
    for reached in of("sh") {
        let scratch = Scratch::new();
        let file = scratch.write("script.sh", &reached.file.content);
        set_mode(&file, 0o755);
        let outcome = run(std::process::Command::new("/bin/sh")
            .arg("-n")
            .arg(Path::new(&file)));
        assert!(outcome.succeeded(), "{}: {}", reached.what, outcome.said());
    }
}
