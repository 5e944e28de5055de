//! `redis.conf`: a directive a line, its arguments quoted as in a shell or not
//! at all; the last line of a name wins, but for those that add up.
//!
//! Source: redis 7.0 config.c, `loadServerConfigFromString`, and what 7.0.15
//! does [measured]. A comment is a line of its own; a byte order mark is
//! refused; a NUL byte would join two lines, so we refuse it too.

mod directive;
mod read;
mod values;
mod words;

#[cfg(test)]
mod tests;

use bstr::BString;

use super::line::{comments, is_blank_or_end, trimmed};
use super::{Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement};

pub(super) struct Redis;

impl Language for Redis {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut start = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(nul) = line.iter().position(|byte| *byte == 0) {
                let why = "a NUL byte: redis would join this line and the next";
                return Err(Malformed::at(bytes, start + nul, why));
            }
            let found = trimmed(line, is_blank_or_end);
            let at = start + found.start;
            let text = line.get(found).unwrap_or_default();
            if !text.is_empty() && !text.starts_with(b"#") {
                let found = directive::statements(text, at)
                    .map_err(|fault| Malformed::at(bytes, fault.at, fault.why))?;
                statements.extend(found);
            }
            start += line.len();
        }
        Ok(statements)
    }

    /// After the default that stands there as a comment, else at the end. What
    /// includes a file stands at the end always: what it says is to win.
    fn insertion(
        &self,
        document: &Document,
        _: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let name = key.split(' ').next().unwrap_or_default();
        let is_include = name == directive::INCLUDE;
        let words: Vec<String> = key.splitn(2, ' ').map(values::quoted).collect();
        let said = if is_include {
            name.to_owned()
        } else {
            words.join(" ")
        };
        let line = [said.as_bytes(), b" ", written].concat();
        let bytes = document.bytes();
        let default = after_default(bytes, key).filter(|_| !is_include);
        let offset = default.unwrap_or(bytes.len());
        Ok(Edit::line(bytes, offset, &line))
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![read::all(files, main)]
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        values::normal(key, value)
    }

    fn spell(&self, key: &str, value: &Normal) -> String {
        values::spell(key, value)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        values::is_secret(key)
    }

    fn arguments(&self, argv: &[String]) -> Vec<(String, BString)> {
        directive::arguments(argv)
    }
}

/// Behind the last line that would set the key if it were no comment.
fn after_default(bytes: &[u8], key: &str) -> Option<usize> {
    let says = |text: &[u8]| {
        let says = directive::statements(text, 0).unwrap_or_default();
        says.iter().any(|one| one.key == key)
    };
    comments(bytes, 0..bytes.len(), b"#")
        .filter(|(_, text)| says(text))
        .last()
        .map(|(end, _)| end)
}
