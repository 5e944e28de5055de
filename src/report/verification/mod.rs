//! Whether a host holds what the plan says, in its several faces: for people,
//! as JSON, for a monitor. Values that are secret stand in none of them.

mod budget;
mod json;
mod prometheus;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use budget::{json as budget_json, schema as budget_schema, text as budget_text};
pub use json::{json, schema};
pub use prometheus::prometheus;
pub use text::{text, verdict};

use crate::diff::Verification;

/// A verification with what it is of.
pub struct Verified<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The host's.
    pub host: &'a str,
    /// What was found.
    pub found: &'a Verification,
    /// Whether what holds is shown as well.
    pub all: bool,
}
