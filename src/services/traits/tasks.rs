//! A service that takes tasks from a queue.

/// How long tasks take and how they are taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tasks {
    /// Seconds after which the longest task is over.
    pub longest: u64,
}
