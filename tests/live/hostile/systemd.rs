//! systemd: what its manager understood of a unit.

use super::{rendered, taken, toml};
use crate::support::command::run;
use crate::support::place::Scratch;
use crate::systemd::understood;

#[test]
fn systemd_reads_every_value_of_the_environment_back() {
    let scratch = Scratch::new();
    let stack = |env: &str| {
        format!(
            "runtime = \"systemd\"\n[services.api]\nkind = \"node\"\nport = 3000\nenv = {{ {env} }}\n"
        )
    };
    let values = taken(15, |literal| stack(&format!("V = {literal}")));
    let all: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(n, value)| format!("V{n} = {}", toml(value)))
        .collect();
    let tree = rendered(&scratch, &stack(&all.join(", "))).unwrap();
    let lines = understood(&tree, "api.service");
    for (n, value) in values.iter().enumerate() {
        let meant = format!("Environment: V{n}={value}");
        let held: Vec<&String> = lines
            .iter()
            .filter(|line| line.contains(&format!("V{n}=")))
            .collect();
        assert!(lines.contains(&meant), "{value:?} is read as {held:?}");
    }
    assert!(!lines.iter().any(|line| line.contains("Injected")));
}

#[test]
fn systemd_reads_every_word_of_a_command_back() {
    let scratch = Scratch::new();
    let stack = |value: &str| {
        format!(
            "runtime = \"systemd\"\n[services.api]\nkind = \"node\"\nport = 3000\nscript = {value}\n"
        )
    };
    // The dump quotes words as a shell does; "$$" becomes "$" when it is executed.
    let split = "import json, shlex, sys; print(json.dumps(shlex.split(sys.argv[1].replace('\\\\$', '$').replace('\\\\`', '`').replace('$$', '$'))))";
    for value in taken(10, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let lines = understood(&tree, "api.service");
        let line = lines
            .iter()
            .find_map(|line| line.strip_prefix("Command Line: "))
            .unwrap();
        let mut python = crate::support::command::command("python");
        let words = run(python.args(["-c", split, line])).expect(line);
        let words: Vec<String> = serde_json::from_str(&words).unwrap();
        assert_eq!(words, ["/usr/bin/node", value], "{line}");
    }
}
