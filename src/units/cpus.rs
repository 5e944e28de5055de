//! Processors in thousandths.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::Decimal;

/// Processors, in thousandths: 0.4 of one is 400.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpus(pub u64);

impl Cpus {
    /// So many whole processors.
    pub const fn whole(n: u64) -> Self {
        Self(n.saturating_mul(1000))
    }

    /// Whole processors, rounded up, at least one: how many can be busy.
    pub const fn ceil(self) -> u64 {
        let n = self.0.div_ceil(1000);
        if n == 0 { 1 } else { n }
    }

    /// As an exact decimal.
    pub const fn decimal(self) -> Decimal {
        Decimal::thousandths(self.0)
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.decimal().fmt(f)
    }
}

impl JsonSchema for Cpus {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cpus".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "minimum": 0})
    }
}

impl Serialize for Cpus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.decimal().serialize(serializer)
    }
}
