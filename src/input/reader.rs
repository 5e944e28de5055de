//! Typed reading of a tree: each getter takes one key, says what is wrong with
//! it, and goes on; what is in no table of keys is unknown.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{KeySpec, Node, Problem, Problems, Scalar, Spot, Tree, nearest};
use crate::units::{Bytes, Cpus, Decimal, Money, SizeError, Version};

/// Reads one table.
pub struct Reader<'a> {
    tree: &'a Tree,
    what: String,
    problems: &'a RefCell<Problems>,
}

/// A table whose keys are names that the person chose.
pub type WideReader<'a> = BTreeMap<&'a str, (&'a Spot, &'a Node)>;

impl<'a> Reader<'a> {
    /// Reads `tree`, called `what` in messages ("service 'db'").
    pub fn new(tree: &'a Tree, what: impl Into<String>, problems: &'a RefCell<Problems>) -> Self {
        Self {
            tree,
            what: what.into(),
            problems,
        }
    }

    /// Reports a mistake.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Whether nothing was wrong so far.
    pub fn is_sound(&self) -> bool {
        self.problems.borrow().0.is_empty()
    }

    /// The value of a key, whatever its type.
    pub fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.tree.get(key).map(|(_, node)| node)
    }

    /// Where a key's value stands.
    pub fn spot(&self, key: &str) -> Option<&'a Spot> {
        self.tree.get(key).map(|(_, node)| &node.spot)
    }

    fn wrong(&self, key: &str, node: &Node, wanted: &str) {
        let message = format!(
            "{key} of {} must be {wanted}, not {}",
            self.what,
            node.value.type_name()
        );
        self.report(Problem::at(&node.spot, message));
    }

    /// A string.
    pub fn text(&self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(key, node, "a string");
                None
            }
        }
    }

    /// A size with its unit.
    pub fn size(&self, key: &'static str) -> Option<Bytes> {
        let node = self.node(key)?;
        let parsed = match &node.value {
            Scalar::Text(text) => Bytes::parse(text),
            Scalar::Integer(_) | Scalar::Float(_) => Err(SizeError::NoUnit),
            _ => {
                self.wrong(key, node, "a size");
                return None;
            }
        };
        parsed
            .map_err(|error| {
                let message = format!("{key} of {}: {error}", self.what);
                self.report(Problem::at(&node.spot, message).help(SizeError::HELP));
            })
            .ok()
    }

    /// A whole number within bounds.
    pub fn count(&self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let node = self.node(key)?;
        let Scalar::Integer(text) = &node.value else {
            self.wrong(key, node, "a whole number");
            return None;
        };
        match text.parse::<u64>() {
            Ok(n) if (least..=most).contains(&n) => Some(n),
            _ => {
                let message = format!(
                    "{key} of {} must be from {least} to {most}, not {text}",
                    self.what
                );
                self.report(Problem::at(&node.spot, message));
                None
            }
        }
    }

    /// A number with at most three places within bounds (in thousandths).
    pub fn decimal(&self, key: &'static str, least: u64, most: u64) -> Option<Decimal> {
        let node = self.node(key)?;
        let (Scalar::Integer(text) | Scalar::Float(text)) = &node.value else {
            self.wrong(key, node, "a number");
            return None;
        };
        match Decimal::parse(text) {
            Ok(n) if (least..=most).contains(&n.in_thousandths()) => Some(n),
            _ => {
                let (low, high) = (Decimal::thousandths(least), Decimal::thousandths(most));
                let message = format!(
                    "{key} of {} must be from {low} to {high} with at most three decimal places, not {text}",
                    self.what
                );
                self.report(Problem::at(&node.spot, message));
                None
            }
        }
    }

    /// A number of processors, up to 4096.
    pub fn cpus(&self, key: &'static str) -> Option<Cpus> {
        self.decimal(key, 1, 4_096_000)
            .map(|n| Cpus(n.in_thousandths()))
    }

    /// Dollars.
    pub fn money(&self, key: &'static str) -> Option<Money> {
        let node = self.node(key)?;
        let (Scalar::Integer(text) | Scalar::Float(text)) = &node.value else {
            self.wrong(key, node, "a number of dollars");
            return None;
        };
        let money = Money::parse(text);
        if money.is_none() {
            self.report(Problem::at(
                &node.spot,
                format!("{key} of {} is no amount of dollars", self.what),
            ));
        }
        money
    }

    /// True or false.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Bool(yes) => Some(*yes),
            _ => {
                self.wrong(key, node, "true or false");
                None
            }
        }
    }

    /// A version: `15`, `"1.22"`.
    pub fn version(&self, key: &'static str) -> Option<Version> {
        let node = self.node(key)?;
        let (Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text)) = &node.value else {
            self.wrong(key, node, "a version");
            return None;
        };
        let version = Version::parse(text).ok();
        if version.is_none() {
            self.report(Problem::at(
                &node.spot,
                format!("{key} of {}: '{text}' is no version", self.what),
            ));
        }
        version
    }

    /// One of a few words.
    pub fn choice(&self, key: &'static str, words: &[&'static str]) -> Option<&'static str> {
        let node = self.node(key)?;
        let text = self.text(key)?;
        let found = words.iter().find(|word| **word == text).copied();
        if found.is_none() {
            let message = format!(
                "{key} of {} must be one of {}, not '{text}'",
                self.what,
                words.join(", ")
            );
            self.report(with_nearest(
                Problem::at(&node.spot, message),
                &text,
                words.iter().copied(),
            ));
        }
        found
    }

    /// A list of strings, with the place of each.
    pub fn list(&self, key: &'static str) -> Option<Vec<(String, Spot)>> {
        let node = self.node(key)?;
        let Scalar::Array(items) = &node.value else {
            self.wrong(key, node, "an array of strings");
            return None;
        };
        let mut list = Vec::new();
        for item in items {
            match &item.value {
                Scalar::Text(text) => list.push((text.clone(), item.spot.clone())),
                _ => self.wrong(key, item, "an array of strings"),
            }
        }
        Some(list)
    }

    /// A table with keys that are known.
    pub fn table(&self, key: &'static str) -> Option<&'a Tree> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Table(tree) => Some(tree),
            _ => {
                self.wrong(key, node, "a table");
                None
            }
        }
    }

    /// A table whose keys are the person's own.
    pub fn wide_table(&self, key: &'static str) -> Option<WideReader<'a>> {
        let tree = self.table(key)?;
        Some(
            tree.iter()
                .map(|(key, (spot, node))| (key.as_str(), (spot, node)))
                .collect(),
        )
    }

    /// A new reader over a table below this one.
    pub fn below(&self, key: &'static str, what: impl Into<String>) -> Option<Reader<'a>> {
        let tree = self.table(key)?;
        Some(Reader::new(tree, what, self.problems))
    }

    /// Reports every key that is in none of these tables.
    pub fn finish(self, tables: &[&[KeySpec]]) {
        let known = || tables.iter().copied().flatten().map(|key| key.name);
        for (key, (spot, _)) in self.tree {
            if known().any(|name| name == key) {
                continue;
            }
            let problem = Problem::at(spot, format!("{} has no key '{key}'", self.what));
            self.problems
                .borrow_mut()
                .push(with_nearest(problem, key, known()));
        }
    }
}

fn with_nearest<'a>(
    problem: Problem,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Problem {
    let near = nearest(word, known);
    if near.is_empty() {
        return problem;
    }
    problem.help(format!("did you mean {}?", near.join(" or ")))
}
