//! Files of Python against Python itself.
#![allow(
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "generators of text read best in one piece"
)]

use hosttune::formats::{Document, Format, evaluated, program};
use serde_json::json;

use crate::oracle::{PYTHON, Random, Setting, golden, judge, parsed, statements};

/// The names that are given literals, as JSON: nothing where there is more.
const READ: &str = r"
import ast, json, sys
def read(source):
    names = {}
    for one in ast.parse(source).body:
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant): continue
        if not isinstance(one, ast.Assign) or not isinstance(one.targets[0], ast.Name): return None
        try: names[one.targets[0].id] = ast.literal_eval(one.value)
        except ValueError: return None
    return json.dumps(names)
json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)
";

/// Values freed of their spelling: numbers may be written in many ways.
fn normal(format: Format, all: Vec<Setting>) -> Vec<Setting> {
    let mut all: Vec<Setting> = all
        .into_iter()
        .map(|(within, key, value)| {
            let value = format.normal(&key, value.as_bytes()).to_string();
            (within, key, value)
        })
        .collect();
    all.sort();
    all
}

fn value(random: &mut Random, depth: usize) -> String {
    let gap = random.of(&["", " ", "\n    ", " # why, [\n  "]);
    if random.once_in(25) {
        return random
            .of(&["2 * 3", "os", "f'{1}'", "'\\101'", "'a'.upper()", "00"])
            .to_owned();
    }
    match random.below(if depth > 2 { 5 } else { 10 }) {
        0 => random
            .of(&[
                "1", "-2", "0x1F", "1_000", "0o17", "0b11", "1.5", "1e3", ".5", "2.",
            ])
            .to_owned(),
        1 => random.of(&["True", "False", "None"]).to_owned(),
        2 => random
            .of(&[
                "'a'",
                "\"b\\t'\\x41\"",
                "r'\\d'",
                "u'\\u00e9'",
                "'''two\nlines'''",
                "'\\\n'",
            ])
            .to_owned(),
        3 => "'A=1'".to_owned(),
        4 => random
            .of(&["\"a\" 'b'", "('c' 'd')", "('e',)", "()", "[]", "{}"])
            .to_owned(),
        5..8 => {
            let (a, b) = (value(random, depth + 1), value(random, depth + 1));
            format!("[{gap}{a}{gap},{gap}{b},]")
        }
        8 => format!("({gap}{},{gap})", value(random, depth + 1)),
        _ => {
            let (a, b) = (value(random, depth + 1), value(random, depth + 1));
            format!("{{{gap}'k':{gap}{a}, \"l\"{gap}: {b}}}")
        }
    }
}

#[test]
fn every_name_of_generated_files_is_what_python_gives_it() {
    let mut random = Random::new(13);
    let texts: Vec<String> = (0..1000)
        .map(|_| {
            let mut text = random.of(&["", "# head\n", "'''about'''\n\n"]).to_owned();
            for name in ["bind", "workers", "raw_env", "opts"] {
                text += &format!(
                    "{name}{} {}\n",
                    random.of(&[" =", "="]),
                    value(&mut random, 0)
                );
            }
            if random.once_in(5) {
                text.replace('\n', "\r\n")
            } else {
                text
            }
        })
        .collect();
    let said = judge(PYTHON, "-c", READ, &json!(texts));
    let mut compared = 0;
    for (text, said) in texts.iter().zip(said.as_array().unwrap()) {
        let document = parsed(Format::Python, text.as_str());
        match said.as_str() {
            None => assert!(document.is_opaque(), "\n{text}"),
            // Octal escapes and zeros before zero are left to Python.
            Some(json) if document.is_opaque() => {
                let left = text.contains("\\101") || text.contains("00");
                assert!(left || evaluated(Format::Python, json).is_err(), "\n{text}");
            }
            Some(json) => {
                let theirs = evaluated(Format::Python, json).unwrap();
                let ours = normal(Format::Python, statements(&document));
                assert_eq!(ours, normal(Format::Python, theirs), "\n{text}");
                compared += 1;
            }
        }
    }
    assert!(compared > 400, "{compared} files");
}

fn run(format: Format, path: &std::path::Path) -> String {
    let [program, option, code] = program(format).unwrap();
    let output = std::process::Command::new(program)
        .args([option, code])
        .arg(path)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What a file says when it is run is what is read out of it.
pub(crate) fn runs_as_read(format: Format, end: &str) {
    for path in golden(end) {
        let document = parsed(format, std::fs::read(&path).unwrap());
        assert!(
            !document.is_opaque() && !document.statements().is_empty(),
            "{}",
            path.display()
        );
        let mut theirs = evaluated(format, &run(format, &path)).unwrap();
        theirs.sort();
        assert_eq!(statements(&document), theirs, "{}", path.display());
    }
}

/// What a file with logic says when it is run.
pub(crate) fn runs(format: Format, name: &str, text: &str) -> Vec<Setting> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    assert!(Document::parse(format, text).unwrap().is_opaque());
    evaluated(format, &run(format, &path)).unwrap()
}

#[test]
fn what_tune_writes_says_the_same_when_it_is_run() {
    runs_as_read(Format::Python, "gunicorn.conf.py");
    runs_as_read(Format::Python, "tune_celery.py");
}

#[test]
fn a_file_with_logic_is_read_by_running_it() {
    let text = "import os\nprint('noise')\nworkers = 2 * 2\n_private = 1\nx = float('inf')\ndef on_exit(s): pass\n";
    let said = runs(Format::Python, "gunicorn.conf.py", text);
    assert_eq!(said, [(Vec::new(), "workers".to_owned(), "4".to_owned())]);
}
