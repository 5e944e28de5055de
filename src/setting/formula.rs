//! An exact number together with the expression that it came from.
//!
//! The value and the text are made by the same operation, so a reason can
//! never disagree with its setting.

use std::fmt::Write as _;
use std::ops::{Add, Div, Mul, Sub};

use crate::units::{Bytes, Cpus, Decimal};

/// A number, exact, and how it was computed: once with the names of its inputs
/// and once with their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    top: i128,
    bottom: i128,
    names: String,
    numbers: String,
    binds: Binds,
}

/// How tightly the last operation holds its parts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Binds {
    Sum,
    Product,
    Whole,
}

/// A constant size.
pub fn size(bytes: Bytes) -> Formula {
    let text = bytes.exact();
    Formula::atom(i128::from(bytes.0), 1, text.clone(), text)
}

impl Formula {
    fn atom(top: i128, bottom: i128, names: String, numbers: String) -> Self {
        Self {
            top,
            bottom,
            names,
            numbers,
            binds: Binds::Whole,
        }
    }

    /// A named size.
    pub fn size(name: &str, bytes: Bytes) -> Self {
        Self::atom(i128::from(bytes.0), 1, name.to_owned(), bytes.exact())
    }

    /// A named whole number.
    pub fn count(name: &str, n: u64) -> Self {
        Self::atom(i128::from(n), 1, name.to_owned(), n.to_string())
    }

    /// A named number of processors.
    pub fn cpus(name: &str, cpus: Cpus) -> Self {
        Self::atom(i128::from(cpus.0), 1000, name.to_owned(), cpus.to_string())
    }

    /// A constant with a point.
    pub fn decimal(n: Decimal) -> Self {
        let text = n.to_string();
        Self::atom(i128::from(n.in_thousandths()), 1000, text.clone(), text)
    }

    /// A constant whole number.
    pub fn number(n: u64) -> Self {
        let text = n.to_string();
        Self::atom(i128::from(n), 1, text.clone(), text)
    }

    /// The same value under a name of its own: what follows shows the name
    /// and the number, not how it came about.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        let numbers = if self.bottom == 1 {
            self.numbers_of_value()
        } else {
            self.numbers.clone()
        };
        let binds = if self.bottom == 1 {
            Binds::Whole
        } else {
            self.binds
        };
        Self {
            top: self.top,
            bottom: self.bottom,
            names: name.to_owned(),
            numbers,
            binds,
        }
    }

    fn numbers_of_value(&self) -> String {
        match u64::try_from(self.top) {
            Ok(n) if self.looks_like_size() => Bytes(n).exact(),
            _ => self.top.to_string(),
        }
    }

    /// Whether any part of it is a size.
    fn looks_like_size(&self) -> bool {
        self.numbers.contains('B')
    }

    /// The expression with the names of its inputs.
    pub fn names(&self) -> &str {
        &self.names
    }

    /// The expression with its numbers.
    pub fn numbers(&self) -> &str {
        &self.numbers
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

    fn called(name: &str, parts: &[&Self], step: Option<&str>, value: (i128, i128)) -> Self {
        let write = |text: fn(&Self) -> &str| {
            let mut out = format!("{name}(");
            for (n, part) in parts.iter().enumerate() {
                let _ = write!(out, "{}{}", if n == 0 { "" } else { ", " }, text(part));
            }
            if let Some(step) = step {
                let _ = write!(out, ", {step}");
            }
            out.push(')');
            out
        };
        let (names, numbers) = (write(Self::names), write(Self::numbers));
        Self {
            top: value.0,
            bottom: value.1,
            names,
            numbers,
            binds: Binds::Whole,
        }
    }

    /// Rounded down to a whole number.
    #[must_use]
    pub fn floor(&self) -> Self {
        Self::called(
            "floor",
            &[self],
            None,
            (self.top.div_euclid(self.bottom), 1),
        )
    }

    /// Rounded up to a whole number.
    #[must_use]
    pub fn ceil(&self) -> Self {
        Self::called(
            "ceil",
            &[self],
            None,
            (-(-self.top).div_euclid(self.bottom), 1),
        )
    }

    /// Rounded down to a whole number of `step`.
    #[must_use]
    pub fn floor_to(&self, step: Bytes) -> Self {
        let unit = i128::from(step.0.max(1));
        let down = self.top.div_euclid(self.bottom * unit) * unit;
        Self::called("floor", &[self], Some(&step.exact()), (down, 1))
    }

    /// Rounded up to a multiple of `step`.
    #[must_use]
    pub fn up_to_multiple(&self, step: u64) -> Self {
        let unit = i128::from(step.max(1));
        let up = -(-self.top).div_euclid(self.bottom * unit) * unit;
        Self::called("ceil", &[self], Some(&step.to_string()), (up, 1))
    }

    /// Rounded down to a multiple of `step`.
    #[must_use]
    pub fn down_to_multiple(&self, step: u64) -> Self {
        let unit = i128::from(step.max(1));
        let down = self.top.div_euclid(self.bottom * unit) * unit;
        Self::called("floor", &[self], Some(&step.to_string()), (down, 1))
    }

    /// The largest power of two that is not above it, at least 1.
    #[must_use]
    pub fn power_of_two(&self) -> Self {
        let whole = self.whole().max(1);
        Self::called(
            "pow2",
            &[self],
            None,
            (i128::from(1u64 << whole.ilog2()), 1),
        )
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

    fn extreme(name: &str, parts: &[Self], wanted: std::cmp::Ordering) -> Self {
        let mut best: Option<&Self> = None;
        for part in parts {
            if best.is_none_or(|best| part.order(best) == wanted) {
                best = Some(part);
            }
        }
        match (best, parts) {
            (None, _) => Self::number(0),
            (Some(only), [_]) => only.clone(),
            (Some(best), _) => {
                let all: Vec<&Self> = parts.iter().collect();
                Self::called(name, &all, None, (best.top, best.bottom))
            }
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

    fn joined(&self, sign: &str, other: &Self, binds: Binds, value: (i128, i128)) -> Self {
        let write = |text: fn(&Self) -> &str| {
            let left = bracketed(text(self), self.binds < binds);
            let right_loose =
                other.binds < binds || (other.binds == binds && matches!(sign, "-" | "/"));
            format!("{left} {sign} {}", bracketed(text(other), right_loose))
        };
        let (names, numbers) = (write(Self::names), write(Self::numbers));
        let (top, bottom) = reduced(value);
        Self {
            top,
            bottom,
            names,
            numbers,
            binds,
        }
    }
}

fn bracketed(text: &str, loose: bool) -> String {
    if loose {
        format!("({text})")
    } else {
        text.to_owned()
    }
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
        self.joined("+", other, Binds::Sum, value)
    }
}

impl Sub for &Formula {
    type Output = Formula;
    fn sub(self, other: Self) -> Formula {
        let value = (
            self.top * other.bottom - other.top * self.bottom,
            self.bottom * other.bottom,
        );
        self.joined("-", other, Binds::Sum, value)
    }
}

impl Mul for &Formula {
    type Output = Formula;
    fn mul(self, other: Self) -> Formula {
        self.joined(
            "*",
            other,
            Binds::Product,
            (self.top * other.top, self.bottom * other.bottom),
        )
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
        self.joined("/", other, Binds::Product, value)
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
mod tests;
