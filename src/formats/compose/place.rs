//! Where a key that is not there yet goes in a compose file: the block that it
//! belongs to, and the lines that are written there.

use granit_parser::ScalarStyle;

use super::super::line::after_line;
use super::super::{Edit, Refused};
use super::say::PAIRS;
use super::scalar;
use super::tree::{Kind, Tree};

/// Blanks before what is inside, where a file does not show its own.
/// Source: compose-spec 00-overview, its examples.
const INDENT: usize = 2;

/// The innermost block of those wanted that is there.
pub(super) enum Place<'a> {
    /// The file says nothing yet.
    Top { missing: &'a [String] },
    /// A mapping, and the blocks that are missing in it.
    Mapping { id: usize, missing: &'a [String] },
    /// A list of `NAME=value`.
    Pairs { items: &'a [usize] },
    /// A key without value.
    Bare { key: usize, missing: &'a [String] },
}

fn refused(reason: String) -> Refused {
    Refused::new(reason, "change it by hand")
}

impl<'a> Place<'a> {
    pub(super) fn find(tree: &'a Tree, within: &'a [String]) -> Result<Self, Refused> {
        let Some(root) = tree.root() else {
            return Ok(Self::Top { missing: within });
        };
        if tree.text(root).is_some() {
            return Ok(Self::Top { missing: within });
        }
        let mut id = root;
        let mut missing = within;
        while let Some((step, rest)) = missing.split_first() {
            let entries = block(tree, id, step)?;
            let Some((key, value)) = entry(tree, entries, step) else {
                return Ok(Self::Mapping { id, missing });
            };
            match tree.node(value).map(|node| &node.kind) {
                Some(Kind::Sequence { items, flow: false })
                    if rest.is_empty() && PAIRS.contains(&step.as_str()) =>
                {
                    return Ok(Self::Pairs { items });
                }
                Some(Kind::Scalar { text, style })
                    if text == "null" && *style == ScalarStyle::Plain =>
                {
                    return Ok(Self::Bare { key, missing: rest });
                }
                Some(Kind::Scalar { .. }) => {
                    return Err(refused(format!("{step} has a value: it is no block")));
                }
                _ => {}
            }
            id = value;
            missing = rest;
        }
        block(tree, id, within.last().map_or("", String::as_str))?;
        Ok(Self::Mapping { id, missing })
    }

    /// The lines of a key in the blocks that are missing.
    pub(super) fn edit(
        &self,
        bytes: &[u8],
        tree: &Tree,
        key: &str,
        written: &str,
    ) -> Result<Edit, Refused> {
        let unit = unit(bytes, tree);
        match self {
            Self::Top { missing } => {
                let lines = lines(missing, 0, unit, &scalar::key(key, false), written);
                Ok(Edit::line(bytes, bytes.len(), lines.as_bytes()))
            }
            Self::Bare { key: node, missing } => {
                let node = tree
                    .node(*node)
                    .map(|node| node.at.clone())
                    .unwrap_or_default();
                let column = column(bytes, node.start) + unit;
                let lines = lines(missing, column, unit, &scalar::key(key, false), written);
                Ok(Edit::line(
                    bytes,
                    after_line(bytes, node.end),
                    lines.as_bytes(),
                ))
            }
            Self::Mapping { id, missing } => {
                let node = tree
                    .node(*id)
                    .map(|node| node.at.clone())
                    .unwrap_or_default();
                let column = column(bytes, node.start);
                let key = scalar::key(key, in_quotes(bytes, tree, *id));
                let lines = lines(missing, column, unit, &key, written);
                let first = missing.first().map_or(key.as_str(), String::as_str);
                let at = commented(bytes, node.start, node.end, column, first)
                    .unwrap_or_else(|| after_line(bytes, node.end));
                Ok(Edit::line(bytes, at, lines.as_bytes()))
            }
            Self::Pairs { items } => pair(bytes, tree, items, key, written),
        }
    }
}

/// One more item of a list, in the quotes that its last has.
fn pair(
    bytes: &[u8],
    tree: &Tree,
    items: &[usize],
    key: &str,
    written: &str,
) -> Result<Edit, Refused> {
    let value = scalar::text(written.as_bytes())
        .ok_or_else(|| refused(format!("{key} takes one value")))?;
    let Some(last) = items.last().and_then(|item| tree.node(*item)) else {
        return Err(refused("the list is empty".to_owned()));
    };
    let style = match &last.kind {
        Kind::Scalar { style, .. } => *style,
        _ => ScalarStyle::Plain,
    };
    let pair = scalar::styled(&format!("{key}={value}"), style);
    let line = format!("{}- {pair}", " ".repeat(column(bytes, last.lead)));
    Ok(Edit::line(
        bytes,
        after_line(bytes, last.at.end),
        line.as_bytes(),
    ))
}

/// The entries of a block that can be added to.
fn block<'a>(tree: &'a Tree, id: usize, name: &str) -> Result<&'a [(usize, usize)], Refused> {
    let what = match tree.node(id).map(|node| &node.kind) {
        Some(Kind::Mapping {
            entries,
            flow: false,
        }) => return Ok(entries),
        Some(Kind::Mapping { .. }) => "is written in braces, on one line",
        Some(Kind::Alias(_)) => "is an alias: what it says is said elsewhere too",
        _ => "is a list",
    };
    let name = if name.is_empty() { "the file" } else { name };
    Err(refused(format!("{name} {what}")))
}

/// The key and the value of a name, or of an item: `volumes[0]`.
fn entry(tree: &Tree, entries: &[(usize, usize)], step: &str) -> Option<(usize, usize)> {
    let named = |name: &str| {
        let mut found = entries.iter().copied();
        found.find(|(key, _)| tree.text(*key) == Some(name))
    };
    if let Some(found) = named(step) {
        return Some(found);
    }
    let (name, mut indices) = step.split_once('[')?;
    let (key, mut value) = named(name)?;
    loop {
        let (index, rest) = indices.split_once(']')?;
        match &tree.node(value)?.kind {
            Kind::Sequence { items, .. } => value = *items.get(index.parse::<usize>().ok()?)?,
            _ => return None,
        }
        match rest.strip_prefix('[') {
            Some(more) => indices = more,
            None => return Some((key, value)),
        }
    }
}

fn lines(missing: &[String], column: usize, unit: usize, key: &str, written: &str) -> String {
    let mut lines = String::new();
    let mut column = column;
    for step in missing {
        lines.push_str(&" ".repeat(column));
        lines.push_str(&scalar::key(step, false));
        lines.push_str(":\n");
        column += unit;
    }
    lines + &" ".repeat(column) + key + ": " + written
}

/// How far this file indents.
fn unit(bytes: &[u8], tree: &Tree) -> usize {
    let nested = || {
        let Kind::Mapping { entries, .. } = &tree.node(tree.root()?)?.kind else {
            return None;
        };
        entries.iter().find_map(|(key, value)| {
            let outer = column(bytes, tree.node(*key)?.at.start);
            let value = tree.node(*value)?;
            let Kind::Mapping { flow: false, .. } = value.kind else {
                return None;
            };
            column(bytes, value.at.start).checked_sub(outer)
        })
    };
    nested().filter(|unit| *unit > 0).unwrap_or(INDENT)
}

/// Whether the keys of a mapping are in quotes, as its last is.
fn in_quotes(bytes: &[u8], tree: &Tree, id: usize) -> bool {
    let Some(Kind::Mapping { entries, .. }) = tree.node(id).map(|node| &node.kind) else {
        return false;
    };
    let last = entries.last().and_then(|(key, _)| tree.node(*key));
    last.is_some_and(|key| bytes.get(key.at.start) == Some(&b'"'))
}

fn column(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    before.len()
        - before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |n| n + 1)
}

/// Behind `# key:` at the column of a block, where its default stands.
fn commented(bytes: &[u8], start: usize, end: usize, column: usize, key: &str) -> Option<usize> {
    let mut at = start;
    while at < bytes.len() {
        at = after_line(bytes, at);
        let line = bytes.get(at..after_line(bytes, at))?;
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let text = line.trim_ascii();
        let comment = text.strip_prefix(b"#");
        if at > end && comment.is_none() && !text.is_empty() {
            return None;
        }
        let rest = comment.and_then(|text| text.trim_ascii_start().strip_prefix(key.as_bytes()));
        if indent == column && rest.is_some_and(|rest| rest.starts_with(b":")) {
            return Some(after_line(bytes, at));
        }
    }
    None
}
