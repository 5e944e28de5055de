//! Files of code that only their language can read: the programs that run one
//! and print what it says, and the reading of what they print. Nothing is run
//! here.

use serde_json::Value as Json;

use super::literal::{Literal, Value};
use super::{Format, Statement, javascript, python};

/// Runs a Python file of settings, given as its argument, and prints its public
/// names as JSON, as far as they are plain values. What the file prints itself
/// goes to stderr. To be run as `python3 -c PROGRAM FILE`.
/// Source: gunicorn lib app/base.py, `get_config_from_filename`: every name.
const PYTHON: &str = "\
import json, math, runpy, sys
def plain(value):
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (list, tuple)):
        return all(map(plain, value))
    if isinstance(value, dict):
        return all(isinstance(k, str) and plain(v) for k, v in value.items())
    return value is None or isinstance(value, (bool, int, str))
out, sys.stdout = sys.stdout, sys.stderr
names = runpy.run_path(sys.argv[1])
json.dump({k: v for k, v in names.items() if k[:1] != '_' and plain(v)}, out)
";

/// The same for what a JavaScript file exports: `node -e PROGRAM FILE`.
/// Source: PM2 lib/Common.js, `parseConfig`: `require`.
const JAVASCRIPT: &str = "\
const out = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);
const said = require(require('path').resolve(process.argv[1]));
out(JSON.stringify(said) || 'null');
";

/// A setting that was found by running a file: its blocks, key and value.
pub type Evaluated = (Vec<String>, String, String);

/// What was printed is not what settings are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// It is not JSON.
    #[error("what it printed is not JSON: {0}")]
    Json(String),
    /// There are no settings in it, or one is there twice.
    #[error("it does not give each setting one value")]
    Settings,
    /// The format is not one of code.
    #[error("files of this format are not run")]
    Format,
}

/// The program that prints what a file of code says, with the name and the
/// option that its interpreter is started with; the file is one argument more.
pub fn program(format: Format) -> Option<[&'static str; 3]> {
    match format {
        Format::Python => Some(["python3", "-c", PYTHON]),
        Format::Javascript => Some(["node", "-e", JAVASCRIPT]),
        _ => None,
    }
}

/// What the program of a format printed, as the same statements that are read
/// out of a file of literals.
pub fn evaluated(format: Format, json: &str) -> Result<Vec<Evaluated>, NotPlain> {
    let json: Json =
        serde_json::from_str(json).map_err(|error| NotPlain::Json(error.to_string()))?;
    let said = match format {
        Format::Python => {
            let Json::Object(names) = json else {
                return Err(NotPlain::Settings);
            };
            let names = names.into_iter();
            let names: Vec<(String, Literal)> = names
                .map(|(name, value)| (name, literal(value, &["True", "False", "None"])))
                .collect();
            python::said(&names)
        }
        Format::Javascript => javascript::said(&literal(json, &["true", "false", "null"])),
        _ => return Err(NotPlain::Format),
    };
    let plain = |one: Statement| (one.within, one.key, one.value.to_string());
    let said = said.ok_or(NotPlain::Settings)?;
    Ok(said.into_iter().map(plain).collect())
}

/// As deep as the JSON, which has a bound.
fn literal(json: Json, words: &[&str; 3]) -> Literal {
    let [yes, no, nothing] = words;
    let value = match json {
        Json::Null => Value::Word((*nothing).to_owned()),
        Json::Bool(true) => Value::Word((*yes).to_owned()),
        Json::Bool(false) => Value::Word((*no).to_owned()),
        Json::Number(number) => Value::Word(number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            Value::List(items.into_iter().map(|item| literal(item, words)).collect())
        }
        Json::Object(entries) => {
            let entries = entries.into_iter();
            Value::Table(
                entries
                    .map(|(name, value)| (name, literal(value, words)))
                    .collect(),
            )
        }
    };
    Literal {
        value,
        at: 0..0,
        value_at: 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_printed_is_read_as_the_file_would_be() {
        let json = r#"{"workers": 2, "raw_env": ["A=1"], "preload_app": false, "o": {"t": 3600}}"#;
        let all = evaluated(Format::Python, json).unwrap();
        let text = b"workers = 2\nraw_env = ['A=1']\npreload_app = False\no = {'t': 3600}\n";
        let document = super::super::Document::parse(Format::Python, *text).unwrap();
        let mut own: Vec<Evaluated> = document
            .statements()
            .iter()
            .map(|one| (one.within.clone(), one.key.clone(), one.value.to_string()))
            .collect();
        own.sort();
        let mut all = all;
        all.sort();
        assert_eq!(all, own);
    }

    #[test]
    fn anything_else_is_an_error() {
        assert!(matches!(
            evaluated(Format::Python, "x"),
            Err(NotPlain::Json(_))
        ));
        assert_eq!(evaluated(Format::Python, "[]"), Err(NotPlain::Settings));
        assert_eq!(
            evaluated(Format::Javascript, "null"),
            Err(NotPlain::Settings)
        );
        assert_eq!(evaluated(Format::Nginx, "{}"), Err(NotPlain::Format));
    }
}
