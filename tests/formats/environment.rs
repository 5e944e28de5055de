//! Environment files against a shell, where it reads as systemd does, and
//! against the reader that docker-compose has.
#![allow(
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "generators of text read best in one piece"
)]

use hosttune::formats::Format;
use serde_json::json;

use crate::oracle::{PYTHON, Random, edit, golden, judge, parsed, settings, statements};

/// What a shell has after it took a file up.
const SHELL: &str = r"
import json, subprocess, sys, tempfile
def read(source):
    with tempfile.NamedTemporaryFile('w', newline='') as file:
        file.write(source); file.flush()
        said = subprocess.run(['env', '-i', '/bin/sh', '-c', 'set -a; . $0; /usr/bin/env -0', file.name],
                              capture_output=True, text=True, check=True).stdout
    pairs = [one.split('=', 1) for one in said.split('\0') if one]
    return [[[], name, value] for name, value in pairs if name.startswith('V_')]
json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)
";

/// What docker-compose passes to a container.
const COMPOSE: &str = r"
import json, sys, tempfile
from compose.config.environment import env_vars_from_file
def read(source):
    with tempfile.NamedTemporaryFile('w', newline='') as file:
        file.write(source); file.flush()
        return [[[], k, v] for k, v in env_vars_from_file(file.name, interpolate=False).items()]
json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)
";

/// Values of a hundred variables in each of ten files, each said once.
fn files(random: &mut Random, values: &[&str]) -> Vec<String> {
    (0..10)
        .map(|_| {
            let mut text = "# head\n\n".to_owned();
            for n in 0..100 {
                let comment = if random.once_in(6) { "# V_NEW=5\n" } else { "" };
                let value = random.of(values);
                text += &format!("{comment}V_{n}={value}{}\n", random.of(&["", "", " "]));
            }
            text
        })
        .collect()
}

fn compare(program: &str, values: &[&str], new: &[&str]) {
    let mut random = Random::new(11);
    let mut edits = 0;
    let mut documents = Vec::new();
    for text in files(&mut random, values) {
        let mut document = parsed(Format::Environment, text);
        for _ in 0..20 {
            edits += usize::from(edit(&mut random, &mut document, new, "V_NEW"));
        }
        documents.push(document);
    }
    let texts: Vec<_> = documents
        .iter()
        .map(|one| String::from_utf8_lossy(one.bytes()))
        .collect();
    let said = judge(PYTHON, "-c", program, &json!(texts));
    for ((document, said), text) in documents.iter().zip(said.as_array().unwrap()).zip(&texts) {
        assert_eq!(statements(document), settings(said).unwrap(), "\n{text}");
    }
    assert!(edits > 100, "{edits} edits");
}

#[test]
fn a_thousand_values_are_what_a_shell_makes_of_them() {
    compare(
        SHELL,
        &[
            "1",
            "",
            "a.b:/c,d",
            "\"x y\"",
            "'x \"$y\\'",
            "\"\\\"q\\\" \\$HOME \\\\ \\n\"",
            "a\\ b",
            "\\\"",
            "''",
            "'a'\"b c\"'d'",
            "a#b",
            "--a=1",
            "\"# no comment\"",
            "\u{e9}",
        ],
        &["2", "\"a  b\"", "'it'", "\"\\`\""],
    );
}

#[test]
fn a_thousand_values_are_what_docker_compose_makes_of_them() {
    compare(
        COMPOSE,
        &[
            "1",
            "",
            "a.b:/c,d",
            "x y",
            "--a=1 --b=2",
            "'x y'",
            "\"x y\"",
            "a#b",
            "it's",
            "\u{e9}",
        ],
        &["2", "a  b", "'it'"],
    );
}

#[test]
fn what_tune_writes_is_read() {
    for path in golden("tune.env") {
        let document = parsed(Format::Environment, std::fs::read(path).unwrap());
        assert!(document.winner(&[], "NODE_OPTIONS").is_some());
    }
}
