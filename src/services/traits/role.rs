//! An account that signs in to a service.

/// How long it may work, and how long it would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Milliseconds after which a statement is cut off, 0 for never, and the
    /// setting.
    pub statement: (u64, String),
    /// Seconds after which whoever signs in with it gives its request up, where
    /// it says so.
    pub patience: Option<u64>,
}
