//! Python's jsonschema, which `tests/needs` installs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use hosttune::cli::{Document, schema};
use serde_json::{Value, json};

/// One for all tests, since it takes most of a second to start. It ends with its input.
static VALIDATOR: LazyLock<Mutex<Validator>> = LazyLock::new(|| Mutex::new(Validator::start()));

struct Validator {
    python: Child,
    said: BufReader<ChildStdout>,
}

impl Validator {
    fn start() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let python = tests.join(".tools/python/bin/python3");
        assert!(python.exists(), "no {}: run tests/needs", python.display());
        let mut python = Command::new(python)
            .arg(tests.join("tools/validate.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(python.stdout.take().unwrap());
        Self { python, said }
    }

    fn ask(&mut self, question: &Value) -> String {
        writeln!(self.python.stdin.as_mut().unwrap(), "{question}").unwrap();
        let mut answer = String::new();
        self.said.read_line(&mut answer).unwrap();
        answer
    }
}

/// The mistakes that the validator finds in each document.
pub(crate) fn mistakes(document: Document, instances: &[Value]) -> Vec<Vec<String>> {
    let question = json!({"schema": schema(document), "instances": instances});
    let answer = VALIDATOR.lock().unwrap().ask(&question);
    let found: Vec<Vec<String>> = serde_json::from_str(&answer).unwrap();
    assert_eq!(found.len(), instances.len());
    found
}

/// A TOML text as the validator sees it.
pub(crate) fn toml(text: &str) -> Value {
    let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"));
    serde_json::to_value(table).unwrap()
}
