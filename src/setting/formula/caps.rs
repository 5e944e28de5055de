//! The constants that a formula never goes beyond, whatever its inputs are.

use std::cmp::Ordering;

use super::Formula;
use super::expression::{Made, Number};
use crate::units::Bytes;

/// An input of this name is a bound that a table gives: as good as a constant.
const CAP: &str = "cap";

/// The constants that bound a formula from both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// It is never less.
    pub least: Option<Formula>,
    /// It is never more.
    pub most: Option<Formula>,
}

impl Formula {
    /// The constant bounds; none of what is a constant itself.
    pub fn caps(&self) -> Caps {
        if self.is_constant() {
            Caps::default()
        } else {
            self.bounds()
        }
    }

    fn is_constant(&self) -> bool {
        match &self.made {
            Made::Given { name, .. } => name.as_ref().is_none_or(|name| name == CAP),
            Made::Called { of, .. } => of.iter().all(Self::is_constant),
            Made::Joined { sides, .. } => sides.iter().all(Self::is_constant),
        }
    }

    /// Only what reaches the value itself: a bound of one term of a sum is
    /// none of the sum.
    fn bounds(&self) -> Caps {
        if self.is_constant() {
            let same = Some(self.clone());
            return Caps {
                least: same.clone(),
                most: same,
            };
        }
        let Made::Called { function, of, step } = &self.made else {
            return Caps::default();
        };
        let parts = || of.iter().map(Self::bounds);
        match (*function, of.as_ref()) {
            ("min", _) => Caps {
                least: tightest(parts().map(|part| part.least), Ordering::Less, Needs::All),
                most: tightest(parts().map(|part| part.most), Ordering::Less, Needs::Any),
            },
            ("max", _) => Caps {
                least: tightest(
                    parts().map(|part| part.least),
                    Ordering::Greater,
                    Needs::Any,
                ),
                most: tightest(parts().map(|part| part.most), Ordering::Greater, Needs::All),
            },
            (function, [only]) => {
                let Caps { least, most } = only.bounds();
                let rounded = |bound: Formula| bound.rounded_as(function, *step);
                Caps {
                    least: least.and_then(rounded),
                    most: most.and_then(rounded),
                }
            }
            _ => Caps::default(),
        }
    }

    /// Rounded in the same way: what is below a bound stays below it.
    fn rounded_as(&self, function: &str, step: Option<Number>) -> Option<Self> {
        match (function, step) {
            ("floor", None) => Some(self.floor()),
            ("floor", Some(Number::Size(Bytes(step)) | Number::Whole(step))) => {
                Some(self.floor_to(Bytes(step)))
            }
            ("ceil", None) => Some(self.ceil()),
            ("ceil", Some(Number::Whole(step))) => Some(self.up_to_multiple(step)),
            ("pow2", None) => Some(self.power_of_two()),
            _ => None,
        }
    }
}

/// Whether every part must have a bound for the whole to have one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    All,
    Any,
}

/// The smallest or largest of the bounds of all parts.
fn tightest(
    bounds: impl Iterator<Item = Option<Formula>>,
    wanted: Ordering,
    needs: Needs,
) -> Option<Formula> {
    let mut best: Option<Formula> = None;
    for bound in bounds {
        let Some(bound) = bound else {
            if needs == Needs::All {
                return None;
            }
            continue;
        };
        if best.as_ref().is_none_or(|best| bound.order(best) == wanted) {
            best = Some(bound);
        }
    }
    best
}
