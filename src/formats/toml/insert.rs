//! Where a key goes in a TOML file that is in none of its tables yet, and what
//! goes with one that is taken away.

use std::ops::Range;

use super::super::line::{after_line, comments};
use super::super::{Edit, Refused, Statement};
use super::table::{Found, Shape, blanks};
use super::value;

fn refused(reason: String) -> Refused {
    Refused::new(reason, "change it by hand")
}

/// A key in a table, which is made where it is not there.
pub(super) fn insertion(
    bytes: &[u8],
    found: &Found,
    within: &[String],
    key: &str,
    written: &[u8],
) -> Result<Edit, Refused> {
    let written = std::str::from_utf8(written)
        .map_err(|_| refused(format!("the value of {key} is not UTF-8")))?;
    let key = value::key(key);
    let line = format!("{key} = {written}");
    if within.is_empty() {
        return Ok(in_section(bytes, found, 0, None, &line, &key));
    }
    let named = |path: &[String]| found.tables.iter().find(|table| table.path == path);
    if let Some(table) = named(within).filter(|table| table.shape == Shape::Header) {
        return Ok(in_section(
            bytes,
            found,
            table.at.start,
            Some(&table.at),
            &line,
            &key,
        ));
    }
    for n in (1..=within.len()).rev() {
        let (path, rest) = within.split_at(n);
        let Some(table) = named(path) else {
            continue;
        };
        let mut dotted: Vec<String> = rest.iter().map(|step| value::key(step)).collect();
        dotted.push(line.clone());
        match table.shape {
            Shape::Inline => return Ok(in_braces(bytes, &table.at, &dotted.join("."))),
            Shape::Implied => {
                if let Some(edit) = beside(bytes, found, path, &dotted) {
                    return Ok(edit);
                }
            }
            Shape::Header => {}
        }
    }
    appended(bytes, found, within, &line)
}

/// A table of its own, at the end of the file.
fn appended(bytes: &[u8], found: &Found, within: &[String], line: &str) -> Result<Edit, Refused> {
    let taken = |one: &Statement| {
        let rest = within.strip_prefix(one.within.as_slice());
        rest.and_then(<[String]>::first) == Some(&one.key)
    };
    if let Some(taken) = found.statements.iter().find(|one| taken(one)) {
        return Err(refused(format!(
            "{} has a value: it is no table",
            taken.key
        )));
    }
    if let Some(step) = within.iter().find(|step| step.ends_with(']')) {
        return Err(refused(format!("{step} is one of several tables")));
    }
    let header: Vec<String> = within.iter().map(|step| value::key(step)).collect();
    let blank = if bytes.is_empty() { "" } else { "\n" };
    let lines = format!("{blank}[{}]\n{line}", header.join("."));
    Ok(Edit::line(bytes, bytes.len(), lines.as_bytes()))
}

/// At the end of a section: behind its last key, or its commented default.
fn in_section(
    bytes: &[u8],
    found: &Found,
    start: usize,
    header: Option<&Range<usize>>,
    line: &str,
    key: &str,
) -> Edit {
    let end = found.section_end(bytes, if header.is_some() { start } else { 0 });
    let end = match (header, bytes.first()) {
        // The file begins with a header.
        (None, Some(b'[')) => 0,
        _ => end,
    };
    let inside = |one: &&Statement| one.at.start >= start && one.at.start < end;
    let last = found.statements.iter().rfind(inside);
    let at = commented(bytes, start, end, key)
        .or_else(|| Some(after_line(bytes, last?.at.end)))
        .or_else(|| Some(after_line(bytes, header?.end)))
        .unwrap_or_else(|| above(bytes, end));
    let indent = last.map_or(0, |last| column(bytes, last.at.start));
    Edit::line(
        bytes,
        at,
        format!("{}{line}", " ".repeat(indent)).as_bytes(),
    )
}

/// Beside the last key with dots that speaks of a table.
fn beside(bytes: &[u8], found: &Found, path: &[String], dotted: &[String]) -> Option<Edit> {
    let section_of = |one: &Statement| {
        found
            .section(one.at.start)
            .map_or(0, |table| table.path.len())
    };
    let mut statements = found.statements.iter();
    let last =
        statements.rfind(|one| one.within.starts_with(path) && section_of(one) < path.len())?;
    let prefix = path.get(section_of(last)..)?;
    let mut all: Vec<String> = prefix.iter().map(|step| value::key(step)).collect();
    all.extend(dotted.iter().cloned());
    if found.is_inline(last.at.start) {
        return None;
    }
    let indent = " ".repeat(column(bytes, last.at.start));
    let line = format!("{indent}{}", all.join("."));
    Some(Edit::line(
        bytes,
        after_line(bytes, last.at.end),
        line.as_bytes(),
    ))
}

fn in_braces(bytes: &[u8], at: &Range<usize>, line: &str) -> Edit {
    let inside = bytes
        .get(at.start + 1..at.end.saturating_sub(1))
        .unwrap_or_default();
    let text = inside.trim_ascii_end();
    let end = at.start + 1 + text.len();
    let text = match text {
        [] => format!(" {line} "),
        [.., b','] => format!(" {line}"),
        _ => format!(", {line}"),
    };
    let range = if inside.trim_ascii().is_empty() {
        at.start + 1..at.end.saturating_sub(1)
    } else {
        end..end
    };
    Edit {
        at: range,
        text: text.into_bytes(),
    }
}

/// A statement in braces, with the comma that goes with it.
pub(super) fn with_comma(bytes: &[u8], at: &Range<usize>) -> Range<usize> {
    let before = bytes.get(..at.start).unwrap_or_default().trim_ascii_end();
    let after = bytes.get(at.end..).unwrap_or_default();
    let gap = after.len() - after.trim_ascii_start().len();
    match (before.last(), after.get(gap)) {
        (Some(b','), Some(b'}')) => before.len() - 1..at.end,
        (Some(b',' | b'{'), Some(b',')) => {
            let rest = after.get(gap + 1..).unwrap_or_default();
            at.start..at.end + gap + 1 + blanks(rest)
        }
        _ => at.clone(),
    }
}

fn column(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    let line = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    blanks(line)
}

/// Above a header, and the comment that belongs to it.
fn above(bytes: &[u8], header: usize) -> usize {
    let mut at = header;
    let mut lines: Vec<&[u8]> = bytes
        .get(..header)
        .unwrap_or_default()
        .split_inclusive(|byte| *byte == b'\n')
        .collect();
    while let Some(line) = lines.pop() {
        if !line.trim_ascii_start().starts_with(b"#") {
            break;
        }
        at -= line.len();
    }
    if header == bytes.len() { header } else { at }
}

/// Behind `# key = ...`, where its default stands.
fn commented(bytes: &[u8], start: usize, end: usize, key: &str) -> Option<usize> {
    let says = |text: &[u8]| {
        let rest = text.strip_prefix(key.as_bytes()).unwrap_or_default();
        rest.trim_ascii_start().starts_with(b"=")
    };
    let found = comments(bytes, start..end, b"#").find(|(_, text)| says(text));
    found.map(|(end, _)| end)
}
