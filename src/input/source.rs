//! A text, its name, and places in it.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Where a text comes from, each laid over those before it: what clashes is told
/// of the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// It came with the program.
    Bundled,
    /// A person wrote it.
    File,
    /// A `--set`, by its number on the command line.
    Set(u16),
}

/// One text that was read: a file, a bundled stack, a `--set`.
#[derive(Debug)]
pub struct Source {
    /// What to call it in a message: a path, or `--set`.
    pub name: String,
    /// All of it.
    pub text: String,
    /// What it is laid over.
    layer: Layer,
    /// The byte at which each line begins; made when a place is first asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// A text under the name that messages give it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::of(Layer::File, name, text)
    }

    /// The same, for what is no file.
    pub fn of(layer: Layer, name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
            layer,
            lines: OnceLock::new(),
        })
    }

    /// Whether a person wrote it into a file.
    pub fn is_file(&self) -> bool {
        self.layer == Layer::File
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }

    /// The line, from 0, in which a byte stands, and the byte at which it begins.
    fn line_of(&self, byte: usize) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|begin| *begin <= byte).max(1) - 1;
        (line, lines.get(line).copied().unwrap_or_default())
    }
}

/// A place in a text.
#[derive(Clone)]
pub struct Spot {
    /// The text.
    pub source: Arc<Source>,
    /// First byte.
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

    /// Whether another stands inside it.
    pub fn contains(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source)
            && self.start <= other.start
            && other.end <= self.end
    }

    /// Line and column, both from 1; the column counts characters.
    pub fn line_and_column(&self) -> (usize, usize) {
        place(&self.source, self.start)
    }

    /// Line and column one after its last character.
    pub fn end_line_and_column(&self) -> (usize, usize) {
        place(&self.source, self.end.max(self.start))
    }

    /// The line in which it begins, without its line break, and the bytes of it
    /// that the spot covers.
    pub fn quoted(&self) -> (&str, Range<usize>) {
        let text = &self.source.text;
        let (_, begin) = self.source.line_of(self.start.min(text.len()));
        let line = text.get(begin..).and_then(|rest| rest.split('\n').next());
        let line = line.unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let start = self.start.saturating_sub(begin).min(line.len());
        let end = self.end.saturating_sub(begin).clamp(start, line.len());
        (line, start..end)
    }

    /// Where the text itself is the same, it is not compared.
    fn key(&self) -> (Layer, &str, &str, usize, usize) {
        let source = &self.source;
        (
            source.layer,
            &source.name,
            &source.text,
            self.start,
            self.end,
        )
    }
}

fn place(source: &Source, byte: usize) -> (usize, usize) {
    let byte = byte.min(source.text.len());
    let (line, begin) = source.line_of(byte);
    let before = source.text.get(begin..byte).unwrap_or_default();
    (line + 1, before.chars().count() + 1)
}

impl Ord for Spot {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.source, &other.source) {
            return (self.start, self.end).cmp(&(other.start, other.end));
        }
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Spot {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Spot {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Spot {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_quotes_its_line() {
        let source = Source::new("t", "a = 1\r\né = \"x\ny\"\n");
        let spot = Spot::new(&source, 12..17);
        assert_eq!(spot.line_and_column(), (2, 5));
        assert_eq!(spot.end_line_and_column(), (3, 3));
        assert_eq!(spot.quoted(), ("é = \"x", 5..7));
        let spot = Spot::new(&source, 0..1);
        assert_eq!(spot.quoted(), ("a = 1", 0..1));
        let beyond = Spot::new(&source, 900..999);
        assert_eq!(beyond.line_and_column(), (4, 1));
        assert_eq!(beyond.quoted(), ("", 0..0));
    }
}
