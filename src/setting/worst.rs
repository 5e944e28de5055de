//! What a service can hold at the very most, as a sum whose terms are shown.

use super::Formula;
use crate::units::Bytes;

/// A sum of named terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorstCase {
    terms: Vec<(&'static str, Formula)>,
}

impl WorstCase {
    /// An empty sum.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more term.
    #[must_use]
    pub fn and(mut self, name: &'static str, formula: Formula) -> Self {
        self.terms.push((name, formula));
        self
    }

    /// The terms, in order.
    pub fn terms(&self) -> &[(&'static str, Formula)] {
        &self.terms
    }

    /// All of it, rounded up to a byte, term by term.
    pub fn total(&self) -> Bytes {
        self.terms
            .iter()
            .map(|(_, formula)| Bytes(formula.ceiling()))
            .sum()
    }
}
