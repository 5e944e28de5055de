//! Units of systemd and their drop-ins: `Key=value` lines in sections. The
//! variables of `Environment=` are one statement each.
//!
//! Source: systemd.syntax(7), systemd.unit(5); systemd 252 in its test mode
//! (`tests/formats/systemd.rs`).

mod counts;
mod keys;
mod lines;
mod place;
mod search;
#[cfg(test)]
mod tests;
mod values;
mod words;

use super::secret::is_secret_name;
use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Standing,
    Statement,
};
use lines::{Line, Said};

pub(super) struct Systemd;

/// The key whose values are variables.
const VARIABLES: &str = "Environment";

impl Language for Systemd {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut section: Option<String> = None;
        for line in lines::read(bytes)? {
            match (line.said(bytes)?, &section) {
                (Said::Section(name), _) => section = Some(name.to_owned()),
                (Said::Value(key, value), Some(within)) => {
                    let whole = Statement {
                        within: vec![within.clone()],
                        key: key.to_owned(),
                        value: line.text.get(value.clone()).unwrap_or_default().into(),
                        at: line.at(&line.trimmed()),
                        value_at: line.at(&value),
                    };
                    if key == VARIABLES && !value.is_empty() {
                        statements.extend(variables(bytes, &line, value, &whole)?);
                    } else {
                        statements.push(whole);
                    }
                }
                // Before the first section systemd warns, and goes on.
                (Said::Value(..), None) | (Said::Nothing, _) => {}
            }
        }
        Ok(statements)
    }

    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let [section] = within else {
            return Err(Refused::new(
                format!("{key} stands in no section"),
                "say which: [Service]",
            ));
        };
        let line = match key.split_once(' ') {
            Some((VARIABLES, name)) => {
                [b"Environment=\"", name.as_bytes(), b"=", written, b"\""].concat()
            }
            _ => [key.as_bytes(), b"=", written].concat(),
        };
        let bytes = document.bytes();
        if let Some(offset) = place::of(bytes, section, key) {
            return Ok(Edit::line(bytes, offset, &line));
        }
        let windows = bytes.windows(2).any(|two| two == b"\r\n");
        let end = if windows { "\r\n" } else { "\n" };
        let lead = if bytes.is_empty() { "" } else { end };
        let head = format!("{lead}[{section}]{end}");
        let both = [head.as_bytes(), &line].concat();
        Ok(Edit::line(bytes, bytes.len(), &both))
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![read(files, main)]
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        values::normal(key, value)
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        values::spell(value)
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        match key.split_once(' ') {
            Some((VARIABLES, name)) => is_secret_name(name),
            _ => matches!(key, "SetCredential" | "SetCredentialEncrypted"),
        }
    }
}

/// A unit by its name, with its drop-ins; of a path that file alone.
fn read(files: &dyn Files, main: &str) -> Reading {
    let mut reading = Reading {
        by_pattern: Some(counts::of_another),
        ..Reading::default()
    };
    if main.starts_with('/') {
        take(&mut reading, files, main);
    } else {
        match search::fragment(files, main) {
            Ok(Some(path)) => take(&mut reading, files, &path),
            // Without a file of its own there may be drop-ins all the same.
            Ok(None) => {}
            Err(trouble) => {
                reading.troubles.push(trouble);
                return reading;
            }
        }
        for path in search::drop_ins(files, main, &mut reading) {
            take(&mut reading, files, &path);
        }
    }
    counts::decide(&mut reading);
    reading
}

fn take(reading: &mut Reading, files: &dyn Files, path: &str) {
    let Some(document) = reading.open(Format::Systemd, files, path) else {
        return;
    };
    for statement in document.statements() {
        let standing = if values::is_taken(statement.name(), &statement.value) {
            Standing::Holds
        } else {
            Standing::PassedOver
        };
        let within = statement.within.clone();
        reading.push_as(standing, &document, statement, within, path);
    }
}

/// The variables of one line. What is no assignment is passed over.
fn variables(
    bytes: &[u8],
    line: &Line,
    value: std::ops::Range<usize>,
    whole: &Statement,
) -> Result<Vec<Statement>, Malformed> {
    let words = words::read(&line.text, &value).map_err(|offset| {
        let place = line.at(&(offset..offset + 1)).start;
        Malformed::at(bytes, place, "a quote that is not closed, or no escape")
    })?;
    let alone = words.len() == 1;
    let statements = words.into_iter().filter_map(|word| {
        let equals = word.text.iter().position(|byte| *byte == b'=')?;
        let (name, rest) = word.text.split_at(equals);
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| is_name(name))?;
        let text = std::str::from_utf8(rest.get(1..)?).ok()?;
        if text.contains(|c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n')) {
            return None;
        }
        Some(Statement {
            within: whole.within.clone(),
            key: format!("{VARIABLES} {name}"),
            value: text.into(),
            at: if alone {
                whole.at.clone()
            } else {
                line.at(&word.at)
            },
            value_at: line.at(&word.value_at),
        })
    });
    Ok(statements.collect())
}

/// Source: systemd 252, src/basic/env-util.c, `env_name_is_valid`.
fn is_name(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    name.starts_with(|c: char| word(c) && !c.is_ascii_digit()) && name.chars().all(word)
}
