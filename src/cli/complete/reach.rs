//! What the words before the one that is completed put in reach: the options,
//! the stack that they name.
#![expect(clippy::disallowed_methods, reason = "the stack is a file")]

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::{Cli, Globals, Session};
use crate::input::{Node, Scalar, Tree};

/// The working directory.
pub(super) fn here() -> Option<PathBuf> {
    std::env::current_dir().ok()
}

/// The options of the words on the line. Shells put them behind a `--`; the
/// last may be the one that is completed.
pub(super) fn session() -> Session {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let mut words: Vec<OsString> = words.collect();
    words.pop();
    let command = Cli::command().ignore_errors(true);
    let globals = command
        .try_get_matches_from(words)
        .and_then(|matches| Globals::from_arg_matches(&matches));
    let mut globals = globals.unwrap_or_default();
    // Nobody is asked over a network for the sake of a word.
    globals.imds = false;
    Session::new(globals)
}

/// The services of the stack, each with its kind where it states one.
pub(super) fn services() -> Vec<(String, Option<String>)> {
    let session = session();
    let Ok(source) = session.stack_source() else {
        return Vec::new();
    };
    // Where none is written, what is installed or the default.
    if source.is_none() {
        let scene = session.scene().into_iter();
        let services = scene.flat_map(|scene| scene.stack.services);
        return services
            .map(|(name, spec)| (name, Some(spec.kind)))
            .collect();
    }
    let tree = source.map(|source| session.gathered(&source).tree);
    let services = tree.as_ref().and_then(|tree| table(tree, "services"));
    services
        .into_iter()
        .flatten()
        .map(|(name, (_, node))| (name.clone(), kind(node)))
        .collect()
}

fn table<'a>(tree: &'a Tree, key: &str) -> Option<&'a Tree> {
    match &tree.get(key)?.1.value {
        Scalar::Table(table) => Some(table),
        _ => None,
    }
}

fn kind(service: &Node) -> Option<String> {
    let Scalar::Table(keys) = &service.value else {
        return None;
    };
    match &keys.get("kind")?.1.value {
        Scalar::Text(kind) => Some(kind.clone()),
        _ => None,
    }
}
