//! `--set`: one key of a stack from a command line.

use crate::input::{Layer, Node, Problem, Problems, Source, Tree};

const USAGE: &str = "write it as --set services.db.memory=512MiB";

/// `services.db.memory=512MiB`: a TOML path and a value, which may be a bare word.
/// Where there are several, its number tells it from the others: `--set#2`.
pub fn set(text: &str, number: Option<u16>) -> Result<Tree, Problems> {
    let name = number.map_or_else(|| "--set".to_owned(), |n| format!("--set#{n}"));
    let layer = Layer::Set(number.unwrap_or_default());
    let source = |text: String| Source::of(layer, name.as_str(), text);
    let Some((key, value)) = text.split_once('=') else {
        return Err(refused(&format!("--set {text}: no '='")));
    };
    let as_written = source(format!("{key} = {value}"));
    if let Ok(tree) = Node::parse(&as_written)
        && tree.len() == 1
    {
        return Ok(tree);
    }
    let value = toml::Value::from(value).to_string();
    let quoted = source(format!("{key} = {value}"));
    let tree = Node::parse(&quoted).map_err(|found| {
        let found = found.0.into_iter().map(|problem| problem.help(USAGE));
        Problems(found.collect())
    })?;
    if tree.len() == 1 {
        return Ok(tree);
    }
    Err(refused(&format!("--set {text}: not one key")))
}

fn refused(message: &str) -> Problems {
    Problem::new(message).help(USAGE).into()
}
