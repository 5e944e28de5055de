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
