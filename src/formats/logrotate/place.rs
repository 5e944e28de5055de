//! Where a directive is added to a file of logrotate. What it says is not
//! known here.

use super::super::line::{after_line, comments, is_blank, line_start};
use super::super::{Document, Edit, Refused, Statement};
use super::directives::{self, FILES, INCLUDE, Takes};

/// How far a block's lines are indented where it has none yet.
/// Source: logrotate(8), its example.
const INDENT: &[u8] = b"    ";

pub(super) fn insertion(
    document: &Document,
    within: &[String],
    key: &str,
    written: &[u8],
) -> Result<Edit, Refused> {
    let text = directive(key, written)?;
    match within {
        [] => Ok(global(document, key, &text)),
        [patterns] => Ok(in_block(document, patterns, key, &text)),
        _ => Err(Refused::new(
            "a block inside of a block is another file's",
            "change it in the file that it stands in",
        )),
    }
}

/// The directive as it stands on its line.
fn directive(key: &str, written: &[u8]) -> Result<Vec<u8>, Refused> {
    let unknown = || {
        let reason = format!("{key} is no directive of logrotate");
        Refused::new(reason, "see logrotate(8)")
    };
    // Several of one name are told apart behind a blank.
    let name = key.split(' ').next().unwrap_or_default();
    let of_key = directives::of_key(name);
    let first = of_key.first().ok_or_else(unknown)?;
    if directives::is_choice(name) {
        return Ok(written.to_vec());
    }
    let name = name.as_bytes();
    Ok(match first.takes {
        Takes::Script => [
            name,
            b"\n    ",
            INDENT,
            written,
            b"\n",
            INDENT,
            b"endscript",
        ]
        .concat(),
        _ => [name, b" ", written].concat(),
    })
}

/// Behind its default that stands there as a comment, else before the first
/// block or file that it is to hold for.
fn global(document: &Document, key: &str, text: &[u8]) -> Edit {
    let bytes = document.bytes();
    let reads = |one: &&Statement| matches!(one.name(), FILES | INCLUDE) && one.within.is_empty();
    let first = document.statements().iter().find(reads);
    let end = first.map_or(bytes.len(), |one| line_start(bytes, one.at.start));
    let offset = commented(bytes, 0, end, key).unwrap_or_else(|| before_comments(bytes, end));
    Edit::line(bytes, offset, text)
}

/// Comments right above a line belong to it.
fn before_comments(bytes: &[u8], mut offset: usize) -> usize {
    if offset == bytes.len() {
        return offset;
    }
    while offset > 0 {
        let above = line_start(bytes, offset - 1);
        let line = bytes.get(above..offset).unwrap_or_default();
        if !line.trim_ascii_start().starts_with(b"#") {
            break;
        }
        offset = above;
    }
    offset
}

/// Behind its default that stands there as a comment, else behind the block's
/// last directive, else in a block of its own.
fn in_block(document: &Document, patterns: &str, key: &str, text: &[u8]) -> Edit {
    let bytes = document.bytes();
    let header = format!("{FILES} {patterns}");
    let mut all = document.statements().iter();
    let Some(block) = all.find(|one| one.within.is_empty() && one.key == header) else {
        let words = patterns.split(' ').collect::<Vec<_>>().join("\n");
        let lead: &[u8] = if bytes.is_empty() { b"" } else { b"\n" };
        let block = [lead, words.as_bytes(), b" {\n", INDENT, text, b"\n}"].concat();
        return Edit::line(bytes, bytes.len(), &block);
    };
    let inside = |one: &&Statement| one.at.start > block.at.end && !one.within.is_empty();
    let last = all.take_while(inside).last();
    let end = last.map_or(block.at.end, |one| one.at.end);
    let indent = match last {
        Some(one) => {
            let line = bytes.get(line_start(bytes, one.at.start)..one.at.start);
            let line = line.unwrap_or_default();
            line.iter()
                .copied()
                .take_while(|byte| is_blank(*byte))
                .collect()
        }
        None => INDENT.to_vec(),
    };
    let offset = commented(bytes, block.at.end, end, key).unwrap_or_else(|| after_line(bytes, end));
    Edit::line(bytes, offset, &[indent.as_slice(), text].concat())
}

/// Behind the last line that would be of the key if it were no comment.
fn commented(bytes: &[u8], start: usize, end: usize, key: &str) -> Option<usize> {
    // A directive that stands alone: more words are prose.
    let says = |text: &[u8]| {
        let says = super::parse::statements(text).unwrap_or_default();
        matches!(says.as_slice(), [one] if one.key == key)
    };
    let is_whole = |end: usize| bytes.get(..end).is_some_and(|text| text.ends_with(b"\n"));
    comments(bytes, start..end, b"#")
        .filter(|(end, text)| is_whole(*end) && says(text))
        .last()
        .map(|(end, _)| end)
}
