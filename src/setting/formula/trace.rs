//! What a formula went by: its inputs, and which of several bounds decided.

use super::expression::{Made, Number};
use super::{Formula, size};
use crate::units::Bytes;

/// A named input and its value as it is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// Its name in the formula.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One of several that a smallest or largest was taken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The expression with the names of its inputs.
    pub formula: String,
    /// What it comes to.
    pub value: String,
}

/// A smallest or largest of several: the one that decided, and the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `min` or `max`.
    pub function: &'static str,
    /// What decided.
    pub chosen: Bound,
    /// What would have allowed more (`min`) or asked for less (`max`).
    pub others: Vec<Bound>,
}

impl Formula {
    /// The named inputs, each once, in the order in which they are read.
    pub fn inputs(&self) -> Vec<Input> {
        let mut inputs = Vec::new();
        self.gather(&mut inputs);
        inputs
    }

    fn gather(&self, inputs: &mut Vec<Input>) {
        match &self.made {
            Made::Given {
                name: Some(name),
                number,
            } => {
                let input = Input {
                    name: name.to_string(),
                    value: number.to_string(),
                };
                if !inputs.contains(&input) {
                    inputs.push(input);
                }
            }
            Made::Given { name: None, .. } => {}
            Made::Called { of, .. } => of.iter().for_each(|part| part.gather(inputs)),
            Made::Joined { sides, .. } => sides.iter().for_each(|side| side.gather(inputs)),
        }
    }

    /// Every smallest and largest on the way to the value, the outermost
    /// first; what a losing bound was made of is left out.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        self.choose(&mut choices);
        choices
    }

    fn choose(&self, choices: &mut Vec<Choice>) {
        match &self.made {
            Made::Given { .. } => {}
            Made::Joined { sides, .. } => sides.iter().for_each(|side| side.choose(choices)),
            Made::Called {
                function: function @ ("min" | "max"),
                of,
                ..
            } => {
                let decides = |part: &&Self| part.order(self).is_eq();
                let Some(chosen) = of.iter().find(decides) else {
                    return;
                };
                // A least value that was not needed says nothing.
                let idle = *function == "max" && of.first().is_some_and(|first| decides(&first));
                if idle {
                    return chosen.choose(choices);
                }
                let others = of.iter().filter(|part| !std::ptr::eq(*part, chosen));
                let sized = of.iter().any(Self::is_size);
                let others = others.map(|part| {
                    let mut bound = part.bound(sized);
                    if bound.value == chosen.bound(sized).value {
                        bound.value = if decides(&part) {
                            "as much".to_owned()
                        } else {
                            part.exactly(sized)
                        };
                    }
                    bound
                });
                let others: Vec<Bound> = others.collect();
                let mut bound = chosen.bound(sized);
                if of
                    .iter()
                    .any(|part| !decides(&part) && part.bound(sized).value == bound.value)
                {
                    bound.value = chosen.exactly(sized);
                }
                choices.push(Choice {
                    function,
                    chosen: bound,
                    others,
                });
                chosen.choose(choices);
            }
            Made::Called { of, .. } => of.iter().for_each(|part| part.choose(choices)),
        }
    }

    fn bound(&self, sized: bool) -> Bound {
        Bound {
            formula: self.names(),
            value: if sized {
                self.bytes().to_string()
            } else {
                self.thousandths().to_string()
            },
        }
    }

    /// With the places that tell it from one that rounds to the same.
    fn exactly(&self, sized: bool) -> String {
        if !sized {
            return self.thousandths().to_string();
        }
        let units = [
            ("GiB", Bytes::GIB),
            ("MiB", Bytes::MIB),
            ("KiB", Bytes::KIB),
        ];
        let unit = units.iter().find(|(_, unit)| self.whole() >= unit.0);
        unit.map_or_else(
            || format!("{} B", self.whole()),
            |(name, unit)| format!("{} {name}", (self / &size(*unit)).thousandths()),
        )
    }

    /// Whether it counts bytes: a size that was not divided by another.
    fn is_size(&self) -> bool {
        match &self.made {
            Made::Given { number, .. } => matches!(number, Number::Size(_)),
            Made::Called { of, .. } => of.iter().any(Self::is_size),
            Made::Joined { sign, sides } => {
                let [left, right] = &**sides;
                match sign {
                    super::expression::Sign::Over => left.is_size() && !right.is_size(),
                    _ => left.is_size() || right.is_size(),
                }
            }
        }
    }

    /// Its value as a person reads it: a size with its unit, or a number.
    pub fn shown(&self) -> String {
        let whole = Bytes(self.whole());
        if self.is_size() {
            whole.to_string()
        } else {
            self.thousandths().to_string()
        }
    }
}
