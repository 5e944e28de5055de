//! Where a statement is added to `pgbouncer.ini`. What it says is not known
//! here.

use super::super::line::{after_line, comments};
use super::super::{Document, Edit, Refused, Statement};
use super::{INCLUDE, STRINGS, header, main_section};

pub(super) fn insertion(
    document: &Document,
    within: &[String],
    key: &str,
    written: &[u8],
) -> Result<Edit, Refused> {
    let bytes = document.bytes();
    let line = match key.strip_prefix(INCLUDE) {
        Some(_) => [INCLUDE.as_bytes(), b" ", written].concat(),
        None => [key.as_bytes(), b" = ", written].concat(),
    };
    match within {
        [] => Ok(Edit::line(bytes, bytes.len(), &line)),
        [section] if section == main_section() || STRINGS.contains(&section.as_str()) => {
            Ok(in_section(document, section, key, &line))
        }
        [section, entry] if STRINGS.contains(&section.as_str()) => {
            let parameter = [key.as_bytes(), b"=", written].concat();
            Ok(in_entry(document, section, entry, &parameter))
        }
        _ => Err(Refused::new(
            format!("PgBouncer has no section {}", within.join(" ")),
            "change it by hand",
        )),
    }
}

/// Behind its default that stands there as a comment, else behind the last
/// setting of the section, else in a section of its own.
fn in_section(document: &Document, section: &str, key: &str, line: &[u8]) -> Edit {
    let bytes = document.bytes();
    let Some((start, end)) = last_section(document, section) else {
        let opened = [header(section).as_bytes(), b"\n", line].concat();
        return Edit::line(bytes, bytes.len(), &opened);
    };
    let commented = commented(bytes, start, end, key);
    let last = document.statements().iter().rev();
    let last = last
        .map(|one| one.at.end)
        .find(|at| (start..=end).contains(at));
    let offset = commented.unwrap_or_else(|| after_line(bytes, last.unwrap_or(start)));
    Edit::line(bytes, offset, line)
}

/// From the end of its header to the next one.
fn last_section(document: &Document, section: &str) -> Option<(usize, usize)> {
    let key = header(section);
    let headers = document.statements().iter();
    let headers: Vec<&Statement> = headers.filter(|one| one.key.starts_with('[')).collect();
    let n = headers.iter().rposition(|one| one.key == key)?;
    let start = headers.get(n)?.at.end;
    let next = headers.get(n + 1).map(|one| one.at.start);
    Some((start, next.unwrap_or(document.bytes().len())))
}

/// Behind the last comment that would set the key.
fn commented(bytes: &[u8], start: usize, end: usize, key: &str) -> Option<usize> {
    let says = |text: &[u8]| {
        let rest = text.strip_prefix(key.as_bytes()).unwrap_or_default();
        rest.trim_ascii_start().starts_with(b"=")
    };
    comments(bytes, after_line(bytes, start)..end, b";#")
        .filter(|(_, text)| says(text))
        .last()
        .map(|(end, _)| end)
}

/// Behind the other parameters of the entry; an entry of its own where there
/// is none.
fn in_entry(document: &Document, section: &str, entry: &str, parameter: &[u8]) -> Edit {
    let below = |one: &&Statement| match one.within.as_slice() {
        [outer] => outer == section && one.key == entry,
        [outer, name] => outer == section && name == entry,
        _ => false,
    };
    let found = document.statements().iter().rfind(below);
    match found {
        Some(last) => Edit {
            at: last.at.end..last.at.end,
            text: [b" ", parameter].concat(),
        },
        None => {
            let line = [entry.as_bytes(), b" = ", parameter].concat();
            in_section(document, section, entry, &line)
        }
    }
}
