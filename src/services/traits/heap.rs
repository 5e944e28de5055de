//! Processes that collect their garbage themselves.

use super::Stated;
use crate::units::Bytes;

/// What bounds one process, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// The most that the heap of one process grows to; `None` where it is told
    /// nothing and takes a part of the memory that it sees.
    pub cap: Stated<Option<Bytes>>,
    /// What one process can hold beyond its heap.
    pub beyond: Bytes,
    /// One space of its young generation; `None` where it is told nothing and
    /// fits it to the limit that it sees.
    pub semi_space: Stated<Option<Bytes>>,
    /// Where a supervisor restarts one process; `None` where none watches.
    pub restart: Option<Stated<Bytes>>,
    /// What the supervisor holds, in the same limit.
    pub supervisor: Bytes,
    /// Processes of one replica, an event loop each.
    pub processes: Stated<u64>,
    /// Whether they listen on one socket together; nothing where only one can be.
    pub shares_socket: Option<Stated<bool>>,
    /// The port that all of them are told to listen on, where it is stated.
    pub port: Option<u64>,
}
