//! Node, Python, compose, logrotate and SQL.

use serde_json::Value;

use super::{rendered, taken, toml};
use crate::support::command::{command, run};
use crate::support::place::Scratch;
use crate::support::stage::Stage;

/// A stack with one value in one place.
fn node(runtime: &str, keys: &str) -> String {
    format!("runtime = \"{runtime}\"\n[services.api]\nkind = \"node\"\nport = 3000\n{keys}\n")
}

#[test]
fn node_reads_every_value_of_the_environment_back() {
    let scratch = Scratch::new();
    let stack = |value: &str| node("pm2", &format!("env = {{ V = {value} }}\nscript = {value}"));
    for value in taken(20, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let file = tree.place(&tree.only("ecosystem.config.js").path);
        let ecosystem = crate::node::load(&file).unwrap();
        assert_eq!(ecosystem["apps"][0]["env"]["V"], value);
        assert_eq!(ecosystem["apps"][0]["script"], value);
        assert!(ecosystem["apps"][0]["Injected"].is_null());
    }
}

#[test]
fn python_reads_every_name_of_an_application_back() {
    let scratch = Scratch::new();
    let stack = |value: &str| {
        format!("runtime = \"compose\"\n[services.app]\nkind = \"gunicorn\"\napp = {value}\n")
    };
    let print =
        "import json, runpy, sys; print(json.dumps(runpy.run_path(sys.argv[1])['wsgi_app']))";
    for value in taken(15, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let file = tree.place(&tree.only("gunicorn.conf.py").path);
        let said = run(command("python").args(["-c", print]).arg(file)).expect(value);
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said, value);
    }
}

#[test]
fn compose_reads_every_value_of_the_environment_back() {
    let scratch = Scratch::new();
    let stack = |value: &str| {
        node(
            "compose",
            &format!("env = {{ V = {value} }}\nscript = {value}"),
        )
    };
    for value in taken(20, stack) {
        let tree = rendered(&scratch, &stack(&toml(value))).unwrap();
        let api = &crate::compose::understood(&tree)["api"];
        let command = api["command"].as_array().unwrap();
        for said in [&api["environment"]["V"], command.last().unwrap()] {
            // It doubles each $ again when it prints.
            assert_eq!(said.as_str().unwrap().replace("$$", "$"), value);
        }
    }
}

#[test]
fn logrotate_reads_every_path_back() {
    let scratch = Scratch::new();
    let stack = |value: &str| node("pm2", &format!("log_files = [{value}]"));
    let below = |literal: &str| format!("\"/var/log/{}", &literal[1..]);
    let values = taken(8, |literal| stack(&below(literal)));
    // What ends with "/" is a directory, no file.
    for value in values
        .into_iter()
        .filter(|value| !value.is_empty() && !value.ends_with('/'))
    {
        let tree = rendered(&scratch, &stack(&below(&toml(value)))).unwrap();
        let rule = &tree.only("logrotate.d/tune-api").path;
        let stage = Stage::of(&tree);
        stage.write(&format!("/var/log/{value}"), "a line\n");
        let outcome = run(stage
            .command("logrotate")
            .args(["-d", "-s", "/run/tune-state", rule]));
        let seen = outcome
            .stderr
            .contains(&format!("considering log /var/log/{value}\n"));
        assert!(
            seen && !outcome.stderr.contains("error:"),
            "{value:?}: {}",
            outcome.said()
        );
    }
}
