//! What the values of logrotate's directives come to, and the words of a shell.

use super::super::line::is_space;
use super::super::normal::{self, Normal};
use super::directives::{self, FREQUENCY, Takes};

/// What a unit multiplies by.
/// Source: logrotate(8), `size`; config.c takes 'K' too.
const UNITS: &[(u8, i128)] = &[
    (b'k', 1 << 10),
    (b'K', 1 << 10),
    (b'M', 1 << 20),
    (b'G', 1 << 30),
];

/// A size in bytes.
pub(super) fn size(value: &[u8]) -> Option<i128> {
    let (digits, factor) = match value.split_last() {
        Some((unit, digits)) => match UNITS.iter().find(|(one, _)| one == unit) {
            Some((_, factor)) => (digits, *factor),
            None => (value, 1),
        },
        None => return None,
    };
    // A unit alone is none of it [measured].
    let n = match digits {
        [] => 0,
        digits => normal::whole_in_c(digits).filter(|n| *n >= 0)?,
    };
    let bytes = n.checked_mul(factor)?;
    i64::try_from(bytes).ok().map(i128::from)
}

/// A number of a directive, in any of C's three ways of writing one; only
/// `rotate` may be -1.
pub(super) fn number(word: &str, value: &[u8]) -> Option<i128> {
    let least = if word == "rotate" { -1 } else { 0 };
    let n = normal::whole_in_c(value)?;
    i32::try_from(n)
        .ok()
        .map(i128::from)
        .filter(|n| *n >= least)
}

pub(super) fn normal(key: &str, value: &[u8]) -> Normal {
    if key == FREQUENCY {
        return frequency(value);
    }
    let of_key = directives::of_key(key);
    let Some(first) = of_key.first() else {
        return Normal::text(value);
    };
    let found = match first.takes {
        Takes::Nothing => of_key
            .iter()
            .position(|one| one.word.as_bytes() == value)
            .map(|n| Normal::Flag(n == 0)),
        Takes::Number => number(key, value).map(Normal::whole),
        Takes::Size => size(value).map(Normal::Size),
        Takes::Rest | Takes::Word => Some(Normal::text(&one_blank(value))),
        _ => None,
    };
    found.unwrap_or_else(|| Normal::text(value))
}

fn frequency(value: &[u8]) -> Normal {
    // `size=10M` is `size 10M`.
    let value: Vec<u8> = value
        .iter()
        .map(|byte| if *byte == b'=' { b' ' } else { *byte })
        .collect();
    let value = one_blank(&value);
    match value.strip_prefix(b"size ") {
        Some(rest) => match size(rest) {
            Some(bytes) => Normal::text(format!("size {bytes}").as_bytes()),
            None => Normal::text(&value),
        },
        None if value == b"weekly 0" => Normal::text(b"weekly"),
        None => Normal::text(&value),
    }
}

/// Words with one blank between them.
fn one_blank(value: &[u8]) -> Vec<u8> {
    let words = value.split(u8::is_ascii_whitespace);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    words.join(&b' ')
}

pub(super) fn spell(key: &str, value: &Normal) -> String {
    let words = directives::of_key(key);
    match value {
        Normal::Flag(on) => {
            let word = words.get(usize::from(!on)).or(words.first());
            word.map_or_else(|| value.to_string(), |one| one.word.to_owned())
        }
        Normal::Size(bytes) => spelled(*bytes),
        Normal::Text(text) if key == FREQUENCY => {
            let text = text.to_string();
            let bytes = text.strip_prefix("size ").and_then(|n| n.parse().ok());
            bytes.map_or(text, |bytes| format!("size {}", spelled(bytes)))
        }
        other => other.to_string(),
    }
}

/// In the largest unit that holds it whole.
fn spelled(bytes: i128) -> String {
    let mut fitting = UNITS
        .iter()
        .rev()
        .filter(|(_, factor)| bytes != 0 && bytes % factor == 0);
    match fitting.find(|(unit, _)| *unit != b'K') {
        Some((unit, factor)) => format!("{}{}", bytes / factor, char::from(*unit)),
        None => bytes.to_string(),
    }
}

/// Words as a shell takes them apart; none where a quote has no end.
/// Source: popt(3), `poptParseArgvString`.
pub(super) fn shell_words(text: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(open), b'\\') => {
                let escaped = bytes.next()?;
                let word = word.get_or_insert_default();
                if escaped != open {
                    word.push(b'\\');
                }
                word.push(escaped);
            }
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (None, b'\\') => word.get_or_insert_default().push(bytes.next()?),
            (None, _) if is_space(byte) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    // Words of nothing are none to popt.
    words.retain(|word| !word.is_empty());
    quote.is_none().then_some(words)
}
