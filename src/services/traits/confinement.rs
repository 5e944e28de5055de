//! What systemd or compose holds one replica of a service to, pins included.
//! The plan fills it, from what it writes there.

use super::Stated;
use crate::units::{Bytes, Decimal};

/// The bounds of one replica; nothing where none is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confinement {
    /// Memory, page cache included, above which it is killed.
    pub limit: Option<Stated<Bytes>>,
    /// Memory that is taken from it last.
    pub assured: Option<Stated<Bytes>>,
    /// Memory and swap together, where the two are bounded by one number; zero
    /// is what nobody states.
    pub with_swap: Option<Stated<Bytes>>,
    /// Processors, where more than the host has are refused.
    pub cpus: Option<Stated<Decimal>>,
    /// Shared memory.
    pub shared_memory: Option<Stated<Bytes>>,
    /// Who is killed first: -1000 never, 1000 first.
    pub oom_score: Option<Stated<i64>>,
    /// Files that one process may have open.
    pub open_files: Option<Stated<u64>>,
}
