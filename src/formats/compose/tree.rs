//! A YAML document as a tree of nodes that know their bytes. What compose makes
//! of them is not known here.
//!
//! Source: YAML 1.2.2; granit-parser reads it.

use std::ops::Range;

use granit_parser::{Parser, ScalarStyle};

use super::super::Malformed;
use super::build::Builder;

/// One node.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// Its bytes: of a block, from its first to its last node's.
    pub(super) at: Range<usize>,
    /// Where what introduces it begins: the dash of an item.
    pub(super) lead: usize,
    pub(super) tag: Tag,
}

#[derive(Debug)]
pub(super) enum Kind {
    Scalar {
        text: String,
        style: ScalarStyle,
    },
    Sequence {
        items: Vec<usize>,
        flow: bool,
    },
    Mapping {
        entries: Vec<(usize, usize)>,
        flow: bool,
    },
    /// The node that it stands for.
    Alias(usize),
}

/// What a tag says, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    None,
    /// One of YAML's own.
    Core,
    /// `!reset`: what other files say of it is forgotten.
    Reset,
    /// `!override`: it replaces what other files say.
    Override,
}

/// The nodes, children before or after their parents.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) root: Option<usize>,
}

impl Tree {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Malformed::at(bytes, error.valid_up_to(), "it is not UTF-8"))?;
        let mut builder = Builder::new(text);
        for event in Parser::new_from_str(text) {
            let (event, span) = event.map_err(|error| {
                let at = error.marker().byte_offset().unwrap_or(0);
                Malformed::at(bytes, at, error.info())
            })?;
            builder.take(event, span)?;
        }
        Ok(builder.tree)
    }

    pub(super) fn root(&self) -> Option<usize> {
        self.root
    }

    pub(super) fn node(&self, id: usize) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The node itself where it is an alias.
    pub(super) fn resolved(&self, id: usize) -> Option<&Node> {
        match self.node(id)? {
            Node {
                kind: Kind::Alias(to),
                ..
            } => self.node(*to),
            node => Some(node),
        }
    }

    /// The text of a scalar; `null` where it is none.
    pub(super) fn text(&self, id: usize) -> Option<&str> {
        match &self.resolved(id)?.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}
