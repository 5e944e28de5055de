//! A text, its name, and places in it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One text that was read: a file, a bundled stack, a `--set`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// What to call it in a message: a path, or `--set`.
    pub name: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// A text under the name that messages give it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
        })
    }
}

/// A place in a text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The text.
    pub source: Arc<Source>,
    /// First byte and the one after the last.
    pub start: usize,
    /// One after the last byte.
    pub end: usize,
}

impl Spot {
    /// A range of bytes of a text.
    pub fn new(source: &Arc<Source>, range: Range<usize>) -> Self {
        Self {
            source: Arc::clone(source),
            start: range.start,
            end: range.end,
        }
    }

    /// Line and column, both from 1; the column counts characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self
            .source
            .text
            .get(..self.start)
            .unwrap_or(&self.source.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_and_column();
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

impl fmt::Debug for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
