//! Logrotate's files: blocks of directives for log files, and directives for
//! all blocks behind them.
//!
//! Source: logrotate 3.21 config.c, `readConfigFile`, logrotate(8), and what
//! 3.21.0 does [measured]. Refused where logrotate goes on after an error: an
//! unknown directive, a block without its `}`, a byte order mark, a carriage
//! return behind a brace.
//!
//! Directives that exclude each other are one key, the first of them, and its
//! value is the directive: `compress` is `compress` or `nocompress`. All that
//! say when to rotate are `frequency`: `daily`, `weekly 1`, `size 10M`. The
//! last of a block counts, else the last before the block: in a reading these
//! stand in the block too, with the place where they were said.

mod directives;
mod parse;
mod place;
mod read;
mod values;

#[cfg(test)]
mod tests;

use super::{Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement};

pub(super) struct Logrotate;

/// The log files that a statement begins a block for, as paths and patterns;
/// nothing where it does not begin one.
pub fn log_patterns(key: &str, value: &[u8]) -> Option<Vec<String>> {
    let begins = key.split(' ').next() == Some(directives::FILES);
    let words = values::shell_words(value).filter(|_| begins)?;
    let words = words.iter();
    Some(
        words
            .map(|word| String::from_utf8_lossy(word).into_owned())
            .collect(),
    )
}

impl Language for Logrotate {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        parse::statements(bytes)
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

    /// Logs are on disk.
    fn is_memory(&self, _: &str) -> bool {
        false
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        values::normal(key, value)
    }

    fn spell(&self, key: &str, value: &Normal) -> String {
        values::spell(key, value)
    }

    fn begins_block(&self, key: &str) -> bool {
        key.split(' ').next() == Some(directives::FILES)
    }
}
