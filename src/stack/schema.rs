//! What keys a kind of service has beyond the common ones, and the typed
//! values that were read for them.

use std::collections::BTreeMap;

use crate::units::{Bytes, Version};

/// A kind of service, as far as reading a stack needs to know it.
#[derive(Debug)]
pub struct KindSchema {
    /// The word behind `kind =`.
    pub kind: &'static str,
    /// Its own keys.
    pub keys: &'static [KeySpec],
}

/// One key of a kind.
#[derive(Debug)]
pub struct KeySpec {
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: KeyType,
}

/// What a key takes.
#[derive(Debug)]
pub enum KeyType {
    /// A string of one line.
    Text,
    /// A whole number within bounds.
    Count(u64, u64),
    /// A size with its unit.
    Size,
    /// True or false.
    Flag,
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A program's version.
    Version,
    /// Strings.
    List,
    /// Names of other services, or `host:port`.
    References,
    /// A table of strings.
    Map,
    /// A table of names of other services.
    ReferenceMap,
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
