//! A service that answers queries over data on disk.

use crate::units::Bytes;

/// What its sessions and its background work may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// What one session may sort or hash in.
    pub work_mem: Bytes,
}
