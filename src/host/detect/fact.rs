//! One thing that was found out, for people: what, where it came from, what it
//! overruled. The plan is made from the host, never from these.

use std::fmt::Display;

use schemars::JsonSchema;
use serde::Serialize;

/// The longest text of a fact; a hostile file may hold a longer one.
const LONGEST: usize = 240;

/// One thing that was found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fact {
    /// What it is about: `memory`, `storage`.
    pub name: &'static str,
    /// What was found, or `unknown`.
    pub value: String,
    /// Where it came from.
    pub from: String,
    /// What said otherwise and was not believed.
    pub overruled: Vec<String>,
}

impl Fact {
    pub(super) fn new(name: &'static str, value: impl Display, from: impl Display) -> Self {
        Self {
            name,
            value: clean(&value.to_string()),
            from: clean(&from.to_string()),
            overruled: vec![],
        }
    }

    pub(super) fn unknown(name: &'static str, from: impl Display) -> Self {
        Self::new(name, "unknown", from)
    }

    pub(super) fn overruling(mut self, other: impl Display) -> Self {
        self.overruled.push(clean(&other.to_string()));
        self
    }
}

/// Text from a file as it may reach a terminal: on one line, without control
/// and direction characters.
fn clean(text: &str) -> String {
    text.trim()
        .chars()
        .take(LONGEST)
        .map(|c| {
            if c.is_control() || turns(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
