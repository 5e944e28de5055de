//! Processes that collect their garbage themselves.

use crate::units::Bytes;

/// What bounds the heap of one process, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// The most that the heap of one process grows to; `None` where nothing caps it.
    pub cap: Option<Bytes>,
}
