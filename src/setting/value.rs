//! A typed value.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::units::{Bytes, Decimal};

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A size, in bytes.
    Size(Bytes),
    /// A whole number.
    Count(u64),
    /// A number with a point.
    Decimal(Decimal),
    /// On or off.
    Flag(bool),
    /// A word.
    Word(String),
}

impl JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["number", "boolean", "string"]})
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Size(bytes) => bytes.serialize(serializer),
            Self::Count(n) => n.serialize(serializer),
            Self::Decimal(n) => n.serialize(serializer),
            Self::Flag(yes) => yes.serialize(serializer),
            Self::Word(word) => word.serialize(serializer),
        }
    }
}
