//! Edits of a compose file: where a key goes, and how its value is written
//! there. What a file says is not read here.

use std::ops::Range;

use super::super::document::whole_line;
use super::super::{Document, Edit, Refused, Statement};
use super::place::Place;
use super::say::{Form, Said};
use super::scalar;
use super::tree::{Kind, Tree};

fn refused(reason: impl Into<String>) -> Refused {
    Refused::new(reason, "change it by hand")
}

/// Another value for a statement that is there.
pub(super) fn change(
    document: &Document,
    found: &Statement,
    form: &Form,
    written: &[u8],
) -> Result<Edit, Refused> {
    match form {
        Form::Plain => Ok(Edit {
            at: found.value_at.clone(),
            text: written.to_vec(),
        }),
        Form::Bare => Ok(Edit {
            at: found.value_at.clone(),
            text: [b" ", written].concat(),
        }),
        Form::Pair(at, style) => {
            let value = scalar::text(written)
                .ok_or_else(|| refused(format!("{} takes one value", found.key)))?;
            let pair = format!("{}={value}", found.key);
            Ok(Edit {
                at: at.clone(),
                text: scalar::styled(&pair, *style).into_bytes(),
            })
        }
        Form::Borrowed => insertion(document, &found.within, &found.key, written),
    }
}

/// Whether a statement's value is what `written` spells.
pub(super) fn says(document: &Document, said: &Said, written: &[u8]) -> bool {
    let value = &said.statement.value;
    match said.form {
        Form::Pair(..) => scalar::text(written).is_some_and(|text| text.as_bytes() == *value),
        _ => !written.is_empty() && document.written(&said.statement.value_at) == written,
    }
}

/// A key with its value, and the blocks around it that are not there.
pub(super) fn insertion(
    document: &Document,
    within: &[String],
    key: &str,
    written: &[u8],
) -> Result<Edit, Refused> {
    let bytes = document.bytes();
    let tree = Tree::parse(bytes).map_err(|error| refused(error.message))?;
    let written = std::str::from_utf8(written)
        .map_err(|_| refused(format!("the value of {key} is not UTF-8")))?;
    let place = Place::find(&tree, within)?;
    place.edit(bytes, &tree, key, written)
}

/// The bytes that go with a statement: with the blocks that it leaves empty.
pub(super) fn removal(document: &Document, found: &Statement) -> Range<usize> {
    let mut start = found.at.start;
    if let Ok(tree) = Tree::parse(document.bytes()) {
        start = outermost(&tree, found).unwrap_or(start);
    }
    whole_line(document.bytes(), &(start..found.at.end))
}

/// Where the outermost block begins that has nothing but this statement.
fn outermost(tree: &Tree, found: &Statement) -> Option<usize> {
    let mut start = None;
    let mut block = tree.root()?;
    while let Some(children) = children(tree, block) {
        let holds = |(lead, id): &&(usize, usize)| {
            let end = tree.node(*id).map_or(0, |value| value.at.end);
            *lead <= found.at.start && found.at.end <= end.max(*lead)
        };
        let Some((lead, value)) = children.iter().find(holds) else {
            break;
        };
        if children.len() > 1 || start.is_none() {
            start = Some(*lead);
        }
        block = *value;
    }
    start
}

/// What stands in a block: where each begins, and its value.
fn children(tree: &Tree, id: usize) -> Option<Vec<(usize, usize)>> {
    match &tree.node(id)?.kind {
        Kind::Mapping { entries, .. } => {
            let start = |(key, value): &(usize, usize)| Some((tree.node(*key)?.at.start, *value));
            entries.iter().map(start).collect()
        }
        Kind::Sequence { items, .. } => {
            let lead = |item: &usize| Some((tree.node(*item)?.lead, *item));
            items.iter().map(lead).collect()
        }
        _ => None,
    }
}
