//! `/etc/fstab`: a line each for what is mounted, and for swap. A statement is
//! a whole line; its key is the mount point as written there, or `swap` and the
//! source, since lines of swap have no mount point to tell them apart.
//!
//! Source: fstab(5); util-linux 2.38, `libmount/src/tab_parse.c`; `findmnt
//! --tab-file` (`tests/formats/fstab.rs`).

mod entry;
#[cfg(test)]
mod tests;

pub use entry::Entry;

use super::line::{is_blank, trimmed};
use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Repeated,
    Statement,
};

pub(super) struct Fstab;

/// Options of network file systems whose value opens something.
/// Source: mount.cifs(8), `password`, `credentials`; mount.davfs(8); sshfs(1).
const SECRETS: &[&str] = &[
    "cred",
    "credentials",
    "pass",
    "passwd",
    "password",
    "password2",
    "passwordfile",
    "secret",
    "secretfile",
    "token",
];

impl Language for Fstab {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut start = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            statements.extend(statement(bytes, line, start)?);
            start += line.len();
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
        let entry = Entry::read(written);
        if entry.is_none_or(|entry| entry.key() != key || within != [entry.kind()]) {
            return Err(Refused::new(
                format!("what is to be written is no line of {key}"),
                "give all fields of the line",
            ));
        }
        let bytes = document.bytes();
        Ok(Edit::line(bytes, bytes.len(), written))
    }

    /// mount(8) and systemd take the first line of a mount point.
    fn repeated(&self) -> Repeated {
        Repeated::FirstWins
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Fstab, files, main)]
    }

    /// All six fields, one blank between them.
    fn normal(&self, _: &str, value: &[u8]) -> Normal {
        match Entry::read(value) {
            Some(entry) => Normal::text(entry.to_string().as_bytes()),
            None => Normal::text(value),
        }
    }

    fn is_secret(&self, _: &str, value: &[u8]) -> bool {
        let entry = Entry::read(value);
        let has = |entry: Entry| SECRETS.iter().any(|name| entry.option(name).is_some());
        entry.is_some_and(has)
    }
}

fn statement(bytes: &[u8], line: &[u8], start: usize) -> Result<Option<Statement>, Malformed> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let found = trimmed(line, is_blank);
    let text = line.get(found.clone()).unwrap_or_default();
    if text.is_empty() || text.starts_with(b"#") {
        return Ok(None);
    }
    let at = start + found.start..start + found.end;
    let entry = Entry::parse(text)
        .map_err(|(offset, message)| Malformed::at(bytes, at.start + offset, message))?;
    Ok(Some(Statement {
        within: vec![entry.kind().to_owned()],
        key: entry.key(),
        value: text.into(),
        value_at: at.clone(),
        at,
    }))
}
