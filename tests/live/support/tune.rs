//! The program itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::command::{Outcome, run};
use super::place::Scratch;
use super::tree::Tree;

/// Runs it below a working directory that has no `tune.toml` above it.
pub(crate) fn tune(arguments: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
    run(command.args(arguments).current_dir("/"))
}

/// Renders a stack for a host into a directory of its own.
pub(crate) fn render(scratch: &Scratch, profile: &str, stack: &str) -> Tree {
    let directory = scratch.path().join("tree");
    render_into(&directory, &["--profile", profile, "--stack", stack])
}

pub(crate) fn render_into(directory: &Path, arguments: &[&str]) -> Tree {
    let target = directory.to_str().unwrap();
    let arguments = [arguments, &["render", "-o", target]].concat();
    tune(&arguments).expect("tune render");
    Tree::at(directory)
}

/// A stack that a test brings.
pub(crate) fn stack_file(scratch: &Scratch, text: &str) -> String {
    let path = scratch.write("stack.toml", text);
    path.to_str().unwrap().to_owned()
}

/// The plan, as `--format json` gives it.
pub(crate) struct Plan(Value);

impl Plan {
    pub(crate) fn with(arguments: &[&str]) -> Self {
        let outcome = tune(&[arguments, &["plan", "--format", "json"]].concat());
        Self(
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| {
                panic!("tune plan --format json: {error}: {}", outcome.said())
            }),
        )
    }

    pub(crate) fn service(&self, name: &str) -> &Value {
        let mut services = self.0["services"].as_array().unwrap().iter();
        services
            .find(|service| service["name"] == name)
            .unwrap_or_else(|| panic!("no service {name}"))
    }

    /// The values of a service's settings, by key.
    pub(crate) fn settings(&self, name: &str) -> BTreeMap<String, Value> {
        let settings = self.service(name)["settings"].as_array().unwrap();
        settings
            .iter()
            .map(|setting| {
                (
                    setting["key"].as_str().unwrap().to_owned(),
                    setting["value"].clone(),
                )
            })
            .collect()
    }

    /// How many processes a service is planned to have.
    pub(crate) fn processes(&self, name: &str) -> u64 {
        self.service(name)["processes"].as_u64().unwrap()
    }
}
