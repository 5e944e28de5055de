//! The tokens of `postgresql.conf`. What they mean together is not known here.
//!
//! Source: <https://github.com/postgres/postgres/blob/REL_15_STABLE/src/backend/utils/misc/guc-file.l>;
//! of the rules that match, the longest counts, and of equal ones the first.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `work_mem`: a name, or a value.
    Name,
    /// `auto_explain.log_analyze`: a name, and never a value.
    Qualified,
    /// `'...'`.
    Quoted,
    /// `4MB`, `0.9`, `my-host/24`: a value only.
    Bare,
    /// `=`.
    Equals,
    /// A line end.
    LineEnd,
    /// The end of the file.
    End,
    /// Nothing that the language has.
    Wrong,
}

/// The first token from an offset on, past blanks and comments.
pub(super) fn next(bytes: &[u8], from: usize) -> (Token, Range<usize>) {
    let at = from + blanks(bytes.get(from..).unwrap_or_default());
    let rest = bytes.get(at..).unwrap_or_default();
    let (token, length) = match rest.first() {
        None => (Token::End, 0),
        Some(b'\n') => (Token::LineEnd, 1),
        Some(b'=') => (Token::Equals, 1),
        Some(b'\'') => quoted(rest),
        Some(byte) if is_letter(*byte) => word(rest),
        Some(_) => number(rest),
    };
    (token, at..at + length)
}

/// Blanks, and a comment behind them up to its line's end.
fn blanks(bytes: &[u8]) -> usize {
    let blank = run(bytes, |byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let rest = bytes.get(blank..).unwrap_or_default();
    if rest.starts_with(b"#") {
        blank + run(rest, |byte| byte != b'\n')
    } else {
        blank
    }
}

/// To the closing quote. A quote that is not closed is wrong wherever the
/// scanner would split it: what follows is never a line end.
fn quoted(bytes: &[u8]) -> (Token, usize) {
    let mut at = 1;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\''), Some(b'\'')) => at += 2,
            (Some(b'\''), _) => return (Token::Quoted, at + 1),
            (Some(b'\\'), Some(next)) if *next != b'\n' => at += 2,
            (None | Some(b'\n' | b'\\'), _) => return (Token::Wrong, 1),
            (Some(_), _) => at += 1,
        }
    }
}

fn word(bytes: &[u8]) -> (Token, usize) {
    let name = run(bytes, is_letter_or_digit);
    let longest = run(bytes, |byte| {
        is_letter_or_digit(byte) || b"-._:/".contains(&byte)
    });
    if longest == name {
        return (Token::Name, name);
    }
    let after = bytes.get(name + 1..).unwrap_or_default();
    let dotted = bytes.get(name) == Some(&b'.') && after.first().copied().is_some_and(is_letter);
    if dotted && longest == name + 1 + run(after, is_letter_or_digit) {
        return (Token::Qualified, longest);
    }
    (Token::Bare, longest)
}

/// `-4`, `0x1F`, `16kB`, `.5e-3`.
fn number(bytes: &[u8]) -> (Token, usize) {
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let rest = bytes.get(sign..).unwrap_or_default();
    match integer(rest).max(real(rest)) {
        0 => (Token::Wrong, 1),
        length => (Token::Bare, sign + length),
    }
}

/// Digits, decimal or hexadecimal, and letters; nothing where there is no digit.
fn integer(bytes: &[u8]) -> usize {
    let letters = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + run(rest, |byte| byte.is_ascii_alphabetic())
    };
    let hex = bytes.strip_prefix(b"0x").unwrap_or_default();
    let decimal = run(bytes, |byte| byte.is_ascii_digit());
    match run(hex, |byte| byte.is_ascii_hexdigit()) {
        0 if decimal == 0 => 0,
        0 => letters(decimal),
        hex => letters(2 + hex),
    }
}

/// With a point, and an exponent where there is one; a point alone is one too.
fn real(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        run(rest, |byte| byte.is_ascii_digit())
    };
    let whole = digits(0);
    if bytes.get(whole) != Some(&b'.') {
        return 0;
    }
    let end = whole + 1 + digits(whole + 1);
    if !matches!(bytes.get(end), Some(b'e' | b'E')) {
        return end;
    }
    let sign = usize::from(matches!(bytes.get(end + 1), Some(b'-' | b'+')));
    match digits(end + 1 + sign) {
        0 => end,
        exponent => end + 1 + sign + exponent,
    }
}

fn run(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let end = bytes.iter().position(|byte| !is(*byte));
    end.unwrap_or(bytes.len())
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_letter_or_digit(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit()
}

/// What a quoted token says. What follows an escaped NUL is lost, as it is for
/// the program.
pub(super) fn unquoted(token: &[u8]) -> Vec<u8> {
    let inner = token.strip_prefix(b"'").unwrap_or(token);
    let mut rest = inner.strip_suffix(b"'").unwrap_or(inner);
    let mut said = Vec::with_capacity(rest.len());
    while let Some((byte, after)) = rest.split_first() {
        let (byte, length) = match (byte, after) {
            (b'\\', [first, ..]) => escaped(*first, after),
            (b'\'', [b'\'', ..]) => (b'\'', 1),
            (byte, _) => (*byte, 0),
        };
        if byte == 0 {
            break;
        }
        said.push(byte);
        rest = after.get(length..).unwrap_or_default();
    }
    said
}

/// What stands behind a backslash: the byte that it is, and how many it takes.
fn escaped(first: u8, from: &[u8]) -> (u8, usize) {
    match first {
        b'b' => (0x08, 1),
        b'f' => (0x0C, 1),
        b'n' => (b'\n', 1),
        b'r' => (b'\r', 1),
        b't' => (b'\t', 1),
        b'0'..=b'7' => {
            let digits = from
                .iter()
                .take(3)
                .take_while(|byte| matches!(byte, b'0'..=b'7'));
            let value = digits
                .clone()
                .fold(0_u8, |value, digit| (value << 3) | (digit & 7));
            (value, digits.count())
        }
        other => (other, 1),
    }
}

/// A value as it is written: bare where the language takes it so.
pub(super) fn quote(value: &[u8]) -> Vec<u8> {
    let (token, at) = next(value, 0);
    if matches!(token, Token::Name | Token::Bare) && at == (0..value.len()) {
        return value.to_vec();
    }
    let mut quoted = vec![b'\''];
    for byte in value {
        match byte {
            b'\'' => quoted.extend(b"''"),
            b'\\' => quoted.extend(b"\\\\"),
            b'\n' => quoted.extend(b"\\n"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}
