//! `--set`: one key of a stack from a command line.

use crate::input::{Node, Problem, Problems, Source, Tree};

const USAGE: &str = "write it as --set services.db.memory=512MiB";

/// `services.db.memory=512MiB`: a TOML path and a value, which may be a bare word.
pub fn set(text: &str) -> Result<Tree, Problems> {
    let Some((key, value)) = text.split_once('=') else {
        return Err(refused(&format!("--set {text}: no '='")));
    };
    let as_written = Source::new("--set", format!("{key} = {value}"));
    if let Ok(tree) = Node::parse(&as_written)
        && tree.len() == 1
    {
        return Ok(tree);
    }
    let quoted = toml::Value::from(value).to_string();
    let source = Source::new("--set", format!("{key} = {quoted}"));
    let tree = Node::parse(&source).map_err(|found| {
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
