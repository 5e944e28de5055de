//! One setting and how it comes about: its value, the formula that gave it with
//! the numbers that went in, its source, and what a change needs. Which
//! settings a service has is not known here.
//!
//! *Invariant:* a setting cannot be made without its formula and its source,
//! and a value is computed by the same expression that is shown.

mod activation;
mod formula;
mod key;
mod pins;
mod range;
mod sheet;
mod spelling;
mod value;
mod worst;

pub use activation::Activation;
pub use formula::{Bound, Caps, Choice, Formula, Input, size};
pub use key::Key;
pub use pins::Pins;
pub use range::{Range, refuse_beyond};
pub use sheet::{Rule, Sheet};
pub use spelling::Spelling;
pub use value::Value;
pub use worst::WorstCase;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::input::Spot;

/// One line of a configuration, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the file.
    pub key: Cow<'static, str>,
    /// The row that documents it, where a stack made the key: `NAME.SERVICE`.
    pub row: &'static str,
    /// What it is set to; sizes in bytes.
    pub value: Value,
    /// How the file spells the value.
    pub text: String,
    /// What gave the value; nothing where it stands for itself.
    formula: Option<Formula>,
    /// The reason, in a few words.
    because: &'static str,
    /// Where the rule comes from: a URL, or a row of the project's documents.
    pub source: &'static str,
    /// What a change of it needs.
    pub activation: Activation,
    /// The file that it stands in, by its short name.
    pub file: &'static str,
    /// Where a person pinned it.
    pub pinned: Option<Spot>,
}

impl Setting {
    /// The expression with its numbers, and behind "because" the reason.
    pub fn why(&self) -> String {
        let mut why = self
            .formula
            .as_ref()
            .map_or_else(|| self.text.clone(), Formula::numbers);
        if !why.is_empty() && !self.because.is_empty() {
            why.push_str(" because ");
        }
        why.push_str(self.because);
        why
    }

    /// The reason, without the expression.
    pub fn because(&self) -> &'static str {
        self.because
    }

    /// What gave the value; nothing where it stands for itself, as a pin does.
    pub fn expression(&self) -> Option<&Formula> {
        self.formula.as_ref()
    }

    /// The same expression with the names of its inputs.
    pub fn formula(&self) -> String {
        self.formula
            .as_ref()
            .map_or_else(|| self.text.clone(), Formula::names)
    }
}

/// A setting as programs see it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Setting", deny_unknown_fields)]
struct Shown<'a> {
    /// Its name in the file.
    key: &'a str,
    /// What it is set to; a size in bytes.
    value: &'a Value,
    /// How the file spells the value.
    text: &'a str,
    /// The expression with its numbers, and behind "because" the reason.
    why: String,
    /// The same expression with the names of its inputs.
    formula: String,
    /// Where the rule comes from: a URL, or a row of the project's documents.
    source: &'a str,
    /// What a change of it needs.
    activation: Activation,
    /// The file that it stands in, by its short name.
    file: &'a str,
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = Shown {
            key: &self.key,
            value: &self.value,
            text: &self.text,
            why: self.why(),
            formula: self.formula(),
            source: self.source,
            activation: self.activation,
            file: self.file,
        };
        shown.serialize(serializer)
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> Cow<'static, str> {
        Shown::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Shown::json_schema(generator)
    }
}
