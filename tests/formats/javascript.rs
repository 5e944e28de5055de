//! Files of JavaScript against Node.
#![allow(
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "generators of text read best in one piece"
)]

use hosttune::formats::{Format, evaluated};
use serde_json::json;

use crate::oracle::{Random, Setting, judge, parsed, statements};
use crate::python::{runs, runs_as_read};

/// What each file exports, as JSON.
const READ: &str = r"
const texts = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify(texts.map(text => {
    const module = { exports: {} };
    new Function('module', 'process', text)(module, { env: { A: 'set' } });
    return JSON.stringify(module.exports);
})));
";

fn value(random: &mut Random, depth: usize) -> String {
    let gap = random.of(&["", " ", "\n    ", " // why, [\n  ", " /* { */ "]);
    if random.once_in(25) {
        return random
            .of(&["2 * 3", "process.env.A", "`${1}`", "('a')"])
            .to_owned();
    }
    match random.below(if depth > 2 { 5 } else { 10 }) {
        0 => random
            .of(&[
                "1", "-2", "0x1F", "1_000", "0o17", "0b11", "1.5", "1e3", ".5", "2.",
            ])
            .to_owned(),
        1 => random.of(&["true", "false", "null"]).to_owned(),
        2 => random
            .of(&[
                "'a'",
                "\"b\\t'\\x41\"",
                "'\\u00e9\\u{1f600}'",
                "`two\nlines`",
                "'\\\n\\q'",
                "'\\ud83d\\ude00'",
            ])
            .to_owned(),
        3 => "'--flag=5'".to_owned(),
        4 => random
            .of(&["\"a\" + 'b'", "[]", "{}", "'x' +\n `y`"])
            .to_owned(),
        5..8 => {
            let (a, b) = (value(random, depth + 1), value(random, depth + 1));
            format!("[{gap}{a}{gap},{gap}{b},]")
        }
        _ => {
            let (a, b) = (value(random, depth + 1), value(random, depth + 1));
            format!("{{{gap}k:{gap}{a}, \"l\"{gap}: {b}}}")
        }
    }
}

fn normal(all: Vec<Setting>) -> Vec<Setting> {
    let mut all: Vec<Setting> = all
        .into_iter()
        .map(|(within, key, value)| {
            let value = Format::Javascript
                .normal(&key, value.as_bytes())
                .to_string();
            (within, key, value)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_key_of_generated_files_is_what_node_reads() {
    let mut random = Random::new(17);
    let texts: Vec<String> = (0..1000)
        .map(|_| {
            let mut text = random.of(&["", "// head\n", "'use strict';\n"]).to_owned();
            text += "module.exports = {\n  apps: [{ name: 'a',\n";
            for key in ["script", "node_args", "env", "instances"] {
                text += &format!("    {key}: {},\n", value(&mut random, 0));
            }
            text += &format!(
                "  }}],\n  deploy: {}\n}}{}",
                value(&mut random, 0),
                random.of(&[";", "", "\n"])
            );
            if random.once_in(5) {
                text.replace('\n', "\r\n")
            } else {
                text
            }
        })
        .collect();
    let said = judge("node", "-e", READ, &json!(texts));
    let mut compared = 0;
    for (text, said) in texts.iter().zip(said.as_array().unwrap()) {
        let document = parsed(Format::Javascript, text.as_str());
        let theirs = evaluated(Format::Javascript, said.as_str().unwrap());
        if document.is_opaque() {
            let logic = ["2 * 3", "process.env.A", "${1}", "('a')"];
            assert!(
                theirs.is_err() || logic.iter().any(|one| text.contains(one)),
                "\n{text}"
            );
            continue;
        }
        assert_eq!(
            normal(statements(&document)),
            normal(theirs.unwrap()),
            "\n{text}"
        );
        compared += 1;
    }
    assert!(compared > 300, "{compared} files");
}

#[test]
fn what_tune_writes_says_the_same_when_it_is_run() {
    runs_as_read(Format::Javascript, "ecosystem.config.js");
}

#[test]
fn a_file_with_logic_is_read_by_running_it() {
    let text = "console.log('noise');\nconst n = 2;\nmodule.exports = { apps: [{ name: 'a', instances: n * 2, f() {} }] };\n";
    let said = runs(Format::Javascript, "ecosystem.config.js", text);
    let within = vec!["apps".to_owned(), "a".to_owned()];
    assert_eq!(
        said,
        [
            (within.clone(), "instances".to_owned(), "4".to_owned()),
            (within, "name".to_owned(), "a".to_owned())
        ]
    );
}
