//! Memory in whole bytes, and the way a person writes it.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

/// An amount of memory or disk, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

/// The units that a size may carry. `kB`, `MB`, `GB` and `TB` are powers of
/// 1024, as PostgreSQL and compose read them.
const UNITS: &[(&str, u64)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1 << 10),
    ("KB", 1 << 10),
    ("MB", 1 << 20),
    ("GB", 1 << 30),
    ("TB", 1 << 40),
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("T", 1 << 40),
    ("B", 1),
];

impl Bytes {
    /// No memory.
    pub const ZERO: Self = Self(0);
    /// One kibibyte.
    pub const KIB: Self = Self(1 << 10);
    /// One mebibyte.
    pub const MIB: Self = Self(1 << 20);
    /// One gibibyte.
    pub const GIB: Self = Self(1 << 30);
    /// The largest size that is accepted: 1 PiB. Sums of a few thousand of
    /// them still fit in 64 bits.
    pub const MAX: Self = Self(1 << 50);

    /// So many mebibytes.
    pub const fn mib(n: u64) -> Self {
        Self(n.saturating_mul(1 << 20))
    }

    /// So many kibibytes.
    pub const fn kib(n: u64) -> Self {
        Self(n.saturating_mul(1 << 10))
    }

    /// So many gibibytes.
    pub const fn gib(n: u64) -> Self {
        Self(n.saturating_mul(1 << 30))
    }

    /// What is left after `other`, at least nothing.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// So many times as much.
    #[must_use]
    pub const fn times(self, n: u64) -> Self {
        Self(self.0.saturating_mul(n))
    }

    /// An `n`th part, rounded down; all of it for `n` = 0.
    #[must_use]
    pub const fn over(self, n: u64) -> Self {
        Self(self.0 / if n == 0 { 1 } else { n })
    }

    /// Rounded down to a whole number of `step`.
    #[must_use]
    pub const fn floor_to(self, step: Self) -> Self {
        if step.0 == 0 {
            return self;
        }
        Self(self.0 - self.0 % step.0)
    }

    /// Rounded up to a mebibyte: what is missing or held is never shown as less.
    #[must_use]
    pub const fn up_to_mib(self) -> Self {
        Self::mib(self.0.div_ceil(1 << 20))
    }

    /// Whole mebibytes, rounded down.
    pub const fn whole_mib(self) -> u64 {
        self.0 >> 20
    }

    /// Reads a size with its unit: `512MiB`, `2GB`, `850M`, `1.5GiB`.
    pub fn parse(text: &str) -> Result<Self, SizeError> {
        let text = text.trim();
        let digits = text
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(digits).ok_or(SizeError::NotASize)?;
        let unit = unit.trim_start();
        if number.is_empty() {
            return Err(SizeError::NotASize);
        }
        if unit.is_empty() {
            return Err(SizeError::NoUnit);
        }
        let factor = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, factor)| *factor)
            .ok_or(SizeError::UnknownUnit)?;
        scaled(number, factor)
    }

    /// The units that a size may carry.
    pub fn units() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|(name, _)| *name)
    }

    /// The largest unit that divides it without rest: `512MiB`, `1280KiB`.
    pub fn exact(self) -> String {
        let (number, unit) = self.in_largest_unit();
        format!("{number}{unit}")
    }

    /// The number and the unit of [`Self::exact`].
    pub(crate) fn in_largest_unit(self) -> (u64, &'static str) {
        for (unit, factor) in [
            ("TiB", 1u64 << 40),
            ("GiB", 1 << 30),
            ("MiB", 1 << 20),
            ("KiB", 1 << 10),
        ] {
            if self.0 >= factor && self.0.is_multiple_of(factor) {
                return (self.0 / factor, unit);
            }
        }
        (self.0, "B")
    }
}

fn scaled(number: &str, factor: u64) -> Result<Bytes, SizeError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole: u64 = whole.parse().map_err(|_| SizeError::NotASize)?;
    let mut bytes = whole.checked_mul(factor).ok_or(SizeError::TooLarge)?;
    if !fraction.is_empty() {
        if fraction.len() > 6 {
            return Err(SizeError::NotASize);
        }
        let digits: u64 = fraction.parse().map_err(|_| SizeError::NotASize)?;
        let scale = 10u64.pow(u32::try_from(fraction.len()).unwrap_or(6));
        let part = u128::from(digits) * u128::from(factor) / u128::from(scale);
        bytes = bytes.saturating_add(u64::try_from(part).map_err(|_| SizeError::TooLarge)?);
    } else if number.contains('.') {
        return Err(SizeError::NotASize);
    }
    if bytes > Bytes::MAX.0 {
        return Err(SizeError::TooLarge);
    }
    Ok(Bytes(bytes))
}

impl fmt::Display for Bytes {
    /// Rounded for people: `512 MiB`, `1.5 GiB`, `23.4 GiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, factor) = match self.0 {
            n if n >= 10 << 40 => ("TiB", 1u64 << 40),
            n if n >= 10 << 30 => ("GiB", 1 << 30),
            n if n >= 1 << 20 => ("MiB", 1 << 20),
            n if n >= 1 << 10 => ("KiB", 1 << 10),
            n => return f.pad(&format!("{n} B")),
        };
        let tenths = u128::from(self.0) * 10 / u128::from(factor);
        let text = if tenths.is_multiple_of(10) || factor <= 1 << 20 {
            format!("{} {unit}", tenths / 10)
        } else {
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        };
        f.pad(&text)
    }
}

impl JsonSchema for Bytes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Bytes".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 0})
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl std::iter::Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Self::plus)
    }
}

/// Why a text is not a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// No number in front.
    #[error("not a size")]
    NotASize,
    /// A bare number.
    #[error("a size without a unit")]
    NoUnit,
    /// A unit that is not in the list.
    #[error("an unknown unit")]
    UnknownUnit,
    /// More than 1 PiB.
    #[error("more than 1 PiB")]
    TooLarge,
}

impl SizeError {
    /// What to write instead.
    pub const HELP: &'static str = "write a number and its unit: KiB MiB GiB TiB, kB MB GB TB or K M G T (all powers of 1024), as in \"512MiB\"";

    /// A word or two, to stand beside a mark.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::NotASize => "no size",
            Self::NoUnit => "no unit",
            Self::UnknownUnit => "unknown unit",
            Self::TooLarge => "too much",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_unit_is_a_power_of_1024() {
        for text in ["512MiB", "512MB", "512M", "524288kB", "0.5GiB", "512 MiB"] {
            assert_eq!(Bytes::parse(text), Ok(Bytes::mib(512)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_size_says_why() {
        assert_eq!(Bytes::parse("512"), Err(SizeError::NoUnit));
        assert_eq!(Bytes::parse("512mb"), Err(SizeError::UnknownUnit));
        assert_eq!(Bytes::parse("MiB"), Err(SizeError::NotASize));
        assert_eq!(Bytes::parse("1.MiB"), Err(SizeError::NotASize));
        assert_eq!(Bytes::parse("-1MiB"), Err(SizeError::NotASize));
        assert_eq!(Bytes::parse("2000TiB"), Err(SizeError::TooLarge));
        assert_eq!(
            Bytes::parse("99999999999999999999TiB"),
            Err(SizeError::NotASize)
        );
    }

    #[test]
    fn exact_and_display() {
        assert_eq!(Bytes::mib(512).exact(), "512MiB");
        assert_eq!(Bytes(1536).exact(), "1536B");
        assert_eq!(Bytes::mib(512).to_string(), "512 MiB");
        assert_eq!(Bytes::mib(2048).to_string(), "2048 MiB");
        assert_eq!(Bytes::mib(24 * 1024 + 512).to_string(), "24.5 GiB");
    }
}
