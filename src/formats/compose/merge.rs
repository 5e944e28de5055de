//! What compose makes of its files together: the base, and the override that
//! stands beside it. Which of several statements counts is decided here; where
//! they stand in a file is known to `say`.
//!
//! Source: compose-spec 13-merge; compose-go cli/options.go and override/.

use std::collections::BTreeMap;

use super::super::{
    Files, Format, Malformed, Occurrence, Reading, Standing, Statement, Trouble, TroubleKind,
};
use super::lists::Lists;
use super::say::All;

/// Names of the base, the first that is there.
/// Source: compose-go cli/options.go, `DefaultFileNames`.
const BASES: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// Names of the override, the first that is there.
/// Source: compose-go cli/options.go, `DefaultOverrideFileNames`.
const OVERRIDES: &[&str] = &[
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// Lists that may be one value without a list.
/// Source: compose-spec 05-services.
const LISTS: &[&str] = &["dns", "dns_search", "env_file", "tmpfs"];

/// Keys that name other files: they are not followed.
/// Source: compose-spec 14-include, and `extends` in 05-services.
const FOLLOWED: &[&str] = &["include", "extends"];

pub(super) fn read(files: &dyn Files, main: &str) -> Reading {
    let mut merged = Merged::default();
    for path in paths(files, main) {
        let Some(document) = merged.reading.open(Format::Compose, files, &path) else {
            continue;
        };
        if let Ok(all) = super::all(document.bytes()) {
            merged.file(&all, &path, &|at| document.line(at));
        }
    }
    merged.reading
}

/// The base, then the override, as they stand beside the file.
fn paths(files: &dyn Files, main: &str) -> Vec<String> {
    let (directory, name) = main.rsplit_once('/').unwrap_or(("", main));
    let beside = |names: &[&str]| {
        let mut paths = names.iter().map(|name| format!("{directory}/{name}"));
        paths.find(|path| !files.read(path).is_err_and(|missing| missing.is_absent()))
    };
    if OVERRIDES.contains(&name) {
        let base = beside(BASES);
        base.into_iter().chain([main.to_owned()]).collect()
    } else if BASES.contains(&name) {
        let over = beside(OVERRIDES);
        [main.to_owned()].into_iter().chain(over).collect()
    } else {
        vec![main.to_owned()]
    }
}

/// A statement's blocks and key, an item's number by itself.
pub(super) type Path = Vec<String>;

/// What holds after the files so far.
#[derive(Default)]
pub(super) struct Merged {
    pub(super) reading: Reading,
    pub(super) holds: BTreeMap<Path, usize>,
}

impl Merged {
    fn file(&mut self, all: &All, path: &str, line: &dyn Fn(usize) -> u32) {
        let mut forgotten = Vec::new();
        for replaced in &all.replaced {
            let mut at = replaced.within.clone();
            at.push(replaced.key.clone());
            let at = parts(&at);
            forgotten.push((at.clone(), self.take_below(&at)));
        }
        let before = self.reading.occurrences.len();
        let statements: Vec<Statement> = all.said.iter().map(|s| whole(&s.statement)).collect();
        self.logging(&statements, before);
        let mut lists = Lists::of(&statements);
        for statement in &statements {
            self.followed(statement, path, line(statement.at.start));
            let mut at = statement.within.clone();
            at.push(statement.key.clone());
            let at = lists.renumbered(self, &at);
            let (within, key) = joined(&at);
            let n = self.reading.occurrences.len();
            self.reading.occurrences.push(Occurrence {
                within,
                key,
                value: statement.value.clone(),
                file: path.to_owned(),
                line: line(statement.at.start),
                standing: Standing::Holds,
            });
            self.decide(at, n);
        }
        for (at, lost) in forgotten {
            let mut below = self.holds.range(at.clone()..);
            let winner = below.next().filter(|(path, _)| path.starts_with(&at));
            if let Some(winner) = winner.map(|(_, n)| *n).filter(|n| *n >= before) {
                self.lose(lost, winner);
            }
        }
    }

    /// What is below a path no longer holds.
    pub(super) fn take_below(&mut self, at: &Path) -> Vec<usize> {
        let from = self.holds.range(at.clone()..);
        let below: Vec<Path> = from
            .take_while(|(path, _)| path.starts_with(at))
            .map(|(path, _)| path.clone())
            .collect();
        below
            .iter()
            .filter_map(|path| self.holds.remove(path))
            .collect()
    }

    pub(super) fn lose(&mut self, lost: Vec<usize>, winner: usize) {
        for n in lost.into_iter().filter(|n| *n != winner) {
            if let Some(one) = self.reading.occurrences.get_mut(n) {
                one.standing = Standing::Lost(winner);
            }
        }
    }

    /// Whether the newest counts, and what loses to it.
    fn decide(&mut self, at: Path, newest: usize) {
        let value = self
            .reading
            .occurrences
            .get(newest)
            .map(|one| one.value.clone());
        let value = value.unwrap_or_default();
        let nothing = [b"null".as_slice(), b"[]", b"{}"].contains(&value.as_slice());
        let variable = at
            .iter()
            .rev()
            .nth(1)
            .is_some_and(|block| block == "environment");
        if nothing && !variable {
            let from = self.holds.range(at.clone()..);
            let mut below = from.skip_while(|(path, _)| **path == at);
            let first = below.next().filter(|(path, _)| path.starts_with(&at));
            if let Some(first) = first.map(|(_, n)| *n) {
                self.lose(vec![newest], first);
                return;
            }
        }
        let mut lost = self.take_below(&at);
        for n in 1..at.len() {
            lost.extend(at.get(..n).and_then(|above| self.holds.remove(above)));
        }
        self.lose(lost, newest);
        self.holds.insert(at, newest);
    }

    /// Options belong to a driver: of another one they are forgotten.
    fn logging(&mut self, statements: &[Statement], before: usize) {
        for (n, one) in statements.iter().enumerate() {
            if one.key != "driver" || one.within.last().is_none_or(|block| block != "logging") {
                continue;
            }
            let mut driver = one.within.clone();
            driver.push(one.key.clone());
            let was = self.holds.get(&driver).copied();
            let was = was.and_then(|was| self.reading.occurrences.get(was));
            if was.is_some_and(|was| was.value != one.value) {
                let lost = self.take_below(&one.within);
                self.lose(lost, before + n);
            }
        }
    }

    /// A file that another names, which is not read.
    fn followed(&mut self, statement: &Statement, file: &str, line: u32) {
        let at = statement.within.iter().chain([&statement.key]);
        let names = |block: &&String| {
            let name = block.split('[').next().unwrap_or_default();
            FOLLOWED.contains(&name)
        };
        let (depth, name) = match at.enumerate().find(|(_, block)| names(block)) {
            Some((depth, name)) if depth == 0 || depth == 2 => (depth, name),
            _ => return,
        };
        let is_include = name.starts_with("include");
        if is_include != (depth == 0) {
            return;
        }
        let message = format!("'{name}' names settings that are not read");
        self.reading.troubles.push(Trouble {
            file: file.to_owned(),
            what: TroubleKind::Malformed(Malformed {
                line,
                column: 1,
                message,
            }),
        });
    }
}

/// One value that stands for a list or a mapping, as such.
fn whole(statement: &Statement) -> Statement {
    let mut statement = statement.clone();
    if statement.within.len() == 2 && statement.value != "null" && statement.value != "!reset" {
        if LISTS.contains(&statement.key.as_str()) && statement.value != "[]" {
            statement.key.push_str("[0]");
        } else if statement.key == "build" {
            statement.within.push(statement.key.clone());
            "context".clone_into(&mut statement.key);
        }
    }
    statement
}

/// Blocks and key, with the numbers of items by themselves.
pub(super) fn parts(at: &[String]) -> Path {
    let mut parts = Vec::new();
    for block in at {
        let name = block.trim_end_matches(|c: char| c.is_ascii_digit() || c == '[' || c == ']');
        let numbers = block.get(name.len()..).unwrap_or_default();
        if !numbers.starts_with('[') || !numbers.ends_with(']') {
            parts.push(block.clone());
            continue;
        }
        parts.push(name.to_owned());
        let numbers = numbers.split_inclusive(']');
        parts.extend(numbers.map(str::to_owned));
    }
    parts
}

/// The other way.
fn joined(parts: &[String]) -> (Vec<String>, String) {
    let mut within: Vec<String> = Vec::new();
    for part in parts {
        match within.last_mut().filter(|_| part.starts_with('[')) {
            Some(block) => block.push_str(part),
            None => within.push(part.clone()),
        }
    }
    let key = within.pop().unwrap_or_default();
    (within, key)
}
