//! What a setting is called: its name in the file, and the row of the page of
//! all settings that it belongs to.

use std::borrow::Cow;

/// The name of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As the file has it.
    pub name: Cow<'static, str>,
    /// The row that documents it: the same, unless a stack made the name.
    pub row: &'static str,
}

impl Key {
    /// A name that a stack made, under the row that stands for all such names.
    pub fn under(row: &'static str, name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        Self { name, row }
    }
}

impl From<&'static str> for Key {
    fn from(name: &'static str) -> Self {
        Self::under(name, name)
    }
}
