//! Python's jsonschema, which `tests/needs` installs.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use hosttune::cli::{Document, schema};
use serde_json::{Value, json};

/// The mistakes that the validator finds in each document, in one run of it.
pub(crate) fn mistakes(document: Document, instances: &[Value]) -> Vec<Vec<String>> {
    let asked = json!({"schema": schema(document), "instances": instances});
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let python = tests.join(".tools/python/bin/python3");
    assert!(python.exists(), "no {}: run tests/needs", python.display());
    let mut validator = Command::new(python)
        .arg(tests.join("tools/validate.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = validator.stdin.take().unwrap();
    input.write_all(asked.to_string().as_bytes()).unwrap();
    drop(input);
    let output = validator.wait_with_output().unwrap();
    assert!(output.status.success());
    let found: Vec<Vec<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.len(), instances.len());
    found
}

/// A TOML text as the validator sees it.
pub(crate) fn toml(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    serde_json::to_value(table).unwrap()
}
