//! A value that a setting states, with the setting's key: so that a check reads
//! the value in words of its own and can still say where it was pinned.

use crate::setting::{Setting, Value};
use crate::units::{Bytes, Decimal};

/// What a setting states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated<T> {
    /// Its value, pins included.
    pub value: T,
    /// The setting's key, as its file spells it.
    pub key: &'static str,
    /// The stack's own key for it, where that is spelt otherwise.
    pub asked: Option<&'static str>,
}

impl<T> Stated<T> {
    /// The value of a setting.
    pub const fn new(value: T, key: &'static str) -> Self {
        Self {
            value,
            key,
            asked: None,
        }
    }

    /// Which the stack states under a key of this name.
    #[must_use]
    pub fn asked_as(self, key: &'static str) -> Self {
        let asked = Some(key);
        Self { asked, ..self }
    }

    fn of(
        settings: &[Setting],
        key: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<Self> {
        let setting = settings.iter().find(|setting| setting.key == key)?;
        let value = read(&setting.value)?;
        Some(Self::new(value, key))
    }
}

impl Stated<Bytes> {
    /// A size.
    pub(crate) fn size(settings: &[Setting], key: &'static str) -> Option<Self> {
        Self::of(settings, key, |value| match value {
            Value::Size(bytes) => Some(*bytes),
            _ => None,
        })
    }
}

impl Stated<u64> {
    /// A whole number.
    pub(crate) fn count(settings: &[Setting], key: &'static str) -> Option<Self> {
        Self::of(settings, key, |value| match value {
            Value::Count(n) => Some(*n),
            _ => None,
        })
    }
}

impl Stated<Decimal> {
    /// A number with a point.
    pub(crate) fn decimal(settings: &[Setting], key: &'static str) -> Option<Self> {
        Self::of(settings, key, |value| match value {
            Value::Decimal(n) => Some(*n),
            _ => None,
        })
    }
}

impl Stated<bool> {
    /// A switch.
    pub(crate) fn flag(settings: &[Setting], key: &'static str) -> Option<Self> {
        Self::of(settings, key, |value| match value {
            Value::Flag(yes) => Some(*yes),
            _ => None,
        })
    }
}

impl Stated<String> {
    /// A word.
    pub(crate) fn word(settings: &[Setting], key: &'static str) -> Option<Self> {
        Self::of(settings, key, |value| match value {
            Value::Word(word) => Some(word.clone()),
            _ => None,
        })
    }
}
