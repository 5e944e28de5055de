//! compose: every golden override, laid over the smallest project that has the
//! same services.

use std::process::Command;

use serde_json::Value;

use crate::support::command::{command, run};
use crate::support::place::Scratch;
use crate::support::tree::{Tree, every_golden_file};

/// The names of the services that an override speaks of.
fn services(text: &str) -> Vec<&str> {
    let name = |line: &'_ str| -> Option<usize> {
        (line.starts_with("  \"") && line.ends_with("\":")).then_some(line.len())
    };
    text.lines()
        .filter(|line| name(line).is_some())
        .map(|line| line.trim().trim_end_matches(':'))
        .collect()
}

pub(crate) fn config(tree: &Tree, path: &str) -> crate::support::command::Outcome {
    let scratch = Scratch::new();
    let text = tree.read(path);
    let images: Vec<String> = services(&text)
        .iter()
        .map(|name| format!("  {name}:\n    image: some\n"))
        .collect();
    let project = scratch.write("compose.yaml", &format!("services:\n{}", images.concat()));
    let mut compose = command("docker-compose");
    compose
        .arg("-f")
        .arg(project)
        .arg("-f")
        .arg(tree.place(path))
        .arg("config");
    run(compose.current_dir(scratch.path()))
}

/// The services as compose understood them.
pub(crate) fn understood(tree: &Tree) -> Value {
    let config = config(tree, &tree.only("compose.override.yaml").path);
    let scratch = Scratch::new();
    let config = scratch.write("config.yaml", &config.expect("docker-compose config"));
    // docker-compose brings a reader of YAML for Debian's Python.
    let print =
        "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))['services']))";
    let said = run(Command::new("/usr/bin/python3")
        .args(["-c", print])
        .arg(config));
    serde_json::from_str(&said.expect("python3")).unwrap()
}

#[test]
fn compose_accepts_every_golden_override() {
    every_golden_file(
        |entry| entry.program() == "docker",
        |tree, entry| {
            assert!(!services(&tree.read(&entry.path)).is_empty());
            let outcome = config(tree, &entry.path);
            (!outcome.succeeded() || outcome.stderr.contains("WARN")).then(|| outcome.said())
        },
    );
}
