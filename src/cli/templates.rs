//! `--templates DIR`: templates of a person's own, each in the place of one of
//! tune's. A file that is none of them is refused: it would be left out unseen.
#![expect(clippy::disallowed_methods, reason = "templates are files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::CliError;
use super::file::Door;
use crate::input::{Problem, Problems};
use crate::render::Templates;

/// Directories below DIR that are looked into: `KIND/NAME.tera` is one deep.
const DEEPEST: usize = 4;

/// Reads every file of the directory.
pub(super) fn read(door: &Door, directory: &Path) -> Result<Templates, CliError> {
    let known: Vec<String> = Templates::names().collect();
    let mut own = BTreeMap::new();
    let mut problems = Problems::default();
    for path in door.templates(directory)? {
        let below = path.strip_prefix(directory).unwrap_or(&path);
        let name = below.to_string_lossy().into_owned();
        if !known.contains(&name) {
            problems.push(unknown(&path, &name, &known));
            continue;
        }
        match door.read(&path) {
            Ok(source) => {
                own.insert(name, source);
            }
            Err(error) => problems.0.extend(error.problems()),
        }
    }
    if !problems.0.is_empty() {
        return Err(CliError::found(problems));
    }
    Ok(Templates::with(own)?)
}

fn unknown(path: &Path, name: &str, known: &[String]) -> Problem {
    let message = format!("{} takes the place of no template", path.display());
    let kind = name.split('/').next().unwrap_or_default();
    let of_kind = |name: &&String| name.split('/').next() == Some(kind);
    let mut beside: Vec<&str> = known.iter().filter(of_kind).map(String::as_str).collect();
    let kinds = known.iter().filter_map(|name| name.split('/').next());
    let help = if beside.is_empty() {
        beside = kinds.collect();
        beside.dedup();
        "a template is KIND/NAME.tera, with KIND one of"
    } else {
        "there are"
    };
    let all = || format!("{help} {}", beside.join(", "));
    Problem::new(message).nearest(name, known.iter().map(String::as_str), all)
}

/// The files below a directory on disk, in order.
pub(super) fn found(directory: &Path) -> Result<Vec<PathBuf>, CliError> {
    if directory.is_file() {
        let message = format!("cannot read {}: not a directory", directory.display());
        return Err(CliError::refused(
            message,
            "templates are files below it: name the directory",
        ));
    }
    let mut found = Vec::new();
    files(directory, DEEPEST, &mut found)?;
    found.sort();
    Ok(found)
}

fn files(directory: &Path, deepest: usize, found: &mut Vec<PathBuf>) -> Result<(), CliError> {
    let failed = |error| CliError::file("read", directory, error);
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() && deepest > 0 {
            files(&path, deepest - 1, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
