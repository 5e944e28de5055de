//! `pgbouncer.ini`: `key = value` lines in sections; the last of a key wins,
//! and a section `[pgbouncer]` that comes again forgets what stood before.
//!
//! Source: libusual cfparser.c, `parse_ini_file_internal`, and what PgBouncer
//! 1.18 does [measured]. Comments are lines of their own. Names in quotes are
//! documented for `[databases]` and refused all the same
//! (<https://github.com/pgbouncer/pgbouncer/issues/971>), so we refuse them.
//! Each parameter of a connection string is a statement of its own, so that a
//! password in it is known as one.

mod connection;
mod place;
mod read;
mod values;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::line::{is_blank, is_space};
use super::{Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement};

pub(super) struct Pgbouncer;

/// The line of the section where the settings are.
const MAIN: &str = "[pgbouncer]";
/// Those whose values are connection strings.
const STRINGS: &[&str] = &[DATABASES, "users", "peers"];
/// Whose parameters tell a connection string from any other value.
const DATABASES: &str = "databases";
/// Reads another file at its place.
const INCLUDE: &str = "%include";

impl Language for Pgbouncer {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        if let Some(nul) = bytes.iter().position(|byte| *byte == 0) {
            let why = "a NUL byte: PgBouncer reads nothing behind it";
            return Err(Malformed::at(bytes, nul, why));
        }
        let mut parser = Parser {
            bytes,
            at: 0,
            section: None,
            statements: Vec::new(),
        };
        parser.all()?;
        Ok(parser.statements)
    }

    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        place::insertion(document, within, key, written)
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
        key == "password"
    }

    fn begins_block(&self, key: &str) -> bool {
        key.starts_with('[')
    }
}

/// The name of the section where the settings are.
fn main_section() -> &'static str {
    MAIN.trim_matches(['[', ']'])
}

/// What the key of a section's own line is.
fn header(section: &str) -> String {
    format!("[{section}]")
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    section: Option<String>,
    statements: Vec<Statement>,
}

impl Parser<'_> {
    fn all(&mut self) -> Result<(), Malformed> {
        loop {
            self.skip(is_space);
            match self.rest() {
                [] => return Ok(()),
                [b'#' | b';', ..] => self.skip(|byte| byte != b'\n'),
                [b'[', ..] => self.section()?,
                [b'%', ..] => self.include()?,
                _ => self.value()?,
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, while_: impl Fn(u8) -> bool) {
        let rest = self.rest();
        self.at += rest.iter().take_while(|byte| while_(**byte)).count();
    }

    fn fault(&self, why: &str) -> Malformed {
        Malformed::at(self.bytes, self.at, why)
    }

    fn section(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        self.skip(|byte| byte != b']' && byte != b'\n');
        let name = self.bytes.get(start + 1..self.at).unwrap_or_default();
        let mut known = STRINGS.iter().copied().chain([main_section()]);
        let Some(name) = known.find(|known| known.as_bytes() == name) else {
            return Err(Malformed::at(self.bytes, start, "no section of PgBouncer"));
        };
        if self.rest().first() != Some(&b']') {
            return Err(self.fault("no ']' behind the section"));
        }
        self.at += 1;
        self.statements.push(Statement {
            within: Vec::new(),
            key: header(name),
            value: Vec::new().into(),
            at: start..self.at,
            value_at: self.at..self.at,
        });
        self.section = Some(name.to_owned());
        Ok(())
    }

    fn include(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        let rest = self.rest().strip_prefix(INCLUDE.as_bytes());
        if !rest.is_some_and(|rest| rest.first().is_some_and(|byte| is_blank(*byte))) {
            return Err(self.fault("neither a setting nor '%include FILE'"));
        }
        self.at += INCLUDE.len();
        let value_at = self.line_end();
        let value = self.bytes.get(value_at.clone()).unwrap_or_default();
        let path =
            std::str::from_utf8(value).map_err(|_| self.fault("a path that is not UTF-8"))?;
        if path.is_empty() {
            return Err(Malformed::at(self.bytes, start, "%include of no file"));
        }
        self.statements.push(Statement {
            within: self.section.iter().cloned().collect(),
            key: format!("{INCLUDE} {path}"),
            value: value.into(),
            at: start..value_at.end,
            value_at,
        });
        Ok(())
    }

    /// The bytes from the next that is no blank to the end of the line.
    fn line_end(&mut self) -> Range<usize> {
        self.skip(is_blank);
        let start = self.at;
        self.skip(|byte| byte != b'\n');
        let text = self.bytes.get(start..self.at).unwrap_or_default();
        let after = text
            .iter()
            .rev()
            .take_while(|byte| is_space(**byte))
            .count();
        start..self.at - after
    }

    fn value(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || b"_.-*".contains(&byte));
        let name = self.bytes.get(start..self.at).unwrap_or_default();
        let name = String::from_utf8_lossy(name).into_owned();
        if name.is_empty() {
            return Err(self.fault("no name of a setting"));
        }
        self.skip(is_blank);
        if self.rest().first() != Some(&b'=') {
            return Err(self.fault("no '=' behind the name"));
        }
        self.at += 1;
        let value_at = self.line_end();
        let value = self.bytes.get(value_at.clone()).unwrap_or_default();
        let whole = Statement {
            within: self.section.iter().cloned().collect(),
            key: name,
            value: value.into(),
            at: start..value_at.end,
            value_at,
        };
        match connection::parameters(&whole) {
            Ok(Some(statements)) => self.statements.extend(statements),
            Ok(None) => self.statements.push(whole),
            Err(at) => {
                let why = "no 'name=value' of a connection string";
                return Err(Malformed::at(self.bytes, at, why));
            }
        }
        Ok(())
    }
}
