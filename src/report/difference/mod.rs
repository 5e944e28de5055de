//! A difference in its several faces. What is different was found before; here
//! nothing is compared.
//!
//! *Invariant:* no face shows a secret, nor what was made of one.

mod checks;
mod columns;
mod counts;
mod files;
mod json;
mod markdown;
mod page;
mod patch;
mod running;
mod secrets;
mod shadows;
mod summary;
mod troubles;
mod unified;
mod validations;
pub(super) mod words;

#[cfg(test)]
mod made;

pub use json::{json, schema};
pub use markdown::markdown;
pub use summary::{headline, summary};
pub use unified::{painted, unified};

use crate::diff::Differences;
use crate::plan::Plan;

/// A difference with what it is of.
pub struct Review<'a> {
    /// What is compared with what, in a line: `web on t3.small, against /`.
    pub title: String,
    /// What would change.
    pub differences: &'a Differences,
    /// The plan, where one is known.
    pub plan: Option<&'a Plan>,
    /// The plan that it is compared with, where it is one.
    pub before: Option<&'a Plan>,
}

/// What a piece of text is; the caller paints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A heading, or what is new.
    Heading,
    /// Has no effect, or could not be read.
    Wrong,
    /// Has not the effect that one may think.
    Doubtful,
    /// Is added.
    Good,
    /// Less important.
    Faint,
}

/// How a difference is to look on a terminal.
pub struct Look<'a> {
    /// Columns.
    pub width: usize,
    /// Whether every setting is shown with its reason and its source.
    pub verbose: bool,
    /// Paints a piece of text; the meaning is in the text as well.
    pub paint: &'a dyn Fn(Tone, &str) -> String,
}
