//! One setting and how it comes about: its value, the formula that gave it with
//! the numbers that went in, its source, and what a change needs. Which
//! settings a service has is not known here.
//!
//! *Invariant:* a setting cannot be made without its formula and its source,
//! and a value is computed by the same expression that is shown.

mod activation;
mod formula;
mod pins;
mod range;
mod sheet;
mod spelling;
mod value;
mod worst;

pub use activation::Activation;
pub use formula::{Formula, size};
pub use pins::Pins;
pub use range::{Range, refuse_beyond};
pub use sheet::{Rule, Sheet};
pub use spelling::Spelling;
pub use value::Value;
pub use worst::WorstCase;

use serde::Serialize;

use crate::input::Spot;

/// One line of a configuration, with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name in the file.
    pub key: String,
    /// What it is set to; sizes in bytes.
    pub value: Value,
    /// How the file spells the value.
    pub text: String,
    /// The expression with its numbers, and behind "because" the reason.
    pub why: String,
    /// The same expression with the names of its inputs.
    pub formula: String,
    /// Where the rule comes from: a URL, or a row of the project's documents.
    pub source: &'static str,
    /// What a change of it needs.
    pub activation: Activation,
    /// The file that it stands in, by its short name.
    pub file: &'static str,
    /// Where a person pinned it.
    #[serde(skip)]
    pub pinned: Option<Spot>,
}
