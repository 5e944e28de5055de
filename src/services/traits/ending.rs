//! How a service is stopped.

use super::Stated;

/// What it asks for to end, and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Seconds in which its own settings let it finish what it began; 0 where
    /// they say nothing of that.
    pub asks: u64,
    /// Seconds after which it is killed; `u64::MAX` for never.
    pub given: Stated<u64>,
}
