//! `NAME=value` lines: `EnvironmentFile` of systemd, `env_file` of docker. Read
//! as systemd reads them; docker's `--env-file` differs in that it keeps quotes
//! and backslashes as they are, compose in that it ends an unquoted value at
//! ` #`. What systemd and docker take for different lines is refused.
//!
//! Source: systemd src/basic/env-file.c; docker/cli pkg/kvfile.

mod value;

#[cfg(test)]
mod tests;

use super::line::comments;
use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Statement, secret,
};

pub(super) struct Environment;

impl Language for Environment {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let (statement, end) = line(bytes, at)?;
            statements.extend(statement);
            at = end;
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
        if let Some(block) = within.first() {
            return Err(Refused::new(
                format!("there is no block '{block}' in such a file"),
                "change it by hand",
            ));
        }
        let bytes = document.bytes();
        let line = [key.as_bytes(), b"=", written].concat();
        let says = |text: &[u8]| {
            let rest = text.strip_prefix(key.as_bytes()).unwrap_or_default();
            rest.starts_with(b"=")
        };
        let default = comments(bytes, 0..bytes.len(), b"#").find(|(_, text)| says(text));
        let offset = default.map_or(bytes.len(), |(end, _)| end);
        Ok(Edit::line(bytes, offset, &line))
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Environment, files, main)]
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        value::spelled(&value.to_string())
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }
}

/// What the lines say that begin at an offset, and where the next begins.
fn line(bytes: &[u8], start: usize) -> Result<(Option<Statement>, usize), Malformed> {
    let end = ending(bytes, start);
    let line = bytes.get(start..end).unwrap_or_default();
    let lead = line.len() - line.trim_ascii_start().len();
    let at = start + lead;
    let text = line.trim_ascii();
    if text.is_empty() {
        return Ok((None, end + 1));
    }
    if text.starts_with(b"#") || text.starts_with(b";") {
        if line.ends_with(b"\\") {
            let message = "systemd reads the next line as part of this comment";
            return Err(Malformed::at(bytes, end - 1, message));
        }
        if text.starts_with(b";") {
            return Err(Malformed::at(
                bytes,
                at,
                "no comment for docker: '#' begins one",
            ));
        }
        return Ok((None, end + 1));
    }
    let Some(equals) = text.iter().position(|byte| *byte == b'=') else {
        // To docker a name that is passed on, to systemd nothing.
        return match name(text) {
            Some(_) => Ok((None, end + 1)),
            None => Err(Malformed::at(bytes, at, "no '=' behind the name")),
        };
    };
    let name = name(text.get(..equals).unwrap_or_default())
        .ok_or_else(|| Malformed::at(bytes, at, "no name before the '='"))?;
    let (value, value_at) = value::read(bytes, at + equals + 1)?;
    let statement = Statement {
        within: Vec::new(),
        key: name.to_owned(),
        value: value.into(),
        at: at..value_at.end,
        value_at: value_at.clone(),
    };
    Ok((Some(statement), ending(bytes, value_at.end) + 1))
}

/// Where a line ends.
fn ending(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.map_or(bytes.len(), |n| start + n)
}

/// A name as all take it: without blanks around it.
/// Source: systemd src/basic/env-util.c, `env_name_is_valid`.
fn name(bytes: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(bytes).ok()?;
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fine = name.starts_with(|c: char| inside(c) && !c.is_ascii_digit());
    (fine && name.chars().all(inside)).then_some(name)
}
