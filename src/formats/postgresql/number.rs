//! Numbers as PostgreSQL reads them: octal and hexadecimal, fractions, units,
//! and how it rounds. Which unit a setting has is not known here.
//!
//! Source: guc.c, `parse_int`, `parse_real`, `convert_to_base_unit`, of
//! PostgreSQL 12 to 18. It counts in doubles, we in fractions: without error.

use super::super::line::{is_space, trimmed};
use super::settings::{KIB, MIB, MILLISECOND, MINUTE, SECOND, Unit};

/// The units of memory, the largest first.
/// Source: guc.c, `memory_unit_conversion_table`.
pub(super) const MEMORY: &[(&str, i128)] = &[
    ("TB", MIB * MIB),
    ("GB", MIB * KIB),
    ("MB", MIB),
    ("kB", KIB),
    ("B", 1),
];

/// The units of time, the largest first.
/// Source: guc.c, `time_unit_conversion_table`.
pub(super) const TIME: &[(&str, i128)] = &[
    ("d", 24 * 60 * MINUTE),
    ("h", 60 * MINUTE),
    ("min", MINUTE),
    ("s", SECOND),
    ("ms", MILLISECOND),
    ("us", 1),
];

/// A number without error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    over: i128,
    /// Above zero.
    under: i128,
}

impl Fraction {
    fn times(self, factor: i128) -> Option<Self> {
        let over = self.over.checked_mul(factor)?;
        Some(Self { over, ..self })
    }

    fn by(self, divisor: i128) -> Option<Self> {
        let under = self.under.checked_mul(divisor)?;
        Some(Self { under, ..self })
    }

    /// The nearest whole number; of two the even one, as rint(3) has it.
    fn rounded(self) -> i128 {
        let (down, rest) = (
            self.over.div_euclid(self.under),
            self.over.rem_euclid(self.under),
        );
        let up = match (rest.saturating_mul(2)).cmp(&self.under) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => down % 2 != 0,
            std::cmp::Ordering::Greater => true,
        };
        down + i128::from(up)
    }

    pub(super) fn is_negative(self) -> bool {
        self.over < 0
    }

    /// How many of a small part it is, where it is a whole number of them.
    pub(super) fn exactly(self, parts: i128) -> Option<i128> {
        let over = self.over.checked_mul(parts)?;
        (over % self.under == 0).then_some(over / self.under)
    }
}

/// A whole setting in its base unit.
pub(super) fn whole(value: &[u8], unit: Unit) -> Option<i128> {
    let (number, rest) = c_integer(value)?;
    let count = in_base_unit(number, rest, unit)?.rounded();
    i32::try_from(count).ok().map(i128::from)
}

/// A setting with fractions in its base unit.
pub(super) fn real(value: &[u8], unit: Unit) -> Option<Fraction> {
    let (number, rest) = c_real(value)?;
    in_base_unit(number, rest, unit)
}

/// A fraction in a unit is first rounded to the next smaller unit.
fn in_base_unit(number: Fraction, behind: &[u8], unit: Unit) -> Option<Fraction> {
    let name = behind.get(trimmed(behind, is_space)).unwrap_or_default();
    if name.is_empty() {
        return Some(number);
    }
    let (units, base) = match unit {
        Unit::None => return None,
        Unit::Bytes(base) => (MEMORY, base),
        Unit::Micros(base) => (TIME, base),
    };
    let place = units.iter().position(|(one, _)| one.as_bytes() == name)?;
    let (_, factor) = units.get(place)?;
    let small = number.times(*factor)?;
    let small = match units.get(place + 1) {
        Some((_, next)) => Fraction {
            over: small.by(*next)?.rounded().checked_mul(*next)?,
            under: 1,
        },
        None => small,
    };
    small.by(base)
}

/// As strtol(3) with base 0 reads it, and as strtod(3) does where that stops at
/// a point or an exponent. Returns what is left.
fn c_integer(value: &[u8]) -> Option<(Fraction, &[u8])> {
    let (minus, text) = sign(value);
    let (radix, text) = match text {
        [b'0', b'x' | b'X', hex @ ..] if hex.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, hex)
        }
        [b'0', ..] => (8, text),
        _ => (10, text),
    };
    let (read, rest) = text.split_at(digits(text, radix));
    if matches!(rest.first(), Some(b'.' | b'e' | b'E')) {
        return c_real(value);
    }
    if read.is_empty() {
        return None;
    }
    let read = i128::from_str_radix(std::str::from_utf8(read).ok()?, radix).ok()?;
    let over = if minus { -read } else { read };
    Some((Fraction { over, under: 1 }, rest))
}

/// As strtod(3) reads it, without infinity and NaN.
fn c_real(value: &[u8]) -> Option<(Fraction, &[u8])> {
    let (minus, text) = sign(value);
    let (number, rest) = match text {
        [b'0', b'x' | b'X', hex @ ..] => scaled(hex, 16, 2)?,
        text => scaled(text, 10, 10)?,
    };
    let number = if minus { number.times(-1)? } else { number };
    Some((number, rest))
}

/// Digits, a point among them, and an exponent of its own base where one
/// stands there.
fn scaled(text: &[u8], radix: u32, base: i128) -> Option<(Fraction, &[u8])> {
    let (whole, rest) = text.split_at(digits(text, radix));
    let (places, rest) = match rest {
        [b'.', after @ ..] => after.split_at(digits(after, radix)),
        _ => (b"".as_slice(), rest),
    };
    let read = [whole, places].concat();
    let over = i128::from_str_radix(std::str::from_utf8(&read).ok()?, radix).ok()?;
    let under = i128::from(radix).checked_pow(u32::try_from(places.len()).ok()?)?;
    let (exponent, rest) = exponent(rest, if base == 2 { b'p' } else { b'e' })?;
    let power = base.checked_pow(exponent.unsigned_abs())?;
    let number = Fraction { over, under };
    let number = if exponent < 0 {
        number.by(power)
    } else {
        number.times(power)
    };
    Some((number?, rest))
}

/// An exponent, where one stands behind its letter.
fn exponent(text: &[u8], letter: u8) -> Option<(i32, &[u8])> {
    let Some((first, after)) = text.split_first() else {
        return Some((0, text));
    };
    let (minus, rest) = signed(after);
    let (read, rest) = rest.split_at(digits(rest, 10));
    if !first.eq_ignore_ascii_case(&letter) || read.is_empty() {
        return Some((0, text));
    }
    let read: i32 = std::str::from_utf8(read).ok()?.parse().ok()?;
    Some((if minus { -read } else { read }, rest))
}

fn sign(value: &[u8]) -> (bool, &[u8]) {
    let blanks = value.iter().take_while(|byte| is_space(**byte)).count();
    signed(value.get(blanks..).unwrap_or_default())
}

/// Whether a minus stands there, and what follows it, or a plus.
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix(b"+").unwrap_or(text)),
    }
}

fn digits(text: &[u8], radix: u32) -> usize {
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
    text.iter().take_while(is_digit).count()
}
