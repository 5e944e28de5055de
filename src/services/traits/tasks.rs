//! A service that takes tasks from a queue.

use super::Stated;
use crate::units::Bytes;

/// How long tasks take, how they are taken, and what becomes of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tasks {
    /// Seconds of the longest task, where the stack says it.
    pub seconds: Option<u64>,
    /// Seconds after which the longest task is over, one way or the other.
    pub longest: u64,
    /// Messages taken ahead for each task at once; 0 for any number.
    pub prefetch: Stated<u64>,
    /// Seconds after which a message that nobody acknowledged is given to
    /// another.
    pub redelivered: Stated<u64>,
    /// Seconds that results are kept; 0 for ever.
    pub results_kept: Stated<u64>,
    /// Beyond this a child is replaced after its task, nothing is no cap;
    /// `None` where tasks have no process of their own.
    pub child_cap: Option<Stated<Bytes>>,
    /// Limits of a child that are stated although tasks have none.
    pub idle_limits: Vec<&'static str>,
}
