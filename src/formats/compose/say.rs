//! What a tree of YAML says, as statements: aliases and `<<` resolved, lists of
//! `NAME=value` read as the mappings that they stand for.
//!
//! Source: YAML 1.1 merge key; compose-spec 05-services, `environment`, `labels`.

use std::collections::BTreeSet;
use std::ops::Range;

use granit_parser::ScalarStyle;

use super::super::{Malformed, Statement};
use super::tree::{Kind, Node, Tag, Tree};

/// Blocks within blocks.
/// Source: granit-parser, `Options::block_nesting_limit`: 255.
const DEEPEST: usize = 255;

/// Statements that aliases may bring in.
/// Source: go-yaml v3 decode.go, `alias_ratio_range_low`: 400,000.
const MOST_FROM_ALIASES: usize = 400_000;

/// Lists whose items are `NAME=value`, the same as a mapping of them.
pub(super) const PAIRS: &[&str] = &["environment", "labels", "args", "annotations", "sysctls"];

/// A statement with how it is written.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) statement: Statement,
    pub(super) form: Form,
}

/// How a statement is written.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// `key: value`, or an item of a list.
    Plain,
    /// The same, without a value.
    Bare,
    /// `NAME=value` as one scalar, with its bytes.
    Pair(Range<usize>, ScalarStyle),
    /// An alias or `<<` brings it in.
    Borrowed,
}

/// What is said of other files: `!reset`, `!override`.
#[derive(Debug)]
pub(super) struct Replaced {
    pub(super) within: Vec<String>,
    pub(super) key: String,
}

/// All that one file says.
#[derive(Debug, Default)]
pub(super) struct All {
    pub(super) said: Vec<Said>,
    pub(super) replaced: Vec<Replaced>,
}

pub(super) fn all(bytes: &[u8], tree: &Tree) -> Result<All, Malformed> {
    let mut reader = Reader {
        bytes,
        tree,
        all: All::default(),
        borrowed: None,
        from_aliases: 0,
        depth: 0,
    };
    let Some(root) = tree.root() else {
        return Ok(reader.all);
    };
    let mut within = Vec::new();
    match tree.node(root) {
        Some(node) if matches!(node.kind, Kind::Mapping { .. }) => {
            reader.mapping(&mut within, root, &mut BTreeSet::new())?;
        }
        Some(node) if tree.text(root) != Some("null") => {
            return Err(Malformed::at(bytes, node.at.start, "not a mapping"));
        }
        _ => {}
    }
    Ok(reader.all)
}

struct Reader<'a> {
    bytes: &'a [u8],
    tree: &'a Tree,
    all: All,
    /// What brought in the nodes that are being read.
    borrowed: Option<Range<usize>>,
    from_aliases: usize,
    depth: usize,
}

impl Reader<'_> {
    fn malformed<T>(&self, at: usize, message: impl Into<String>) -> Result<T, Malformed> {
        Err(Malformed::at(self.bytes, at, message))
    }

    /// The entries of a mapping that `seen` does not have yet.
    fn mapping(
        &mut self,
        within: &mut Vec<String>,
        id: usize,
        seen: &mut BTreeSet<String>,
    ) -> Result<(), Malformed> {
        let tree = self.tree;
        let Some(Node {
            kind: Kind::Mapping { entries, .. },
            ..
        }) = tree.resolved(id)
        else {
            return Ok(());
        };
        let mut merges = Vec::new();
        let mut own = BTreeSet::new();
        for (key, value) in entries {
            let Some((name, node)) = tree.text(*key).zip(tree.node(*key)) else {
                continue;
            };
            if name == "<<" {
                merges.push((node.at.start, *value));
                continue;
            }
            if !own.insert(name.to_owned()) {
                return self.malformed(node.at.start, format!("'{name}' stands here twice"));
            }
            if seen.insert(name.to_owned()) {
                self.value(within, name, node.at.start, *value)?;
            }
        }
        for (start, from) in merges {
            self.merge(within, start, from, seen)?;
        }
        Ok(())
    }

    /// What `<<` brings in: one mapping, or several, of which earlier ones win.
    fn merge(
        &mut self,
        within: &mut Vec<String>,
        start: usize,
        from: usize,
        seen: &mut BTreeSet<String>,
    ) -> Result<(), Malformed> {
        let tree = self.tree;
        let Some((node, target)) = tree.node(from).zip(tree.resolved(from)) else {
            return Ok(());
        };
        let sources = match &target.kind {
            Kind::Mapping { .. } => vec![from],
            Kind::Sequence { items, .. } => items.clone(),
            _ => return self.malformed(node.at.start, "'<<' takes mappings"),
        };
        let outer = self.borrowed.clone();
        self.borrowed = Some(outer.clone().unwrap_or(start..node.at.end));
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.malformed(start, "blocks within blocks too deeply");
        }
        for source in sources {
            match tree.resolved(source) {
                Some(Node {
                    kind: Kind::Mapping { .. },
                    ..
                }) => self.mapping(within, source, seen)?,
                _ => return self.malformed(node.at.start, "'<<' takes mappings"),
            }
        }
        self.depth -= 1;
        self.borrowed = outer;
        Ok(())
    }

    /// The value of a key or of an item; `start` is where either begins.
    fn value(
        &mut self,
        within: &mut Vec<String>,
        key: &str,
        start: usize,
        id: usize,
    ) -> Result<(), Malformed> {
        let tree = self.tree;
        let Some((node, target)) = tree.node(id).zip(tree.resolved(id)) else {
            return Ok(());
        };
        if matches!(target.tag, Tag::Reset | Tag::Override) {
            self.all.replaced.push(Replaced {
                within: within.clone(),
                key: key.to_owned(),
            });
        }
        let whole = start..node.at.end.max(start);
        let alias = matches!(node.kind, Kind::Alias(_));
        match &target.kind {
            _ if target.tag == Tag::Reset => {
                self.say(within, key, b"!reset", whole, node.at.clone())
            }
            Kind::Scalar { text, .. } => {
                self.say(within, key, text.as_bytes(), whole, node.at.clone())
            }
            Kind::Sequence { items, .. } if items.is_empty() => {
                self.say(within, key, b"[]", whole, node.at.clone())
            }
            Kind::Mapping { entries, .. } if entries.is_empty() => {
                self.say(within, key, b"{}", whole, node.at.clone())
            }
            _ => {
                let outer = self.borrowed.clone();
                if alias && outer.is_none() {
                    self.borrowed = Some(whole);
                }
                self.block(within, key, id)?;
                self.borrowed = outer;
                Ok(())
            }
        }
    }

    fn block(&mut self, within: &mut Vec<String>, key: &str, id: usize) -> Result<(), Malformed> {
        let Some(target) = self.tree.resolved(id) else {
            return Ok(());
        };
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.malformed(target.at.start, "blocks within blocks too deeply");
        }
        match &target.kind {
            Kind::Sequence { items, .. } if PAIRS.contains(&key) => {
                within.push(key.to_owned());
                for (n, item) in items.iter().enumerate() {
                    self.pair(within, n, *item)?;
                }
                within.pop();
            }
            Kind::Sequence { items, .. } => {
                for (n, item) in items.iter().enumerate() {
                    let lead = self.tree.node(*item).map_or(0, |item| item.lead);
                    let key = format!("{key}[{n}]");
                    self.value(within, &key, lead, *item)?;
                }
            }
            Kind::Mapping { .. } => {
                within.push(key.to_owned());
                self.mapping(within, id, &mut BTreeSet::new())?;
                within.pop();
            }
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
        self.depth -= 1;
        Ok(())
    }

    /// An item `NAME=value`, or `NAME` alone.
    fn pair(&mut self, within: &mut Vec<String>, n: usize, id: usize) -> Result<(), Malformed> {
        let tree = self.tree;
        let Some((node, target)) = tree.node(id).zip(tree.resolved(id)) else {
            return Ok(());
        };
        let Kind::Scalar { text, style } = &target.kind else {
            return self.value(within, &format!("[{n}]"), node.lead, id);
        };
        let whole = node.lead..node.at.end;
        let raw = self.bytes.get(node.at.clone()).unwrap_or_default();
        let equals = raw.iter().position(|byte| *byte == b'=');
        let alias = matches!(node.kind, Kind::Alias(_));
        let (name, value) = text.split_once('=').unwrap_or((text, "null"));
        let inner = match (equals, style) {
            (Some(n), ScalarStyle::Plain) => node.at.start + n + 1..node.at.end,
            (Some(n), ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) => {
                node.at.start + n + 1..node.at.end - 1
            }
            _ => node.at.end..node.at.end,
        };
        let form = Form::Pair(node.at.clone(), *style);
        let before = self.all.said.len();
        self.say(within, name, value.as_bytes(), whole, inner)?;
        let own = self.borrowed.is_none() && !alias;
        if let Some(said) = self.all.said.get_mut(before).filter(|_| own) {
            said.form = form;
        }
        Ok(())
    }

    fn say(
        &mut self,
        within: &[String],
        key: &str,
        value: &[u8],
        at: Range<usize>,
        value_at: Range<usize>,
    ) -> Result<(), Malformed> {
        let (at, value_at, form) = match &self.borrowed {
            Some(by) => {
                self.from_aliases += 1;
                if self.from_aliases > MOST_FROM_ALIASES {
                    return self.malformed(by.start, "aliases bring in too much");
                }
                (by.clone(), by.end..by.end, Form::Borrowed)
            }
            None if value_at.is_empty() => (at, value_at, Form::Bare),
            None => (at, value_at, Form::Plain),
        };
        self.all.said.push(Said {
            statement: Statement {
                within: within.to_vec(),
                key: key.to_owned(),
                value: value.into(),
                at,
                value_at,
            },
            form,
        });
        Ok(())
    }
}
