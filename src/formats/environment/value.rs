//! The values of an environment file: quotes and backslashes as systemd has
//! them.
//!
//! Source: systemd src/basic/env-file.c, `parse_env_file_internal`.

use std::ops::Range;

use super::super::Malformed;
use super::super::line::is_blank;

/// What a backslash escapes between double quotes.
/// Source: systemd src/basic/escape.h, `SHELL_NEED_ESCAPE`.
const ESCAPED: &[u8] = b"\"\\`$";

/// A value from behind its '=', and its bytes.
pub(super) fn read(bytes: &[u8], start: usize) -> Result<(Vec<u8>, Range<usize>), Malformed> {
    let mut at = start;
    while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
        at += 1;
    }
    let begin = at;
    let mut value = Vec::new();
    // Quotes count at the beginning and behind quotes.
    let mut quotes = true;
    let mut kept = 0;
    let mut end = at;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\n' | b'\r' => break,
            b'\'' | b'"' if quotes => {
                at = quoted(bytes, at, &mut value)?;
                kept = value.len();
                end = at;
                continue;
            }
            b'\\' => {
                value.push(escaped(bytes, at)?);
                kept = value.len();
                quotes = false;
                at += 2;
                end = at;
                continue;
            }
            _ if is_blank(byte) && quotes => {}
            _ => {
                value.push(byte);
                if !is_blank(byte) {
                    kept = value.len();
                    end = at + 1;
                    quotes = false;
                }
            }
        }
        at += 1;
    }
    value.truncate(kept);
    if let Err(error) = std::str::from_utf8(&value) {
        let message = "a value that is not UTF-8";
        return Err(Malformed::at(bytes, begin + error.valid_up_to(), message));
    }
    let nothing = begin == end;
    let at = if nothing { start..start } else { begin..end };
    Ok((value, at))
}

/// What stands behind a backslash.
fn escaped(bytes: &[u8], at: usize) -> Result<u8, Malformed> {
    match bytes.get(at + 1) {
        None => Err(ends(bytes, at)),
        Some(b'\n' | b'\r') => {
            let message = "only systemd goes on with the value on the next line";
            Err(Malformed::at(bytes, at, message))
        }
        Some(byte) => Ok(*byte),
    }
}

fn ends(bytes: &[u8], at: usize) -> Malformed {
    Malformed::at(bytes, at, "the file ends before the value does")
}

/// What is between quotes: where it goes on.
fn quoted(bytes: &[u8], start: usize, value: &mut Vec<u8>) -> Result<usize, Malformed> {
    let quote = bytes.get(start).copied().unwrap_or_default();
    let mut at = start + 1;
    loop {
        let byte = bytes.get(at).copied().ok_or_else(|| ends(bytes, start))?;
        match byte {
            b'\n' | b'\r' => {
                let message = "only systemd goes on with the value on the next line";
                return Err(Malformed::at(bytes, at, message));
            }
            _ if byte == quote => return Ok(at + 1),
            b'\\' if quote == b'"' => {
                let next = bytes
                    .get(at + 1)
                    .copied()
                    .ok_or_else(|| ends(bytes, start))?;
                if !ESCAPED.contains(&next) {
                    value.push(b'\\');
                    at += 1;
                    continue;
                }
                value.push(next);
                at += 1;
            }
            _ => value.push(byte),
        }
        at += 1;
    }
}

/// A value as it is written: as it is, where all read it alike.
pub(super) fn spelled(text: &str) -> String {
    let edge = |c: char| c == ' ' || c == '\t';
    let plain = !text.starts_with(edge)
        && !text.ends_with(edge)
        && !text.contains(['"', '\'', '\\', '\n', '\r'])
        && !text.contains(" #");
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        if u8::try_from(c).is_ok_and(|byte| ESCAPED.contains(&byte)) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}
