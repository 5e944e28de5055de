//! Exact decimals with three places: weights, cost factors.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// A number in thousandths: `1.1` is 1100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal {
    thousandths: u64,
}

/// A text that is no decimal of at most three places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number with at most three decimal places")]
pub struct DecimalError;

impl Decimal {
    /// From thousandths.
    pub const fn thousandths(thousandths: u64) -> Self {
        Self { thousandths }
    }

    /// In thousandths.
    pub const fn in_thousandths(self) -> u64 {
        self.thousandths
    }

    /// Reads `2`, `0.4`, `1.125`.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        if fraction.is_empty() || fraction.len() > 3 {
            return Err(DecimalError);
        }
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(DecimalError);
        }
        let whole: u64 = whole.parse().map_err(|_| DecimalError)?;
        let places: u64 = format!("{fraction:0<3}")
            .parse()
            .map_err(|_| DecimalError)?;
        whole
            .checked_mul(1000)
            .and_then(|n| n.checked_add(places))
            .map(Self::thousandths)
            .ok_or(DecimalError)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.thousandths / 1000, self.thousandths % 1000);
        if rest == 0 {
            return f.pad(&whole.to_string());
        }
        let places = format!("{rest:03}");
        f.pad(&format!("{whole}.{}", places.trim_end_matches('0')))
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "minimum": 0})
    }
}

impl Serialize for Decimal {
    /// A JSON number; thousandths have an exact shortest spelling.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.thousandths.is_multiple_of(1000) {
            return serializer.serialize_u64(self.thousandths / 1000);
        }
        match self.to_string().parse::<f64>() {
            Ok(number) => serializer.serialize_f64(number),
            Err(_) => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_without_loss() {
        for text in ["2", "0.4", "1.125", "0", "896"] {
            assert_eq!(
                Decimal::parse(text).map(|d| d.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            ".5",
            "1.",
            "1.2345",
            "-1",
            "1e3",
            "99999999999999999999",
        ] {
            assert_eq!(Decimal::parse(text), Err(DecimalError), "{text}");
        }
    }
}
