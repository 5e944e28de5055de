//! Where a directive is added that is not there yet: where a person would have
//! put it.
//!
//! - After the comment that holds it as a default.
//! - Else at the end of its block; outside of all blocks before the first.
//!
//! A block that is not there is not made: what else it needs is not known.

use std::ops::Range;

use super::super::line::{after_line, line_start};
use super::super::{Edit, Refused};
use super::names::{Numbers, OUTSIDE, Walk, key as key_of};
use super::tree::{Body, Directive, Tree};
use super::values::quoted;

pub(super) fn insertion(
    bytes: &[u8],
    within: &[String],
    key: &str,
    written: &[u8],
) -> Result<Edit, Refused> {
    let tree = Tree::parse(bytes)
        .map_err(|error| Refused::new(error.to_string(), "mend the file first"))?;
    let block = match within {
        [] => None,
        _ => Some(find(bytes, &tree, within).ok_or_else(|| no_block(within))?),
    };
    let place = Place {
        bytes,
        tree: &tree,
        block,
    };
    let text = place.directive(key, written);
    if let Some(comment) = place.commented(key) {
        let line = [place.indentation(comment.start), &text].concat();
        return Ok(Edit::line(bytes, after_line(bytes, comment.end), &line));
    }
    Ok(match block.and_then(|block| tree.directives.get(block)) {
        Some(block) => place.at_the_end(block, &text),
        None => place.before_blocks(&text),
    })
}

fn no_block(within: &[String]) -> Refused {
    let block = within.last().map(String::as_str).unwrap_or_default();
    Refused::new(
        format!("the file has no block '{block}'"),
        "add the block by hand",
    )
}

/// The block of this name.
fn find(bytes: &[u8], tree: &Tree, within: &[String]) -> Option<usize> {
    let mut numbers = Numbers::default();
    let mut walk = Walk::new(bytes, tree, OUTSIDE);
    let (last, around) = within.split_last()?;
    while let Some(named) = walk.next(&mut numbers) {
        let is_block = matches!(named.directive.body, Body::Block(_));
        if is_block && named.key == *last && walk.within().eq(around.iter().map(String::as_str)) {
            return Some(named.index);
        }
    }
    None
}

/// The block that gets a directive.
struct Place<'a> {
    bytes: &'a [u8],
    tree: &'a Tree,
    block: Option<usize>,
}

impl Place<'_> {
    /// `name arguments;`: the key of an entry is its name, blanks included.
    fn directive(&self, key: &str, written: &[u8]) -> Vec<u8> {
        let name = if self.tree.entries(self.bytes, self.block).is_some() {
            quoted(key)
        } else {
            key.split(' ').next().unwrap_or_default().to_owned()
        };
        let blank = if written.is_empty() { "" } else { " " };
        [name.as_bytes(), blank.as_bytes(), written, b";"].concat()
    }

    /// The comment in this block that would be the directive, were it none. What
    /// belongs to a block that is itself in comments does not count.
    fn commented(&self, key: &str) -> Option<Range<usize>> {
        let mut depth = 0_usize;
        let comments = self.tree.comments.iter();
        for comment in comments.filter(|comment| comment.parent == self.block) {
            let text = self.bytes.get(comment.at.clone())?;
            let text = text.trim_ascii_start();
            let from = text.iter().position(|byte| !b"# \t".contains(byte));
            let text = text.get(from?..).unwrap_or_default().trim_ascii_end();
            if text.ends_with(b"{") {
                depth += 1;
            } else if text == b"}" {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && would_be(text, key) {
                return Some(comment.at.clone());
            }
        }
        None
    }

    /// In a line of its own before the '}', or before it on the same line.
    fn at_the_end(&self, block: &Directive, text: &[u8]) -> Edit {
        let close = match block.body {
            Body::Block(close) => close,
            _ => block.at.end,
        };
        let line = line_start(self.bytes, close);
        let blanks = self.bytes.get(line..close).unwrap_or_default();
        if !blanks.iter().all(u8::is_ascii_whitespace) || line <= block.at.start {
            let before = self.bytes.get(..close).unwrap_or_default();
            let lead: &[u8] = if before.ends_with(b" ") { b"" } else { b" " };
            return Edit {
                at: close..close,
                text: [lead, text, b" "].concat(),
            };
        }
        let inside = self.last_inside().map(|last| last.at.start);
        let indentation = match inside.map(|start| self.indentation(start)) {
            Some(indentation) if !indentation.is_empty() => indentation.to_vec(),
            _ => [blanks, self.unit()].concat(),
        };
        Edit::line(self.bytes, line, &[indentation.as_slice(), text].concat())
    }

    /// The last directive of the block.
    fn last_inside(&self) -> Option<&Directive> {
        let mut inside = self.tree.directives.iter();
        let is_inside = |one: &&Directive| one.parent == self.block;
        inside.rfind(is_inside)
    }

    /// One step of indentation, as the file has it.
    fn unit(&self) -> &'static [u8] {
        let tab = self.bytes.windows(2).any(|two| two == b"\n\t");
        if tab { b"\t" } else { b"    " }
    }

    /// Behind the last directive before the first block, else before that block
    /// and the comments on it.
    fn before_blocks(&self, text: &[u8]) -> Edit {
        let outside = self.tree.directives.iter();
        let mut outside = outside.filter(|one| one.parent.is_none());
        let mut last = None;
        let first = outside.find(|one| {
            let plain = matches!(one.body, Body::None);
            if plain {
                last = Some(one.at.end);
            }
            !plain
        });
        let end = first.map_or(self.bytes.len(), |block| block.at.start);
        match (last, first) {
            (Some(last), _) if after_line(self.bytes, last) <= end => {
                Edit::line(self.bytes, after_line(self.bytes, last), text)
            }
            (Some(last), _) => Edit {
                at: last..last,
                text: [b" ", text].concat(),
            },
            (None, Some(_)) => Edit::line(self.bytes, self.above_comments(end), text),
            (None, None) => Edit::line(self.bytes, end, text),
        }
    }

    /// The line where a block's comments begin, or its own.
    fn above_comments(&self, block: usize) -> usize {
        let own = line_start(self.bytes, block);
        let mut at = own;
        while at > 0 {
            let before = line_start(self.bytes, at - 1);
            let line = self.bytes.get(before..at).unwrap_or_default();
            if !line.trim_ascii_start().starts_with(b"#") {
                return at;
            }
            at = before;
        }
        // A comment at the head of the file is about the file.
        own
    }

    fn indentation(&self, offset: usize) -> &[u8] {
        let line = self.bytes.get(line_start(self.bytes, offset)..offset);
        let line = line.unwrap_or_default();
        let blanks = line.iter().take_while(|byte| b" \t".contains(byte)).count();
        line.get(..blanks).unwrap_or_default()
    }
}

/// Whether a comment's text is the directive that a key stands for.
fn would_be(text: &[u8], key: &str) -> bool {
    let name = key.split(' ').next().unwrap_or_default();
    if !text.starts_with(name.as_bytes()) {
        return false;
    }
    let Ok(tree) = Tree::parse(text) else {
        return false;
    };
    match tree.directives.as_slice() {
        [only] => matches!(only.body, Body::None) && key_of(text, &tree, only).0 == key,
        _ => false,
    }
}
