//! An exact number together with the expression that it came from.
//!
//! The value and the expression are made by the same operation, so a reason
//! can never disagree with its setting. The expression is kept as a tree and
//! written only where somebody reads it: most formulas are only computed.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::{Add, Div, Mul, Sub};
use std::sync::Arc;

use crate::units::{Bytes, Cpus, Decimal};

/// A number, exact, and how it was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    top: i128,
    bottom: i128,
    made: Arc<Made>,
}

/// How a number came about.
#[derive(Debug, PartialEq, Eq)]
enum Made {
    /// An input under its name, or a constant, which has none.
    Given {
        name: Option<Cow<'static, str>>,
        number: Number,
    },
    /// A function of others; some round to a step.
    Called {
        function: &'static str,
        of: Vec<Formula>,
        step: Option<Number>,
    },
    /// Two others with a sign between them.
    Joined {
        left: Formula,
        sign: Sign,
        right: Formula,
    },
}

/// A number as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Size(Bytes),
    Whole(u64),
    Decimal(Decimal),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(bytes) => f.write_str(&bytes.exact()),
            Self::Whole(n) => n.fmt(f),
            Self::Decimal(n) => n.fmt(f),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

impl Sign {
    const fn binds(self) -> Binds {
        match self {
            Self::Plus | Self::Minus => Binds::Sum,
            Self::Times | Self::Over => Binds::Product,
        }
    }

    const fn written(self) -> &'static str {
        match self {
            Self::Plus => " + ",
            Self::Minus => " - ",
            Self::Times => " * ",
            Self::Over => " / ",
        }
    }
}

/// How tightly the last operation holds its parts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Sum,
    Product,
    Whole,
}

/// What stands for an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Names,
    Numbers,
}

/// A constant size.
pub fn size(bytes: Bytes) -> Formula {
    Formula::given(i128::from(bytes.0), 1, None, Number::Size(bytes))
}

impl Formula {
    fn given(top: i128, bottom: i128, name: Option<Cow<'static, str>>, number: Number) -> Self {
        Self {
            top,
            bottom,
            made: Arc::new(Made::Given { name, number }),
        }
    }

    /// A named size.
    pub fn size(name: impl Into<Cow<'static, str>>, bytes: Bytes) -> Self {
        let value = i128::from(bytes.0);
        Self::given(value, 1, Some(name.into()), Number::Size(bytes))
    }

    /// A named whole number.
    pub fn count(name: impl Into<Cow<'static, str>>, n: u64) -> Self {
        Self::given(i128::from(n), 1, Some(name.into()), Number::Whole(n))
    }

    /// A named number of processors.
    pub fn cpus(name: impl Into<Cow<'static, str>>, cpus: Cpus) -> Self {
        let number = Number::Decimal(cpus.decimal());
        Self::given(i128::from(cpus.0), 1000, Some(name.into()), number)
    }

    /// A constant with a point.
    pub fn decimal(n: Decimal) -> Self {
        let value = i128::from(n.in_thousandths());
        Self::given(value, 1000, None, Number::Decimal(n))
    }

    /// A constant whole number.
    pub fn number(n: u64) -> Self {
        Self::given(i128::from(n), 1, None, Number::Whole(n))
    }

    /// The expression with the names of its inputs.
    pub fn names(&self) -> String {
        self.text(Shown::Names)
    }

    /// The expression with its numbers.
    pub fn numbers(&self) -> String {
        self.text(Shown::Numbers)
    }

    fn text(&self, shown: Shown) -> String {
        let mut out = String::new();
        self.write(shown, &mut out);
        out
    }

    fn write(&self, shown: Shown, out: &mut String) {
        match &*self.made {
            Made::Given {
                name: Some(name), ..
            } if shown == Shown::Names => out.push_str(name),
            Made::Given { number, .. } => write_number(*number, out),
            Made::Called { function, of, step } => {
                out.push_str(function);
                out.push('(');
                for (n, part) in of.iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { ", " });
                    part.write(shown, out);
                }
                if let Some(step) = step {
                    out.push_str(", ");
                    write_number(*step, out);
                }
                out.push(')');
            }
            Made::Joined { left, sign, right } => {
                let binds = sign.binds();
                left.write_inside(left.binds() < binds, shown, out);
                out.push_str(sign.written());
                let breaks = matches!(sign, Sign::Minus | Sign::Over);
                let loose = right.binds() < binds || (breaks && right.binds() == binds);
                right.write_inside(loose, shown, out);
            }
        }
    }

    /// Writes it as a part of another, in brackets where it would come apart.
    fn write_inside(&self, loose: bool, shown: Shown, out: &mut String) {
        out.push_str(if loose { "(" } else { "" });
        self.write(shown, out);
        out.push_str(if loose { ")" } else { "" });
    }

    fn binds(&self) -> Binds {
        match &*self.made {
            Made::Joined { sign, .. } => sign.binds(),
            Made::Given { .. } | Made::Called { .. } => Binds::Whole,
        }
    }

    /// Rounded down to a whole number, at least 0.
    pub fn whole(&self) -> u64 {
        u64::try_from(self.top.div_euclid(self.bottom).max(0)).unwrap_or(u64::MAX)
    }

    /// Rounded up to a whole number, at least 0.
    pub fn ceiling(&self) -> u64 {
        let up = -(-self.top).div_euclid(self.bottom);
        u64::try_from(up.max(0)).unwrap_or(u64::MAX)
    }

    /// As a size, rounded down.
    pub fn bytes(&self) -> Bytes {
        Bytes(self.whole())
    }

    /// In thousandths, rounded down.
    pub fn thousandths(&self) -> Decimal {
        let scaled = (self.top * 1000).div_euclid(self.bottom).max(0);
        Decimal::thousandths(u64::try_from(scaled).unwrap_or(u64::MAX))
    }

    fn called(
        function: &'static str,
        of: Vec<Self>,
        step: Option<Number>,
        (top, bottom): (i128, i128),
    ) -> Self {
        Self {
            top,
            bottom,
            made: Arc::new(Made::Called { function, of, step }),
        }
    }

    fn rounded(&self, function: &'static str, step: Option<Number>, value: i128) -> Self {
        Self::called(function, vec![self.clone()], step, (value, 1))
    }

    /// Rounded down to a whole number.
    #[must_use]
    pub fn floor(&self) -> Self {
        self.rounded("floor", None, self.top.div_euclid(self.bottom))
    }

    /// Rounded up to a whole number.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.rounded("ceil", None, -(-self.top).div_euclid(self.bottom))
    }

    /// Rounded down to a whole number of `step`.
    #[must_use]
    pub fn floor_to(&self, step: Bytes) -> Self {
        let down = self.down_to(step.0);
        self.rounded("floor", Some(Number::Size(step)), down)
    }

    /// Rounded up to a multiple of `step`.
    #[must_use]
    pub fn up_to_multiple(&self, step: u64) -> Self {
        let unit = i128::from(step.max(1));
        let up = -(-self.top).div_euclid(self.bottom * unit) * unit;
        self.rounded("ceil", Some(Number::Whole(step)), up)
    }

    /// Rounded down to a multiple of `step`.
    #[must_use]
    pub fn down_to_multiple(&self, step: u64) -> Self {
        let down = self.down_to(step);
        self.rounded("floor", Some(Number::Whole(step)), down)
    }

    fn down_to(&self, step: u64) -> i128 {
        let unit = i128::from(step.max(1));
        self.top.div_euclid(self.bottom * unit) * unit
    }

    /// The largest power of two that is not above it, at least 1.
    #[must_use]
    pub fn power_of_two(&self) -> Self {
        let whole = self.whole().max(1);
        self.rounded("pow2", None, i128::from(1u64 << whole.ilog2()))
    }

    fn order(&self, other: &Self) -> std::cmp::Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }

    /// The smallest of several; 0 for none.
    #[must_use]
    pub fn min_of(parts: &[Self]) -> Self {
        Self::extreme("min", parts, std::cmp::Ordering::Less)
    }

    /// The largest of several; 0 for none.
    #[must_use]
    pub fn max_of(parts: &[Self]) -> Self {
        Self::extreme("max", parts, std::cmp::Ordering::Greater)
    }

    fn extreme(name: &'static str, parts: &[Self], wanted: std::cmp::Ordering) -> Self {
        let mut best: Option<&Self> = None;
        for part in parts {
            if best.is_none_or(|best| part.order(best) == wanted) {
                best = Some(part);
            }
        }
        match (best, parts) {
            (None, _) => Self::number(0),
            (Some(only), [_]) => only.clone(),
            (Some(best), _) => Self::called(name, parts.to_vec(), None, (best.top, best.bottom)),
        }
    }

    /// At most `other`.
    #[must_use]
    pub fn at_most(&self, other: &Self) -> Self {
        Self::min_of(&[self.clone(), other.clone()])
    }

    /// At least `other`.
    #[must_use]
    pub fn at_least(&self, other: &Self) -> Self {
        Self::max_of(&[self.clone(), other.clone()])
    }

    fn joined(&self, sign: Sign, other: &Self, value: (i128, i128)) -> Self {
        let (top, bottom) = reduced(value);
        Self {
            top,
            bottom,
            made: Arc::new(Made::Joined {
                left: self.clone(),
                sign,
                right: other.clone(),
            }),
        }
    }
}

fn write_number(number: Number, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{number}");
}

fn reduced((top, bottom): (i128, i128)) -> (i128, i128) {
    let (mut a, mut b) = (top.unsigned_abs(), bottom.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i128::try_from(a.max(1)).unwrap_or(1);
    let sign = if bottom < 0 { -1 } else { 1 };
    (sign * top / common, sign * bottom / common)
}

impl Add for &Formula {
    type Output = Formula;
    fn add(self, other: Self) -> Formula {
        let value = (
            self.top * other.bottom + other.top * self.bottom,
            self.bottom * other.bottom,
        );
        self.joined(Sign::Plus, other, value)
    }
}

impl Sub for &Formula {
    type Output = Formula;
    fn sub(self, other: Self) -> Formula {
        let value = (
            self.top * other.bottom - other.top * self.bottom,
            self.bottom * other.bottom,
        );
        self.joined(Sign::Minus, other, value)
    }
}

impl Mul for &Formula {
    type Output = Formula;
    fn mul(self, other: Self) -> Formula {
        let value = (self.top * other.top, self.bottom * other.bottom);
        self.joined(Sign::Times, other, value)
    }
}

impl Div for &Formula {
    type Output = Formula;
    /// Division by nothing gives 0: a formula is no place to stop.
    fn div(self, other: Self) -> Formula {
        let value = if other.top == 0 {
            (0, 1)
        } else {
            (self.top * other.bottom, self.bottom * other.top)
        };
        self.joined(Sign::Over, other, value)
    }
}

macro_rules! by_value {
    ($($op:ident $method:ident),*) => {$(
        impl $op for Formula {
            type Output = Formula;
            fn $method(self, other: Self) -> Formula { $op::$method(&self, &other) }
        }
        impl $op<&Formula> for Formula {
            type Output = Formula;
            fn $method(self, other: &Formula) -> Formula { $op::$method(&self, other) }
        }
        impl $op<Formula> for &Formula {
            type Output = Formula;
            fn $method(self, other: Formula) -> Formula { $op::$method(self, &other) }
        }
        impl $op<u64> for &Formula {
            type Output = Formula;
            fn $method(self, other: u64) -> Formula { $op::$method(self, &Formula::number(other)) }
        }
        impl $op<u64> for Formula {
            type Output = Formula;
            fn $method(self, other: u64) -> Formula { $op::$method(&self, &Formula::number(other)) }
        }
        impl $op<Decimal> for &Formula {
            type Output = Formula;
            fn $method(self, other: Decimal) -> Formula { $op::$method(self, &Formula::decimal(other)) }
        }
        impl $op<Bytes> for &Formula {
            type Output = Formula;
            fn $method(self, other: Bytes) -> Formula { $op::$method(self, &size(other)) }
        }
        impl $op<Bytes> for Formula {
            type Output = Formula;
            fn $method(self, other: Bytes) -> Formula { $op::$method(&self, &size(other)) }
        }
    )*};
}
by_value!(Add add, Sub sub, Mul mul, Div div);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_and_the_value_agree() {
        let share = Formula::size("share", Bytes::mib(512));
        let buffers = (&share / 4).floor_to(Bytes::MIB);
        assert_eq!(buffers.bytes(), Bytes::mib(128));
        assert_eq!(buffers.names(), "floor(share / 4, 1MiB)");
        assert_eq!(buffers.numbers(), "floor(512MiB / 4, 1MiB)");
        let each = (&share - &Formula::size("shared_buffers", buffers.bytes()))
            / (Formula::count("max_connections", 50) * 3);
        assert_eq!(each.numbers(), "(512MiB - 128MiB) / (50 * 3)");
        assert_eq!(
            each.names(),
            "(share - shared_buffers) / (max_connections * 3)"
        );
        assert_eq!(each.whole(), 402_653_184 / 150);
    }

    #[test]
    fn rounding_is_exact() {
        let third = Formula::number(10) / 3;
        assert_eq!((third.whole(), third.ceiling()), (3, 4));
        assert_eq!(third.up_to_multiple(5).whole(), 5);
        assert_eq!(Formula::number(9).power_of_two().whole(), 8);
        let none: &[Formula] = &[];
        assert_eq!(Formula::min_of(none).whole(), 0);
        assert_eq!((Formula::number(1) / 0).whole(), 0);
    }
}
