//! A main process that divides requests or tasks among workers.

use crate::units::Bytes;

/// How many workers there are and what each may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workers {
    /// Workers of one replica.
    pub count: u64,
    /// What the main process holds.
    pub main: Bytes,
    /// What one worker cannot run below.
    pub each: Bytes,
}
