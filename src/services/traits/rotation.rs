//! The rule that rotates the logs of a service.

use super::Stated;
use crate::units::Bytes;

/// What it matches and what it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The file of the rule; several services of one package may share it.
    pub rule: String,
    /// The log files, as globs.
    pub paths: Vec<String>,
    /// Files that these are taken to match.
    pub files: u64,
    /// Rotated files that are kept of each.
    pub kept: Stated<u64>,
    /// The size at which a file is rotated before its day.
    pub largest: Stated<Bytes>,
}
