//! A value that a setting states, with the setting's key: so that a check reads
//! the value in words of its own and can still say where it was pinned.

/// What a setting states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated<T> {
    /// Its value, pins included.
    pub value: T,
    /// The setting's key, as its file spells it.
    pub key: &'static str,
}

impl<T> Stated<T> {
    /// The value of a setting.
    pub const fn new(value: T, key: &'static str) -> Self {
        Self { value, key }
    }
}
