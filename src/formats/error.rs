//! What is wrong with a file, and why an edit is not made.

use super::document::position;

/// A file that is not understood: nothing of it is guessed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Malformed {
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

impl Malformed {
    /// At an offset of a file.
    pub(super) fn at(bytes: &[u8], offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = position(bytes, offset);
        Self {
            line,
            column,
            message: message.into(),
        }
    }
}

/// An edit that is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// Why.
    pub reason: String,
    /// What to do instead.
    pub help: String,
}

impl Refused {
    pub(super) fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            help: help.into(),
        }
    }
}
