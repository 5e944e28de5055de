//! `sysctl.d`: `key = value` lines, and the two programs that read them at
//! boot in two orders.
//!
//! Source: sysctl.d(5), sysctl(8) `--system`.

mod order;

use super::{Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement};

pub(super) struct Sysctl;

impl Language for Sysctl {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            statements.extend(statement(bytes, line, at)?);
            at += line.len();
        }
        Ok(statements)
    }

    fn insertion(
        &self,
        document: &Document,
        _: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let line = [key.as_bytes(), b" = ", written].concat();
        let end = document.bytes().len();
        Ok(Edit::line(document.bytes(), end, &line))
    }

    fn read(&self, files: &dyn Files, _: &str) -> Vec<Reading> {
        order::ALL.iter().map(|order| order.read(files)).collect()
    }

    /// The kernel takes any blanks between numbers.
    fn normal(&self, _: &str, value: &[u8]) -> Normal {
        let words: Vec<&[u8]> = words(value).collect();
        Normal::text(&words.join(&b' '))
    }
}

fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = value.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

/// What one line says: nothing where it is blank or a comment.
fn statement(bytes: &[u8], line: &[u8], start: usize) -> Result<Option<Statement>, Malformed> {
    let begin = line.len() - line.trim_ascii_start().len();
    let text = line.trim_ascii();
    if text.is_empty() || text.starts_with(b"#") || text.starts_with(b";") {
        return Ok(None);
    }
    let at = start + begin..start + begin + text.len();
    let Some(equals) = text.iter().position(|byte| *byte == b'=') else {
        // "-key" alone keeps a glob from setting the key.
        if text.starts_with(b"-") && !text.contains(&b' ') {
            return Ok(None);
        }
        return Err(Malformed::at(bytes, at.start, "no '=' behind the key"));
    };
    let (key, rest) = text.split_at(equals);
    let key = key.trim_ascii();
    // "-key = value": it does not matter whether the key is there.
    let key = key.strip_prefix(b"-").unwrap_or(key);
    let key = std::str::from_utf8(key)
        .ok()
        .filter(|key| !key.is_empty() && !key.contains(char::is_whitespace))
        .ok_or_else(|| Malformed::at(bytes, at.start, "no key before the '='"))?;
    let value = rest.get(1..).unwrap_or_default();
    let lead = value.len() - value.trim_ascii_start().len();
    let value = value.trim_ascii();
    let value_start = at.start + equals + 1 + if value.is_empty() { 0 } else { lead };
    Ok(Some(Statement {
        within: Vec::new(),
        key: normal_key(key),
        value: value.into(),
        at,
        value_at: value_start..value_start + value.len(),
    }))
}

/// With dots, whichever of the two separators comes first.
/// Source: sysctl.d(5), "either '.' or '/' may be used as separators".
fn normal_key(key: &str) -> String {
    match key.find(['.', '/']) {
        Some(n) if key.get(n..=n) == Some("/") => key
            .chars()
            .map(|c| match c {
                '/' => '.',
                '.' => '/',
                c => c,
            })
            .collect(),
        _ => key.to_owned(),
    }
}
