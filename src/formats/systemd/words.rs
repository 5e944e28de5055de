//! Quoted words, as `Environment=` has them.
//!
//! Source: systemd 252, src/basic/extract-word.c, `extract_first_word` with
//! `EXTRACT_CUNESCAPE|EXTRACT_UNQUOTE`; systemd.syntax(7), "Quoting".

use std::ops::Range;

/// One word of a line.
pub(super) struct Word {
    /// Where it stands, quotes included.
    pub(super) at: Range<usize>,
    /// Without quotes and escapes.
    pub(super) text: Vec<u8>,
    /// What stands behind its first '=' as written, without a quote that
    /// encloses it and the '='.
    pub(super) value_at: Range<usize>,
}

/// The words of a range of a text; an error is the place of what is not one.
pub(super) fn read(text: &[u8], range: &Range<usize>) -> Result<Vec<Word>, usize> {
    let mut words = Vec::new();
    let mut at = range.start;
    loop {
        while at < range.end && text.get(at).is_some_and(|byte| b" \t\n\r".contains(byte)) {
            at += 1;
        }
        if at >= range.end {
            return Ok(words);
        }
        let word = word(text, at..range.end)?;
        at = word.at.end;
        words.push(word);
    }
}

fn word(text: &[u8], range: Range<usize>) -> Result<Word, usize> {
    let mut at = range.start;
    let mut plain = Vec::new();
    let mut quote: Option<(u8, usize)> = None;
    let mut value: Option<(usize, Option<usize>)> = None;
    let mut closed = None;
    while let Some(byte) = text.get(at).copied().filter(|_| at < range.end) {
        match (byte, quote) {
            (b'\\', _) => {
                let rest = text.get(at + 1..range.end).unwrap_or_default();
                at += 1 + escape(rest, &mut plain).ok_or(at)?;
                continue;
            }
            (_, Some((open, since))) if byte == open => {
                quote = None;
                closed = Some((at, since));
            }
            (b'"' | b'\'', None) => quote = Some((byte, at)),
            (b' ' | b'\t' | b'\n' | b'\r', None) => break,
            _ => plain.push(byte),
        }
        at += 1;
        if byte == b'=' && value.is_none() {
            value = Some((at, quote.map(|(_, since)| since)));
        }
    }
    if quote.is_some() {
        return Err(range.start);
    }
    let (start, since) = value.unwrap_or((at, None));
    let enclosed = closed.filter(|(end, opened)| end + 1 == at && Some(*opened) == since);
    let end = enclosed.map_or(at, |(end, _)| end);
    Ok(Word {
        at: range.start..at,
        text: plain,
        value_at: start..end,
    })
}

/// What follows a backslash: how many bytes it has; nothing where it is none.
/// Source: systemd 252, src/basic/escape.c, `cunescape_one`.
fn escape(rest: &[u8], plain: &mut Vec<u8>) -> Option<usize> {
    let simple = match rest.first()? {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b's' => b' ',
        byte @ (b'\\' | b'"' | b'\'') => *byte,
        b'x' => {
            plain.push(byte_of(rest.get(1..3)?, 16)?);
            return Some(3);
        }
        b'u' => return scalar(rest, 4, plain),
        b'U' => return scalar(rest, 8, plain),
        b'0'..=b'7' => {
            plain.push(byte_of(rest.get(..3)?, 8)?);
            return Some(3);
        }
        _ => return None,
    };
    plain.push(simple);
    Some(1)
}

fn digits(digits: &[u8], base: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    if text.starts_with('+') {
        return None;
    }
    u32::from_str_radix(text, base).ok()
}

fn byte_of(written: &[u8], base: u32) -> Option<u8> {
    let byte = u8::try_from(digits(written, base)?).ok()?;
    (byte != 0).then_some(byte)
}

fn scalar(rest: &[u8], width: usize, plain: &mut Vec<u8>) -> Option<usize> {
    let number = digits(rest.get(1..=width)?, 16)?;
    let c = char::from_u32(number).filter(|c| *c != '\0')?;
    plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Some(width + 1)
}
