//! One configuration file: its bytes, and the statements found in them. Which
//! bytes are a statement is known to its language; what a program makes of
//! several files is not known here.
//!
//! *Invariant:* the bytes are kept as they came. An edit changes the bytes of
//! one value, or adds or takes away one statement; it is read back, and refused
//! where anything else would read differently.

use std::ops::Range;

use bstr::BString;

use super::line::{after_line, line_start};
use super::{Format, Malformed, Refused};

/// One thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The blocks or sections that it stands in, outermost first.
    pub within: Vec<String>,
    /// Its name, as the program compares names. Where several of one name stand
    /// side by side and all count, what tells them apart follows after a blank:
    /// `limit_conn_zone tune_requests`, `Environment PATH`.
    pub key: String,
    /// What it is set to, without the format's quotes and escapes.
    pub value: BString,
    /// Its bytes, from its first to its last, line end not included.
    pub at: Range<usize>,
    /// The bytes of the value as written; empty where there is none.
    pub value_at: Range<usize>,
}

impl Statement {
    /// Its name alone, without what tells it from others of that name.
    pub fn name(&self) -> &str {
        self.key.split(' ').next().unwrap_or_default()
    }

    fn is(&self, within: &[String], key: &str) -> bool {
        self.within == within && self.key == key
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.is(&other.within, &other.key) && self.value == other.value
    }
}

/// Which of several statements with one key is the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// The last.
    LastWins,
    /// The first.
    FirstWins,
    /// The program refuses them.
    Refused,
}

/// What an edit changes: these bytes become that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Where; empty where something is added.
    pub at: Range<usize>,
    /// What stands there afterwards.
    pub text: Vec<u8>,
}

impl Edit {
    /// A line of its own, or several, before the offset, which begins a line or
    /// ends the file, with the line end that the file has.
    pub(super) fn line(bytes: &[u8], offset: usize, line: &[u8]) -> Self {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let end: &[u8] = if bytes.windows(2).any(|two| two == b"\r\n") {
            b"\r\n"
        } else {
            b"\n"
        };
        let lead = if before.is_empty() || before.ends_with(b"\n") {
            b"".as_slice()
        } else if before.ends_with(b"\r") {
            // The other half of a line's end.
            b"\n".as_slice()
        } else {
            end
        };
        let lines: Vec<&[u8]> = line.split(|byte| *byte == b'\n').collect();
        Self {
            at: before.len()..before.len(),
            text: [lead, &lines.join(end), end].concat(),
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Document {
    format: Format,
    bytes: Vec<u8>,
    /// Where each line begins.
    lines: Vec<usize>,
    statements: Vec<Statement>,
}

impl Document {
    /// Reads all of a file.
    pub fn parse(format: Format, bytes: impl Into<Vec<u8>>) -> Result<Self, Malformed> {
        let bytes = bytes.into();
        let statements = format.language().statements(&bytes)?;
        Ok(Self {
            format,
            lines: line_starts(&bytes),
            bytes,
            statements,
        })
    }

    /// Whether nothing is read out of the file, but it may say something: it is
    /// compared as text.
    pub fn is_opaque(&self) -> bool {
        self.format.language().is_opaque(&self.bytes)
    }

    /// All of the file, as it is now.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What it says, in the order of the file.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The bytes of a range, as written; nothing where there are none.
    pub fn written(&self, at: &Range<usize>) -> &[u8] {
        self.bytes.get(at.clone()).unwrap_or_default()
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: usize) -> u32 {
        let before = self.lines.partition_point(|start| *start <= offset);
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// The statement that counts among those with one key.
    pub fn winner(&self, within: &[String], key: &str) -> Option<&Statement> {
        let mut found = self.statements.iter().filter(|one| one.is(within, key));
        match self.format.language().repeated() {
            Repeated::LastWins => found.next_back(),
            Repeated::FirstWins | Repeated::Refused => found.next(),
        }
    }

    /// Gives one key a value, in the format's own spelling: the bytes of the
    /// statement that counts change, or one statement is added where a person
    /// would have put it.
    pub fn set(&mut self, within: &[String], key: &str, written: &[u8]) -> Result<(), Refused> {
        let language = self.format.language();
        self.may_be_edited()?;
        let edit = match self.winner(within, key) {
            Some(found) if language.says(self, found, written) => return Ok(()),
            Some(found) => language.change(self, found, written)?,
            None => language.insertion(self, within, key, written)?,
        };
        let after = self.edited(&edit)?;
        let set = after.winner(within, key);
        if set.is_none_or(|one| !language.says(&after, one, written)) {
            return Err(not_a_value(self.format, key, written));
        }
        self.replace_if_only(within, key, after)
    }

    /// Takes every statement of one key away, each with the line that it fills.
    pub fn unset(&mut self, within: &[String], key: &str) -> Result<(), Refused> {
        self.may_be_edited()?;
        let language = self.format.language();
        let mut after = self.clone();
        while let Some(found) = after.winner(within, key) {
            let at = language.removal(&after, found);
            if at.is_empty() {
                return Err(Refused::new(
                    format!("{key} cannot be taken away by itself"),
                    "change it by hand",
                ));
            }
            after = after.edited(&Edit {
                at,
                text: Vec::new(),
            })?;
        }
        self.replace_if_only(within, key, after)
    }

    fn may_be_edited(&self) -> Result<(), Refused> {
        match self.format.language().never_edited() {
            Some(refused) => Err(refused),
            None => Ok(()),
        }
    }

    /// Whether all but one key reads as it did.
    fn replace_if_only(
        &mut self,
        within: &[String],
        key: &str,
        after: Self,
    ) -> Result<(), Refused> {
        let language = self.format.language();
        let gives_way = |one: &Statement| {
            let block = within.strip_prefix(one.within.as_slice());
            language.makes_way(one) && block.and_then(<[String]>::first) == Some(&one.key)
        };
        let others = |document: &Self| -> Vec<Statement> {
            let all = document.statements.iter();
            all.filter(|one| {
                !one.is(within, key) && !gives_way(one) && !language.begins_block(&one.key)
            })
            .cloned()
            .collect()
        };
        let (was, is) = (others(self), others(&after));
        let same =
            was.len() == is.len() && was.iter().zip(&is).all(|(was, is)| was.says_the_same(is));
        if !same {
            return Err(Refused::new(
                format!("changing {key} would change what other lines say"),
                "change it by hand",
            ));
        }
        *self = after;
        Ok(())
    }

    fn edited(&self, edit: &Edit) -> Result<Self, Refused> {
        let mut bytes = self.bytes.clone();
        if bytes.get(edit.at.clone()).is_none() {
            return Err(Refused::new(
                "the place of the edit is not in the file",
                "report this",
            ));
        }
        bytes.splice(edit.at.clone(), edit.text.iter().copied());
        Self::parse(self.format, bytes).map_err(|error| {
            Refused::new(
                format!(
                    "the file could not be read after the change: {}",
                    error.message
                ),
                "change it by hand",
            )
        })
    }
}

fn not_a_value(format: Format, key: &str, written: &[u8]) -> Refused {
    let written = written.escape_ascii();
    let reason = if format.is_secret(key, written.to_string().as_bytes()) {
        format!("the new value is not one value of {key}")
    } else {
        format!("'{written}' is not one value of {key}")
    };
    Refused::new(reason, "give it as the file's format spells it")
}

fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let ends = bytes.iter().enumerate();
    let starts = ends.filter(|(_, byte)| **byte == b'\n').map(|(n, _)| n + 1);
    std::iter::once(0).chain(starts).collect()
}

/// Line and column of an offset, from 1; columns count bytes.
pub(super) fn position(bytes: &[u8], offset: usize) -> (u32, u32) {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let lines = before.split(|byte| *byte == b'\n');
    let column = lines.clone().next_back().map_or(0, <[u8]>::len) + 1;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (count(lines.count()), count(column))
}

/// A statement's bytes, with the whole line where nothing else stands on it.
pub(super) fn whole_line(bytes: &[u8], at: &Range<usize>) -> Range<usize> {
    let (start, end) = (line_start(bytes, at.start), after_line(bytes, at.end));
    let blank = |range: Range<usize>| {
        let bytes = bytes.get(range).unwrap_or_default();
        bytes.iter().all(u8::is_ascii_whitespace)
    };
    if blank(start..at.start) && blank(at.end..end) {
        start..end
    } else {
        at.clone()
    }
}
