//! Typed reading of a tree: each getter takes one key, says what is wrong with
//! it, and goes on; what is in no table of keys is unknown.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{KeySpec, Node, Problem, Problems, Scalar, Spot, Tree, nearest};
use crate::units::{Bytes, Cpus, Decimal, Money, SizeError, Version};

/// Values of one list: as many as a stack may have services.
pub const MOST_ITEMS: usize = 512;

/// Reads one table.
pub struct Reader<'a> {
    tree: &'a Tree,
    what: String,
    problems: &'a RefCell<Problems>,
    /// What was looked for so far: a slip for it is not told twice.
    asked: RefCell<BTreeSet<&'static str>>,
}

/// All the keys that a table may have.
type Tables<'a> = &'a [&'a [KeySpec]];

/// A table whose keys are names that the person chose.
pub type WideReader<'a> = BTreeMap<&'a str, (&'a Spot, &'a Node)>;

impl<'a> Reader<'a> {
    /// Reads `tree`, called `what` in messages ("service 'db'").
    pub fn new(tree: &'a Tree, what: impl Into<String>, problems: &'a RefCell<Problems>) -> Self {
        Self {
            tree,
            what: what.into(),
            problems,
            asked: RefCell::default(),
        }
    }

    /// Reports a mistake.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// The value of a key, whatever its type.
    pub fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().insert(key);
        self.tree.get(key).map(|(_, node)| node)
    }

    /// Where a key's value stands.
    pub fn spot(&self, key: &str) -> Option<&'a Spot> {
        self.tree.get(key).map(|(_, node)| &node.spot)
    }

    /// Where a key of the table under a key stands.
    pub fn spot_within(&self, key: &str, name: &str) -> Option<&'a Spot> {
        match &self.tree.get(key)?.1.value {
            Scalar::Table(tree) => tree.get(name).map(|(spot, _)| spot),
            _ => None,
        }
    }

    fn wrong(&self, key: &str, node: &Node, wanted: &str, as_in: &str) {
        let message = format!(
            "{key} of {} must be {wanted}, not {}",
            self.what,
            node.value.type_name()
        );
        let problem = Problem::at(&node.spot, message).label(node.value.type_name());
        self.report(problem.help(format!("as in {key} = {as_in}")));
    }

    fn out_of_range(&self, key: &str, node: &Node, wanted: &str, help: String) {
        let message = format!("{key} of {} must be {wanted}", self.what);
        let problem = Problem::at(&node.spot, message).label("out of range");
        self.report(problem.help(help));
    }

    /// Reports that a key of these tables which must be there is not; where
    /// another looks like a slip for it, that one is told as unknown, and this
    /// is enough.
    pub fn lacks(&self, key: &'static str, tables: Tables<'_>, at: &Spot, help: impl Into<String>) {
        if self.has_slip_for(key, tables) {
            return;
        }
        let message = format!("{} lacks '{key}'", self.what);
        let problem = Problem::at(at, message).label(format!("no '{key}' here"));
        self.report(problem.help(help));
    }

    /// The same, where no other key tells of the slip: it is told here.
    pub fn lacks_or_slip(
        &self,
        key: &'static str,
        tables: Tables<'_>,
        at: &Spot,
        help: impl FnOnce() -> String,
    ) {
        let Some((slip, spot)) = self.slip_for(key, tables) else {
            return self.lacks(key, tables, at, help());
        };
        let message = format!("{} has no key '{slip}'", self.what);
        let problem = Problem::at(spot, message).label("unknown key");
        self.report(problem.help(format!("did you mean {key}?")));
    }

    /// Whether a key that is in none of these tables looks like a slip for
    /// another, which is not there.
    pub fn has_slip_for(&self, key: &'static str, tables: Tables<'_>) -> bool {
        !self.tree.contains_key(key) && self.slip_for(key, tables).is_some()
    }

    fn slip_for(&self, key: &'static str, tables: Tables<'_>) -> Option<(&'a str, &'a Spot)> {
        let known = |written: &str| tables.iter().copied().flatten().any(|k| k.name == written);
        let slips = self
            .tree
            .iter()
            .filter(|(written, _)| !known(written))
            .take(MOST_ITEMS);
        let mut slips = slips.filter(|(written, _)| nearest(written, [key]) == [key]);
        slips
            .next()
            .map(|(written, (spot, _))| (written.as_str(), spot))
    }

    /// Whether the table under a key is there and empty.
    pub fn tree_is_empty(&self, key: &str) -> bool {
        let Some((_, node)) = self.tree.get(key) else {
            return false;
        };
        matches!(&node.value, Scalar::Table(tree) if tree.is_empty())
    }

    /// A string.
    pub fn text(&self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Text(text) => Some(text.clone()),
            _ => {
                self.wrong(key, node, "a string", "\"...\"");
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
                self.wrong(key, node, "a size", "\"512MiB\"");
                return None;
            }
        };
        parsed
            .map_err(|error| {
                let message = format!("{key} of {}: {error}", self.what);
                let problem = Problem::at(&node.spot, message).label(error.label());
                self.report(problem.help(SizeError::HELP));
            })
            .ok()
    }

    /// A whole number within bounds.
    pub fn count(&self, key: &'static str, least: u64, most: u64) -> Option<u64> {
        let node = self.node(key)?;
        let Scalar::Integer(text) = &node.value else {
            self.wrong(
                key,
                node,
                "a whole number",
                &10.clamp(least, most.max(least)).to_string(),
            );
            return None;
        };
        match text.parse::<u64>() {
            Ok(n) if (least..=most).contains(&n) => Some(n),
            _ => {
                let wanted = format!("from {least} to {most}, not {text}");
                let help = format!("write a number of that range, or leave {key} out");
                self.out_of_range(key, node, &wanted, help);
                None
            }
        }
    }

    /// A number with at most three places within bounds (in thousandths).
    pub fn decimal(&self, key: &'static str, least: u64, most: u64) -> Option<Decimal> {
        let node = self.node(key)?;
        let (Scalar::Integer(text) | Scalar::Float(text)) = &node.value else {
            let least = Decimal::thousandths(least.max(1000)).to_string();
            self.wrong(key, node, "a number", &least);
            return None;
        };
        match Decimal::parse(text) {
            Ok(n) if (least..=most).contains(&n.in_thousandths()) => Some(n),
            _ => {
                let (low, high) = (Decimal::thousandths(least), Decimal::thousandths(most));
                let wanted =
                    format!("from {low} to {high} with at most three decimal places, not {text}");
                let help = format!("as in {key} = 1.5");
                self.out_of_range(key, node, &wanted, help);
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
            self.wrong(key, node, "a number of dollars", "15.18");
            return None;
        };
        let money = Money::parse(text);
        if money.is_none() {
            let wanted = format!("an amount of dollars, not {text}");
            self.out_of_range(key, node, &wanted, format!("as in {key} = 15.18"));
        }
        money
    }

    /// True or false.
    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Bool(yes) => Some(*yes),
            _ => {
                self.wrong(key, node, "true or false", "true");
                None
            }
        }
    }

    /// A version: `15`, `"1.22"`.
    pub fn version(&self, key: &'static str) -> Option<Version> {
        let node = self.node(key)?;
        let (Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text)) = &node.value else {
            self.wrong(key, node, "a version", "\"15.2\"");
            return None;
        };
        let version = Version::parse(text).ok();
        if version.is_none() {
            let message = format!("{key} of {}: '{text}' is no version", self.what);
            let problem = Problem::at(&node.spot, message).label("no version");
            self.report(problem.help(format!("numbers and dots, as in {key} = \"15.2\"")));
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
            let problem = Problem::at(&node.spot, message).label("none of them");
            let known = words.iter().copied();
            self.report(problem.nearest(&text, known, || {
                format!(
                    "as in {key} = \"{}\"",
                    words.first().copied().unwrap_or_default()
                )
            }));
            // What was most likely meant: what is read next is judged by it.
            return nearest(&text, words.iter().copied())
                .first()
                .and_then(|near| words.iter().find(|word| *word == near).copied());
        }
        found
    }

    /// A list of strings, with the place of each.
    pub fn list(&self, key: &'static str) -> Option<Vec<(String, Spot)>> {
        let node = self.node(key)?;
        let Scalar::Array(items) = &node.value else {
            self.wrong(key, node, "an array of strings", "[\"...\"]");
            return None;
        };
        if items.len() > MOST_ITEMS {
            let message = format!(
                "{key} of {} has {} values; at most {MOST_ITEMS} are read",
                self.what,
                items.len()
            );
            let problem = Problem::at(&node.spot, message).label("too many");
            self.report(problem.help("name each one once, or fewer"));
        }
        let mut list = Vec::new();
        for item in items.iter().take(MOST_ITEMS) {
            match &item.value {
                Scalar::Text(text) => list.push((text.clone(), item.spot.clone())),
                _ => self.wrong(key, item, "an array of strings", "[\"...\"]"),
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
                self.wrong(key, node, "a table", "{ ... }");
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
    pub fn finish(self, tables: Tables<'_>) {
        let known = || tables.iter().copied().flatten().map(|key| key.name);
        for (key, (spot, _)) in self.tree {
            if known().any(|name| name == key) {
                continue;
            }
            if self.problems.borrow().is_full() {
                return;
            }
            let message = format!("{} has no key '{key}'", self.what);
            let problem = Problem::at(spot, message).label("unknown key");
            let all = || format!("it has {}", known().collect::<Vec<_>>().join(", "));
            self.problems
                .borrow_mut()
                .push(problem.nearest(key, known(), all));
        }
    }
}
