//! The words of a line, as `sdssplitargs` of redis takes them apart. What they
//! mean is not known here.
//!
//! Source: redis 7.0 sds.c, `sdssplitargs`.

use std::ops::Range;

use super::super::line::is_space;

/// One word.
pub(super) struct Word {
    /// Its bytes, quotes included.
    pub(super) at: Range<usize>,
    /// What it comes to, without quotes and escapes.
    pub(super) value: Vec<u8>,
}

/// Takes a line apart; else where a quote has no end, or something stands
/// right behind it.
pub(super) fn split(line: &[u8], start: usize) -> Result<Vec<Word>, usize> {
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        let rest = line.get(at..).unwrap_or_default();
        // Between words these are blanks; inside of one, two of them are not.
        at += rest.iter().take_while(|byte| is_space(**byte)).count();
        if at >= line.len() {
            return Ok(words);
        }
        let (end, value) = word(line, at).map_err(|fault| start + fault)?;
        words.push(Word {
            at: start + at..start + end,
            value,
        });
        at = end;
    }
}

/// The end of the word that begins here, and what it comes to.
fn word(line: &[u8], begin: usize) -> Result<(usize, Vec<u8>), usize> {
    let mut value = Vec::new();
    let mut at = begin;
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => break,
            b'"' | b'\'' => {
                let end = if *byte == b'"' {
                    double(line, at + 1, &mut value)
                } else {
                    single(line, at + 1, &mut value)
                };
                let end = end.ok_or(at)?;
                let next = line.get(end);
                return match next {
                    Some(next) if !is_space(*next) => Err(end),
                    _ => Ok((end, value)),
                };
            }
            plain => value.push(*plain),
        }
        at += 1;
    }
    Ok((at, value))
}

fn double(line: &[u8], mut at: usize, value: &mut Vec<u8>) -> Option<usize> {
    loop {
        let rest = line.get(at..)?;
        let (byte, length) = match rest {
            [b'"', ..] => return Some(at + 1),
            [b'\\', b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                (digit(*high) * 16 + digit(*low), 4)
            }
            [b'\\', escaped, ..] => (unescaped(*escaped), 2),
            [plain, ..] => (*plain, 1),
            [] => return None,
        };
        value.push(byte);
        at += length;
    }
}

fn single(line: &[u8], mut at: usize, value: &mut Vec<u8>) -> Option<usize> {
    loop {
        let (byte, length) = match line.get(at..)? {
            [b'\\', b'\'', ..] => (b'\'', 2),
            [b'\'', ..] => return Some(at + 1),
            [plain, ..] => (*plain, 1),
            [] => return None,
        };
        value.push(byte);
        at += length;
    }
}

fn unescaped(byte: u8) -> u8 {
    match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => b'\x08',
        b'a' => b'\x07',
        other => other,
    }
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        b'A'..=b'F' => byte - b'A' + 10,
        _ => 0,
    }
}
