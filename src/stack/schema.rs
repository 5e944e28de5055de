//! What keys a kind of service has beyond the common ones, and the typed
//! values that were read for them.

use std::collections::BTreeMap;

use crate::input::KeySpec;
use crate::units::{Bytes, Version};

/// A kind of service, as far as reading a stack needs to know it.
#[derive(Debug)]
pub struct KindSchema {
    /// The word behind `kind =`.
    pub kind: &'static str,
    /// What it is: a short sentence.
    pub about: &'static str,
    /// Its own keys.
    pub keys: &'static [KeySpec],
    /// The versions from which on its settings differ, the oldest first.
    pub versions: &'static [Since],
}

/// A version from which on the settings of a kind differ, or how they are
/// written, or what they come to.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// The first that differs.
    pub version: Version,
    /// In what: a short sentence.
    pub what: &'static str,
}

impl Since {
    /// From major, minor and patch.
    pub const fn new((major, minor, patch): (u32, u32, u32), what: &'static str) -> Self {
        let version = Version::new(major, minor, patch);
        Self { version, what }
    }
}

/// What was read for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// A string.
    Text(String),
    /// A number.
    Count(u64),
    /// A size.
    Size(Bytes),
    /// A switch.
    Flag(bool),
    /// One of the words.
    Choice(&'static str),
    /// A version.
    Version(Version),
    /// Strings.
    List(Vec<String>),
    /// Strings under names.
    Map(BTreeMap<String, String>),
}
