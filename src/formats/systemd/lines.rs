//! The lines of a unit as systemd takes them: continuations joined, comments
//! left out. What the keys mean is not known here.
//!
//! Source: systemd 252, src/shared/conf-parser.c, `config_parse`, and
//! src/basic/fileio.c, `read_line_full`; systemd.syntax(7).

use std::ops::Range;

use super::super::Malformed;
use super::super::line::{self, is_blank_or_end};

/// A longer line ends the reading of a unit.
/// Source: systemd 252, src/basic/fileio.h, `LONG_LINE_MAX`.
const LONGEST: usize = 1 << 20;

/// A line, with those that continue it.
#[derive(Default)]
pub(super) struct Line {
    /// Its text without the ends of lines and comments inside it.
    pub(super) text: Vec<u8>,
    /// Where the parts of the text begin, and where they stand in the file.
    parts: Vec<(usize, usize)>,
    /// Where the next one begins.
    pub(super) next: usize,
}

/// What a line says.
pub(super) enum Said<'a> {
    /// `[Section]`.
    Section(&'a str),
    /// `Key=value`: the key, and where in the line's text the value is.
    Value(&'a str, Range<usize>),
    /// Nothing: it is blank, or systemd warns of it and goes on.
    Nothing,
}

impl Line {
    /// The place in the file of a range of the text.
    pub(super) fn at(&self, range: &Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let start = match range.start.checked_sub(1) {
                Some(before) => self.place(before) + 1,
                None => self.place(0),
            };
            return start..start;
        }
        self.place(range.start)..self.place(range.end - 1) + 1
    }

    fn place(&self, offset: usize) -> usize {
        let part = self.parts.partition_point(|(start, _)| *start <= offset);
        match self.parts.get(part.saturating_sub(1)) {
            Some((start, place)) => place + (offset - start),
            None => offset,
        }
    }

    /// Its bytes, with the comments inside it.
    pub(super) fn whole(&self) -> Range<usize> {
        self.place(0)..self.next
    }

    /// The text without blanks around it.
    pub(super) fn trimmed(&self) -> Range<usize> {
        line::trimmed(&self.text, is_blank_or_end)
    }

    /// What it says; a header that is not one, and what is not UTF-8, make
    /// systemd refuse the unit.
    pub(super) fn said(&self, bytes: &[u8]) -> Result<Said<'_>, Malformed> {
        let all = self.trimmed();
        let refused = |message: &str| Err(Malformed::at(bytes, self.at(&all).start, message));
        let Ok(text) = std::str::from_utf8(self.text.get(all.clone()).unwrap_or_default()) else {
            return refused("a line that is not UTF-8");
        };
        if let Some(rest) = text.strip_prefix('[') {
            return match rest.strip_suffix(']') {
                Some(name) if is_safe(name) => Ok(Said::Section(name)),
                Some(_) => refused("a section's name with a character that it cannot have"),
                None => refused("no ']' at the end of a section's name"),
            };
        }
        let Some((key, value)) = text.split_once('=') else {
            return Ok(Said::Nothing);
        };
        let key = key.trim_matches(is_blank_char);
        // No key has a blank in it.
        if key.is_empty() || key.contains(char::is_whitespace) {
            return Ok(Said::Nothing);
        }
        let start = all.end - value.len();
        let value = line::trimmed(value.as_bytes(), is_blank_or_end);
        Ok(Said::Value(key, start + value.start..start + value.end))
    }
}

/// Every line of a file that is not a comment.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line>, Malformed> {
    let mut lines = Vec::new();
    let mut open: Option<Line> = None;
    let (mut at, mut marked) = (0, false);
    while at < bytes.len() {
        let (mut content, next) = physical(bytes, at);
        at = next;
        let too_long = |start: usize| Malformed::at(bytes, start, "a line of more than a MiB");
        if content.len() >= LONGEST {
            return Err(too_long(content.start));
        }
        let text = bytes.get(content.clone()).unwrap_or_default();
        if is_comment(text) {
            continue;
        }
        if !marked && text.starts_with(b"\xef\xbb\xbf") {
            marked = true;
            content.start += 3;
        }
        let text = bytes.get(content.clone()).unwrap_or_default();
        let mut line = open.take().unwrap_or_default();
        if line.text.len() + text.len() > LONGEST {
            return Err(too_long(content.start));
        }
        line.next = next;
        line.parts.push((line.text.len(), content.start));
        line.text.extend_from_slice(text);
        let backslashes = text.iter().rev().take_while(|byte| **byte == b'\\');
        if backslashes.count() % 2 == 1 {
            line.text.pop();
            line.text.push(b' ');
            open = Some(line);
        } else {
            lines.push(line);
        }
    }
    // To the end of the file it would go on.
    lines.extend(open.map(|line| Line {
        next: bytes.len(),
        ..line
    }));
    Ok(lines)
}

/// A line's bytes without its end, and where the next begins. An end is a run
/// of different ones: `\r\n` is one, `\n\n` are two, and a NUL ends the run.
fn physical(bytes: &[u8], start: usize) -> (Range<usize>, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().position(|byte| is_end(*byte));
    let end = start + length.unwrap_or(rest.len());
    let mut next = end;
    let mut seen: Vec<u8> = Vec::new();
    while let Some(byte) = bytes.get(next).copied().filter(|byte| is_end(*byte)) {
        if seen.contains(&byte) || seen.contains(&0) {
            break;
        }
        seen.push(byte);
        next += 1;
    }
    (start..end, next)
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | 0)
}

fn is_blank_char(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_comment(text: &[u8]) -> bool {
    let first = text.iter().find(|byte| !is_blank_or_end(**byte));
    matches!(first, Some(b'#' | b';'))
}

/// Source: systemd 252, src/basic/string-util.c, `string_is_safe`.
fn is_safe(name: &str) -> bool {
    !name.contains(|c: char| c.is_ascii_control() || matches!(c, '"' | '\'' | '\\'))
}
