//! The expression behind a number: a tree, written with names or numbers.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::Formula;
use crate::units::{Bytes, Decimal};

/// How a number came about. Inputs are the most of them and need no memory of
/// their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// An input under its name, or a constant, which has none.
    Given {
        name: Option<Cow<'static, str>>,
        number: Number,
    },
    /// A function of others; some round to a step.
    Called {
        function: &'static str,
        of: Arc<[Formula]>,
        step: Option<Number>,
    },
    /// Two others with a sign between them.
    Joined {
        sign: Sign,
        sides: Arc<[Formula; 2]>,
    },
}

/// A number as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Size(Bytes),
    Whole(u64),
    Decimal(Decimal),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(bytes) => {
                let (number, unit) = bytes.in_largest_unit();
                write!(f, "{number}{unit}")
            }
            Self::Whole(n) => n.fmt(f),
            Self::Decimal(n) => n.fmt(f),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
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
pub(super) enum Shown {
    Names,
    Numbers,
}

/// Most expressions are shorter, with the reason that is put behind them.
const ROOM: usize = 128;

impl Made {
    pub(super) fn text(&self, shown: Shown) -> String {
        let mut out = String::with_capacity(ROOM);
        self.write(shown, &mut out);
        out
    }

    fn write(&self, shown: Shown, out: &mut String) {
        match self {
            Made::Given {
                name: Some(name), ..
            } if shown == Shown::Names => out.push_str(name),
            Made::Given { number, .. } => write_number(*number, out),
            Made::Called { function, of, step } => {
                out.push_str(function);
                out.push('(');
                for (n, part) in of.iter().enumerate() {
                    out.push_str(if n == 0 { "" } else { ", " });
                    part.made.write(shown, out);
                }
                if let Some(step) = step {
                    out.push_str(", ");
                    write_number(*step, out);
                }
                out.push(')');
            }
            Made::Joined { sign, sides } => {
                let [left, right] = &**sides;
                let binds = sign.binds();
                left.made
                    .write_inside(left.made.binds() < binds, shown, out);
                out.push_str(sign.written());
                let breaks = matches!(sign, Sign::Minus | Sign::Over);
                let loose = right.made.binds() < binds || (breaks && right.made.binds() == binds);
                right.made.write_inside(loose, shown, out);
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
        match self {
            Made::Joined { sign, .. } => sign.binds(),
            Made::Given { .. } | Made::Called { .. } => Binds::Whole,
        }
    }
}

fn write_number(number: Number, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{number}");
}
