//! The settings that a person pinned for a service, and what is wrong with them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::input::{Node, Problem, Problems, Scalar, Tree};
use crate::units::{Bytes, Decimal, SizeError};

/// `[services.NAME.settings]`: each is honoured exactly or refused.
#[derive(Debug)]
pub struct Pins<'a> {
    of: &'a str,
    nodes: &'a Tree,
    asked: RefCell<BTreeSet<String>>,
    problems: RefCell<Problems>,
}

impl<'a> Pins<'a> {
    /// The pins of a service.
    pub fn new(of: &'a str, nodes: &'a Tree) -> Self {
        Self {
            of,
            nodes,
            asked: RefCell::default(),
            problems: RefCell::default(),
        }
    }

    /// What was written for a key.
    pub fn node(&self, key: &str) -> Option<&'a Node> {
        if !self.nodes.is_empty() {
            self.asked.borrow_mut().insert(key.to_owned());
        }
        self.nodes.get(key).map(|(_, node)| node)
    }

    fn refuse(&self, node: &Node, key: &str, wanted: &str, help: &str) {
        let message = format!("setting '{key}' of service '{}' must be {wanted}", self.of);
        self.problems.borrow_mut().push(
            Problem::at(&node.spot, message)
                .label(node.value.type_name())
                .help(help),
        );
    }

    /// A pinned size.
    pub fn size(&self, key: &str) -> Option<Bytes> {
        let node = self.node(key)?;
        let parsed = match &node.value {
            Scalar::Text(text) => Bytes::parse(text).ok(),
            _ => None,
        };
        if parsed.is_none() {
            self.refuse(node, key, "a size", SizeError::HELP);
        }
        parsed
    }

    /// A pinned whole number.
    pub fn count(&self, key: &str) -> Option<u64> {
        let node = self.node(key)?;
        let parsed = match &node.value {
            Scalar::Integer(text) => text.parse().ok().filter(|n| *n <= 1 << 40),
            _ => None,
        };
        if parsed.is_none() {
            self.refuse(
                node,
                key,
                "a whole number",
                "write it without quotes, as in 4",
            );
        }
        parsed
    }

    /// A pinned number with at most three places.
    pub fn decimal(&self, key: &str) -> Option<Decimal> {
        let node = self.node(key)?;
        let parsed = match &node.value {
            Scalar::Integer(text) | Scalar::Float(text) => Decimal::parse(text).ok(),
            _ => None,
        };
        if parsed.is_none() {
            self.refuse(
                node,
                key,
                "a number with at most three decimal places",
                "write it as in 1.1",
            );
        }
        parsed
    }

    /// A pinned switch.
    pub fn flag(&self, key: &str) -> Option<bool> {
        let node = self.node(key)?;
        let parsed = match &node.value {
            Scalar::Bool(yes) => Some(*yes),
            Scalar::Text(text) => match text.as_str() {
                "on" | "yes" | "true" => Some(true),
                "off" | "no" | "false" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if parsed.is_none() {
            self.refuse(
                node,
                key,
                "true or false",
                "write true, false, \"on\" or \"off\"",
            );
        }
        parsed
    }

    /// A pinned word.
    pub fn word(&self, key: &str) -> Option<String> {
        let node = self.node(key)?;
        match &node.value {
            Scalar::Text(text) if !text.chars().any(char::is_control) => Some(text.clone()),
            _ => {
                self.refuse(node, key, "a string of one line", "write it in quotes");
                None
            }
        }
    }

    /// A pin that cannot be honoured.
    pub fn reject(&self, key: &str, message: &str, help: &str) {
        if let Some((_, node)) = self.nodes.get(key) {
            self.problems
                .borrow_mut()
                .push(Problem::at(&node.spot, message).label("refused").help(help));
        }
    }

    /// What is wrong with a value that was stated elsewhere than here.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// All that was wrong: bad values, and keys that no setting has.
    pub fn finish(self) -> Problems {
        let asked = self.asked.into_inner();
        let mut problems = self.problems.into_inner();
        for (key, (spot, _)) in self.nodes {
            if asked.contains(key) {
                continue;
            }
            let message = format!("tune makes no setting '{key}' for service '{}'", self.of);
            let known = || asked.iter().map(String::as_str);
            let all = || format!("it makes {}", known().collect::<Vec<_>>().join(", "));
            let problem = Problem::at(spot, message).label("no such setting");
            problems.push(problem.nearest(key, known(), all));
        }
        problems
    }
}
