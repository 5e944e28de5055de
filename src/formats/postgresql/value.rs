//! What a value comes to, and how a person spells it. Where it stands is not
//! known here.
//!
//! Source: <https://www.postgresql.org/docs/15/config-setting.html#CONFIG-SETTING-NAMES-VALUES>;
//! bool.c, `parse_bool_with_len`; guc.c, `config_enum_lookup_by_name`.

use super::super::Normal;
use super::super::secret::is_secret_name;
use super::settings::{self, Kind, SYNONYMS, Unit, kind};
use super::{lexer, number};

/// A value freed of its spelling; what the program would refuse stays text.
pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    let key = key.to_ascii_lowercase();
    let known = match kind(&key) {
        Kind::Flag => flag(value).map(Normal::Flag),
        Kind::Switch => Some(switch(&key, value)),
        Kind::Choice => Some(Normal::text(&choice(&key, value))),
        Kind::List => Some(list(value)),
        Kind::Whole(unit) => number::whole(value, unit).map(|count| counted(count, unit)),
        Kind::Real(unit) => number::real(value, unit).and_then(|read| real(read, unit)),
        Kind::Text => None,
    };
    known.unwrap_or_else(|| Normal::text(value))
}

/// Any beginning of the four words that says which it is, and 1 and 0.
fn flag(value: &[u8]) -> Option<bool> {
    let value = value.to_ascii_lowercase();
    let begins = |word: &str, least: usize| {
        value.len() >= least && word.as_bytes().starts_with(value.as_slice())
    };
    if value == b"1" || begins("true", 1) || begins("yes", 1) || begins("on", 2) {
        return Some(true);
    }
    (value == b"0" || begins("false", 1) || begins("no", 1) || begins("off", 2)).then_some(false)
}

/// A word as it is listed.
fn choice(key: &str, value: &[u8]) -> Vec<u8> {
    let value = value.to_ascii_lowercase();
    let same = SYNONYMS
        .iter()
        .find(|(of, other, _)| *of == key && other.as_bytes() == value);
    same.map_or(value, |(_, _, word)| word.as_bytes().to_vec())
}

/// A word, of which on and off may be said otherwise, but not shortened.
fn switch(key: &str, value: &[u8]) -> Normal {
    let word = choice(key, value);
    match word.as_slice() {
        b"on" | b"true" | b"yes" | b"1" => Normal::Flag(true),
        b"off" | b"false" | b"no" | b"0" => Normal::Flag(false),
        word => Normal::text(word),
    }
}

/// Blanks around commas mean nothing.
fn list(value: &[u8]) -> Normal {
    if value.contains(&b'"') {
        return Normal::text(value);
    }
    let words: Vec<&[u8]> = value
        .split(|byte| *byte == b',')
        .map(<[u8]>::trim_ascii)
        .collect();
    Normal::text(&words.join(b", ".as_slice()))
}

/// What is below zero is no amount: -1 says "none" or "by itself".
fn counted(count: i128, unit: Unit) -> Normal {
    match unit {
        Unit::Bytes(base) if count >= 0 => Normal::Size(count.saturating_mul(base)),
        Unit::Micros(base) if count >= 0 => Normal::Time(count.saturating_mul(base)),
        _ => Normal::whole(count),
    }
}

/// What is no whole number of microseconds stays a number of the unit.
fn real(read: number::Fraction, unit: Unit) -> Option<Normal> {
    let amount = match unit {
        Unit::Micros(base) => read.exactly(base).map(Normal::Time),
        Unit::Bytes(base) => read.exactly(base).map(Normal::Size),
        Unit::None => None,
    };
    let positive = amount.filter(|_| !read.is_negative());
    // A number's billionths.
    positive.or_else(|| read.exactly(1_000_000_000).map(Normal::Number))
}

/// As a person writes it: the largest unit that divides, quotes where needed.
pub(super) fn spell(key: &str, value: &Normal) -> String {
    let key = key.to_ascii_lowercase();
    match value {
        Normal::Size(bytes) => in_units(*bytes, number::MEMORY),
        Normal::Time(micros) => in_units(*micros, number::TIME),
        Normal::Number(_) if settings::MODES.contains(&key.as_str()) => {
            let shown = value.to_string();
            let mode = shown.parse().map(|mode: u32| format!("0{mode:o}"));
            mode.unwrap_or(shown)
        }
        Normal::Text(text) => String::from_utf8_lossy(&lexer::quote(text)).into_owned(),
        value => value.to_string(),
    }
}

fn in_units(amount: i128, units: &[(&str, i128)]) -> String {
    let unit = units.iter().find(|(_, one)| amount % one == 0);
    match unit {
        Some((name, one)) if amount != 0 => format!("{}{name}", amount / one),
        _ => amount.to_string(),
    }
}

/// What may hold a password or a token: connections to others, and commands,
/// which people give them on their command line.
const SECRETS: &[&str] = &[
    "archive_cleanup_command",
    "archive_command",
    "recovery_end_command",
    "restore_command",
    "ssl_passphrase_command",
];

/// Whether a setting's value is never shown.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    kind(&key) == Kind::Text && (SECRETS.contains(&key.as_str()) || is_secret_name(&key))
}
