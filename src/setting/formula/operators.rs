//! Formulas are joined with the signs of arithmetic.

use std::ops::{Add, Div, Mul, Sub};

use super::expression::Sign;
use super::{Formula, size};
use crate::units::{Bytes, Decimal};

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
