//! Numbers as PostgreSQL reads them: octal and hexadecimal, fractions, units,
//! and how it rounds. Which unit a setting has is not known here.
//!
//! Source: guc.c, `parse_int`, `parse_real`, `convert_to_base_unit`, of
//! PostgreSQL 12 to 18. It counts in doubles, we in fractions: without error.

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
    let name = trim(behind);
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
    let (minus, digits) = sign(value);
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', hex @ ..] if hex.first().is_some_and(u8::is_ascii_hexdigit) => {
            (16, hex)
        }
        [b'0', ..] => (8, digits),
        _ => (10, digits),
    };
    let length = digits
        .iter()
        .take_while(|byte| char::from(**byte).is_digit(radix))
        .count();
    let (read, rest) = digits.split_at(length);
    if matches!(rest.first(), Some(b'.' | b'e' | b'E')) {
        return if radix == 16 { None } else { c_real(value) };
    }
    if read.is_empty() {
        return None;
    }
    let read = i128::from_str_radix(std::str::from_utf8(read).ok()?, radix).ok()?;
    let over = if minus { -read } else { read };
    Some((Fraction { over, under: 1 }, rest))
}

/// As strtod(3) reads it, without hexadecimal fractions, infinity and NaN.
fn c_real(value: &[u8]) -> Option<(Fraction, &[u8])> {
    let (minus, text) = sign(value);
    if matches!(text, [b'0', b'x' | b'X', hex, ..] if hex.is_ascii_hexdigit() || *hex == b'.') {
        let (number, rest) = c_integer(value)?;
        return (!matches!(rest.first(), Some(b'p' | b'P'))).then_some((number, rest));
    }
    let (whole, rest) = text.split_at(digits(text));
    let (places, rest) = match rest {
        [b'.', after @ ..] => after.split_at(digits(after)),
        _ => (b"".as_slice(), rest),
    };
    if whole.is_empty() && places.is_empty() {
        return None;
    }
    let read = [whole, places].concat();
    let read: i128 = std::str::from_utf8(&read).ok()?.parse().ok()?;
    let (exponent, rest) = exponent(rest)?;
    let over = if minus { -read } else { read };
    let shift = exponent.checked_sub(i32::try_from(places.len()).ok()?)?;
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    let number = Fraction { over, under: 1 };
    let number = if shift < 0 {
        number.by(power)
    } else {
        number.times(power)
    };
    Some((number?, rest))
}

/// An exponent, where one stands there.
fn exponent(text: &[u8]) -> Option<(i32, &[u8])> {
    let [b'e' | b'E', after @ ..] = text else {
        return Some((0, text));
    };
    let (minus, rest) = match after {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (read, rest) = rest.split_at(digits(rest));
    if read.is_empty() {
        return Some((0, text));
    }
    let read: i32 = std::str::from_utf8(read).ok()?.parse().ok()?;
    Some((if minus { -read } else { read }, rest))
}

fn sign(value: &[u8]) -> (bool, &[u8]) {
    let blanks = value.iter().take_while(|byte| is_space(**byte)).count();
    match value.get(blanks..).unwrap_or_default() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// As isspace(3) has it: unlike Rust, with the vertical tab.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}

fn trim(text: &[u8]) -> &[u8] {
    let start = text.iter().take_while(|byte| is_space(**byte)).count();
    let text = text.get(start..).unwrap_or_default();
    let end = text.iter().rposition(|byte| !is_space(*byte));
    text.get(..end.map_or(0, |n| n + 1)).unwrap_or_default()
}
