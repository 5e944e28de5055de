//! A service that keeps data in memory for others.

use crate::units::Bytes;

/// What bounds the data, and what becomes of it beyond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// The most data; nothing is no limit.
    pub most: Bytes,
}
