//! Money in micro-dollars.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::Cpus;

/// US dollars, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub u64);

/// Hours in the month that the price lists reckon with.
const HOURS_A_MONTH: u64 = 730;

impl Money {
    /// Reads a price in dollars: `0.0208`.
    pub fn parse(dollars: &str) -> Option<Self> {
        let (whole, fraction) = dollars.split_once('.').unwrap_or((dollars, "0"));
        let fraction: String = format!("{fraction:0<6}").chars().take(6).collect();
        let whole: u64 = whole.parse().ok()?;
        let micro: u64 = fraction.parse().ok()?;
        whole.checked_mul(1_000_000)?.checked_add(micro).map(Self)
    }

    /// An hourly price over a month of 730 hours.
    #[must_use]
    pub const fn month_of(hourly: Self) -> Self {
        Self(hourly.0.saturating_mul(HOURS_A_MONTH))
    }

    /// The price of one processor for so many.
    #[must_use]
    pub fn for_cpus(self, cpus: Cpus) -> Self {
        let all = u128::from(self.0) * u128::from(cpus.0) / 1000;
        Self(u64::try_from(all).unwrap_or(u64::MAX))
    }

    /// To the micro-dollar, as [`Money::parse`] reads it: `15.184`.
    pub fn exact(self) -> String {
        let (whole, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let places = format!("{rest:06}");
        let places = places.trim_end_matches('0');
        if places.is_empty() {
            whole.to_string()
        } else {
            format!("{whole}.{places}")
        }
    }

    /// To the cent, rounded half up.
    const fn cents(self) -> u64 {
        self.0.saturating_add(5_000) / 10_000
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.cents() / 100, self.cents() % 100))
    }
}

impl JsonSchema for Money {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Money".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "minimum": 0})
    }
}

impl Serialize for Money {
    /// Dollars, to the cent.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_string().parse::<f64>() {
            Ok(dollars) => serializer.serialize_f64(dollars),
            Err(_) => serializer.serialize_none(),
        }
    }
}

/// What something costs more or less than before, in millionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MoneyChange(i64);

impl MoneyChange {
    /// From one price to another.
    #[must_use]
    pub fn between(before: Money, after: Money) -> Self {
        let signed = |money: Money| i64::try_from(money.0).unwrap_or(i64::MAX);
        Self(signed(after).saturating_sub(signed(before)))
    }

    /// Without its sign.
    #[must_use]
    pub const fn size(self) -> Money {
        Money(self.0.unsigned_abs())
    }
}

impl fmt::Display for MoneyChange {
    /// With its sign: `+15.18`, `-3.20`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        f.pad(&format!("{sign}{}", self.size()))
    }
}

impl JsonSchema for MoneyChange {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MoneyChange".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number"})
    }
}

impl Serialize for MoneyChange {
    /// Dollars, to the cent.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.to_string().parse::<f64>() {
            Ok(dollars) => serializer.serialize_f64(dollars),
            Err(_) => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_a_t3_small() {
        let hourly = Money::parse("0.0208").unwrap();
        assert_eq!(Money::month_of(hourly).to_string(), "15.18");
    }
}
