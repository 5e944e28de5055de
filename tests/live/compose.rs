//! compose: every golden override, laid over the smallest project that has the
//! same services.

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
