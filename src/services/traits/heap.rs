//! Processes that collect their garbage themselves.

use super::Stated;
use crate::units::Bytes;

/// Who collects the garbage, and how it is told about memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collector {
    /// Its name.
    pub name: &'static str,
    /// The option that caps the heap, before a number of MiB.
    pub cap: &'static str,
    /// The option that sizes a semi-space, before a number of MiB.
    pub semi_space: &'static str,
    /// How a program that only starts another passes options on.
    pub passed_on: &'static str,
}

/// What bounds one process, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// Who collects in it.
    pub collector: Collector,
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
