//! A value freed of its spelling, so that `16384` of 8 kB, `128MB` and
//! `131072kB` are one.

use std::fmt;

use bstr::{BStr, BString};

/// What a value comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Normal {
    /// A size, in bytes.
    Size(i128),
    /// A time, in microseconds.
    Time(i128),
    /// A number, in billionths.
    Number(i128),
    /// On or off.
    Flag(bool),
    /// Without a bound: `infinity`, `unlimited`.
    Unlimited,
    /// What has no other meaning than its bytes.
    Text(BString),
}

/// A number's billionths.
const BILLION: i128 = 1_000_000_000;
/// Its zeros.
const PLACES: usize = 9;

impl Normal {
    /// What has no other meaning than its bytes.
    pub fn text(value: &[u8]) -> Self {
        Self::Text(value.into())
    }

    /// A whole number.
    pub fn whole(n: i128) -> Self {
        Self::Number(n.saturating_mul(BILLION))
    }

    /// Reads `2`, `-0.4`, `1.125`: a number as it stands, of nine places at most.
    pub fn number(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (minus, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + places.len() == 0 || !all_digits(whole) || !all_digits(places) {
            return None;
        }
        let places = places.trim_end_matches('0');
        if places.len() > PLACES {
            return None;
        }
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let places: i128 = format!("{places:0<PLACES$}").parse().ok()?;
        let n = whole.checked_mul(BILLION)?.checked_add(places)?;
        Some(Self::Number(if minus { -n } else { n }))
    }

    /// Its bytes, where it is a size.
    pub fn bytes(&self) -> Option<i128> {
        match self {
            Self::Size(bytes) => Some(*bytes),
            _ => None,
        }
    }
}

/// Plainly: `134217728`, `300ms`, `0.9`, `on`.
impl fmt::Display for Normal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(bytes) => write!(f, "{bytes}"),
            Self::Time(micros) if micros % 1_000_000 == 0 => write!(f, "{}s", micros / 1_000_000),
            Self::Time(micros) if micros % 1_000 == 0 => write!(f, "{}ms", micros / 1_000),
            Self::Time(micros) => write!(f, "{micros}us"),
            Self::Number(n) => {
                let sign = if *n < 0 { "-" } else { "" };
                let (whole, rest) = (n.abs() / BILLION, n.abs() % BILLION);
                write!(f, "{sign}{whole}")?;
                if rest == 0 {
                    return Ok(());
                }
                write!(f, ".{}", format!("{rest:09}").trim_end_matches('0'))
            }
            Self::Flag(true) => f.write_str("on"),
            Self::Flag(false) => f.write_str("off"),
            Self::Unlimited => f.write_str("infinity"),
            Self::Text(text) => write!(f, "{}", BStr::new(text)),
        }
    }
}

/// A whole number as C's strtol(3) reads one of any base: `64`, `0x40` and
/// `0100` are one.
pub(super) fn whole_in_c(value: &[u8]) -> Option<i128> {
    let (sign, rest) = match value.split_first() {
        Some((b'-', rest)) => (-1, rest),
        Some((b'+', rest)) => (1, rest),
        _ => (1, value),
    };
    let n = match rest {
        [b'0', b'x' | b'X', hexadecimal @ ..] => digits(hexadecimal, 16)?,
        [b'0', octal @ ..] if !octal.is_empty() => digits(octal, 8)?,
        _ => digits(rest, 10)?,
    };
    Some(sign * n)
}

/// A number of digits and nothing else, as large as the machine has them.
pub(super) fn digits(value: &[u8], base: u32) -> Option<i128> {
    let text = std::str::from_utf8(value).ok()?;
    if text.is_empty() || !text.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    i64::from_str_radix(text, base).ok().map(i128::from)
}
