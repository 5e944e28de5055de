//! An exact number together with the expression that it came from.
//!
//! The value and the expression are made by the same operation, so a reason
//! can never disagree with its setting. The expression is kept as a tree and
//! written only where somebody reads it: most formulas are only computed.

mod caps;
mod expression;
mod operators;
mod trace;

use std::borrow::Cow;
use std::sync::Arc;

use crate::units::{Bytes, Cpus, Decimal};
pub use caps::Caps;
use expression::{Made, Number, Shown, Sign};
pub use trace::{Bound, Choice, Input};

/// A number, exact, and how it was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    top: i128,
    bottom: i128,
    made: Made,
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
            made: Made::Given { name, number },
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

    /// A named number with a point.
    pub fn part(name: impl Into<Cow<'static, str>>, n: Decimal) -> Self {
        let value = i128::from(n.in_thousandths());
        Self::given(value, 1000, Some(name.into()), Number::Decimal(n))
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
        self.made.text(Shown::Names)
    }

    /// The expression with its numbers.
    pub fn numbers(&self) -> String {
        self.made.text(Shown::Numbers)
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
        of: Arc<[Self]>,
        step: Option<Number>,
        (top, bottom): (i128, i128),
    ) -> Self {
        Self {
            top,
            bottom,
            made: Made::Called { function, of, step },
        }
    }

    fn rounded(&self, function: &'static str, step: Option<Number>, value: i128) -> Self {
        Self::called(function, Arc::new([self.clone()]), step, (value, 1))
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

    /// The same where its terms can give nothing but whole numbers, else rounded up.
    #[must_use]
    pub fn whole_up(&self) -> Self {
        if self.is_integral() {
            self.clone()
        } else {
            self.ceil()
        }
    }

    fn is_integral(&self) -> bool {
        match &self.made {
            Made::Given { number, .. } => !matches!(number, Number::Decimal(_)),
            Made::Called { function, of, .. } => {
                !matches!(*function, "min" | "max") || of.iter().all(Self::is_integral)
            }
            Made::Joined { sign, sides } => {
                *sign != Sign::Over && sides.iter().all(Self::is_integral)
            }
        }
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
            (Some(best), _) => Self::called(name, parts.into(), None, (best.top, best.bottom)),
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
            made: Made::Joined {
                sign,
                sides: Arc::new([self.clone(), other.clone()]),
            },
        }
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

#[cfg(test)]
mod tests;
