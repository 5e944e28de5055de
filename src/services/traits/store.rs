//! A service that keeps data in memory for others.

use super::Stated;
use crate::units::Bytes;

/// What bounds the data, what becomes of them beyond, and what a save costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The most data of one replica; zero is no limit at all.
    pub most: Stated<Bytes>,
    /// What one replica holds without any data.
    pub base: Bytes,
    /// Whether a save forks a process that may come to hold the data again.
    pub saves: bool,
    /// What is done with data beyond the limit, as its file spells it.
    pub policy: Stated<String>,
    /// Whether that removes data which nobody asked to remove.
    pub evicts: bool,
    /// What its data are.
    pub holds: Holds,
}

/// What the data of a store are, as far as the stack says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Nobody said: it is set up for copies.
    Unstated,
    /// Copies, which can be computed again.
    Copies,
    /// Jobs that nobody else remembers.
    Jobs,
    /// The only copy.
    Originals,
}
