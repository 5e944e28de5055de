//! `sysctl.d`: `key = value` lines, and the two programs that read them at
//! boot in two orders. What a line says is the same for both: a line that they
//! read differently is refused, one that both skip says nothing.
//!
//! Source: sysctl.d(5), sysctl(8) `--system`; what neither says was measured
//! with systemd 252 and procps 4.0.2 (`tests/formats/sysctl.rs`).

mod key;
mod order;
#[cfg(test)]
mod tests;

use bstr::ByteSlice as _;

use super::line::{comments, is_blank_or_end, trimmed};
use super::{
    Document, Edit, Files, Language, Malformed, Normal, Reading, Refused, Statement, secret,
};

pub(super) struct Sysctl;

/// A line of this many bytes ends the reading of systemd-sysctl.
/// Source: systemd 252, src/basic/fileio.h, `LONG_LINE_MAX`.
const LONGEST_LINE: usize = 1 << 20;

/// Keys whose value is a text, in which `010` is not `8`.
/// Source: <https://www.kernel.org/doc/html/latest/admin-guide/sysctl/kernel.html>
/// and <https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html>
const TEXTS: &[&str] = &[
    "kernel.core_pattern",
    "kernel.domainname",
    "kernel.hostname",
    "kernel.hotplug",
    "kernel.modprobe",
    "kernel.poweroff_cmd",
    "net.core.default_qdisc",
    "net.ipv4.tcp_allowed_congestion_control",
    "net.ipv4.tcp_congestion_control",
];

impl Language for Sysctl {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        let mut statements = Vec::new();
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            statements.extend(statement(bytes, line, at)?);
            at += line.len();
        }
        Ok(statements)
    }

    fn insertion(
        &self,
        document: &Document,
        _: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused> {
        let bytes = document.bytes();
        let (offset, tight) = match commented(bytes, key) {
            Some(found) => found,
            None => (bytes.len(), last_is_tight(document)),
        };
        let equals: &[u8] = if tight { b"=" } else { b" = " };
        let line = [key.as_bytes(), equals, written].concat();
        Ok(Edit::line(bytes, offset, &line))
    }

    fn read(&self, files: &dyn Files, _: &str) -> Vec<Reading> {
        order::ALL.iter().map(|order| order.read(files)).collect()
    }

    /// `net.ipv4.tcp_fastopen_key`, `net.ipv6.conf.all.stable_secret`
    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }

    /// The kernel takes any blanks between numbers, and numbers in three bases.
    /// What it makes of a comment behind a number depends on the key, and is
    /// left as text.
    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        if TEXTS.contains(&key) {
            return Normal::text(value);
        }
        let words: Vec<&[u8]> = words(value).collect();
        let numbers: Option<Vec<i128>> = words.iter().copied().map(number).collect();
        match numbers.as_deref() {
            Some([number]) => Normal::whole(*number),
            Some(numbers @ [_, ..]) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                Normal::text(numbers.join(" ").as_bytes())
            }
            _ => Normal::text(&words.join(&b' ')),
        }
    }
}

fn words(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = value.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

/// A number as the kernel reads it: `16`, `0x10`, `020`, `-5`, but not `+5`.
/// Source: kernel 6.18, kernel/sysctl.c, `proc_get_long`; measured on `net.*`.
fn number(word: &[u8]) -> Option<i128> {
    let word = std::str::from_utf8(word).ok()?;
    let (minus, digits) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word),
    };
    let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let (digits, base) = match (hexadecimal, digits.strip_prefix('0')) {
        (Some(rest), _) => (rest, 16),
        (None, Some(rest)) if !rest.is_empty() => (rest, 8),
        _ => (digits, 10),
    };
    if digits.starts_with('+') || digits.starts_with('-') {
        return None;
    }
    let number = i128::from(u64::from_str_radix(digits, base).ok()?);
    Some(if minus { -number } else { number })
}

/// Where the line behind a commented default begins, and whether that default
/// stands without blanks around its '='.
fn commented(bytes: &[u8], key: &str) -> Option<(usize, bool)> {
    let says = |text: &[u8]| {
        let said = statement(text, text, 0).ok().flatten();
        said.is_some_and(|said| said.key == key)
    };
    let (end, text) = comments(bytes, 0..bytes.len(), b"#;").find(|(_, text)| says(text))?;
    Some((end, text.contains_str("=") && !text.contains_str(" =")))
}

fn last_is_tight(document: &Document) -> bool {
    let last = document.statements().last();
    last.is_some_and(|last| !document.written(&last.at).contains_str(" ="))
}

/// What both readers take for blanks; they differ about a form feed.
fn trim(text: &[u8]) -> &[u8] {
    text.get(trimmed(text, is_blank_or_end)).unwrap_or_default()
}

/// What one line says: nothing where it is blank or a comment, and nothing
/// where both readers pass over it: they warn of a line without '=', and find
/// no file for a name with a blank in it.
fn statement(bytes: &[u8], line: &[u8], start: usize) -> Result<Option<Statement>, Malformed> {
    let text = trim(line);
    let begin = line.iter().position(|byte| text.first() == Some(byte));
    let at = start + begin.unwrap_or(0);
    let refused = |message: &str| Err(Malformed::at(bytes, at, message));
    if line.len() >= LONGEST_LINE {
        return refused("a line of a MiB: systemd-sysctl reads no further");
    }
    // To systemd-sysctl each of the two ends a line, to procps neither does.
    if text.contains(&b'\r') || line.contains(&0) {
        return refused("a carriage return or a NUL inside a line: its two readers differ");
    }
    if text.is_empty() || text.starts_with(b"#") || text.starts_with(b";") {
        return Ok(None);
    }
    if text.contains(&b'\x0b') || text.contains(&b'\x0c') {
        return refused("a form feed or a vertical tab: its two readers differ");
    }
    if let Some(rest) = text.strip_prefix(b"\xef\xbb\xbf") {
        let said = rest.contains(&b'=') && !rest.starts_with(b"#") && !rest.starts_with(b";");
        if said {
            return refused("a byte order mark: no reader finds the key behind it");
        }
        return Ok(None);
    }
    assignment(bytes, text, at)
}

fn assignment(bytes: &[u8], text: &[u8], at: usize) -> Result<Option<Statement>, Malformed> {
    let refused = |message: &str| Malformed::at(bytes, at, message);
    let equals = text.iter().position(|byte| *byte == b'=');
    let (name, rest) = match equals {
        Some(equals) => text.split_at(equals),
        None => (text, b"".as_slice()),
    };
    let (dashed, name) = match name.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    // "-key" alone keeps a pattern from setting the key.
    let keeps_off = equals.is_none();
    if keeps_off && !dashed {
        return Ok(None);
    }
    if dashed && name.starts_with(b"-") || name.first().is_some_and(u8::is_ascii_whitespace) {
        return Err(refused("what follows the '-': its two readers differ"));
    }
    let name = trim(name);
    if name.is_empty() || name.iter().any(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    let key = key::normal(name).map_err(refused)?;
    if keeps_off && key::is_pattern(&key) {
        return Err(refused("a pattern behind '-': its two readers differ"));
    }
    let value = trim(rest.get(1..).unwrap_or_default());
    let value_start = if value.is_empty() {
        name_end(equals, text)
    } else {
        text.len() - value.len()
    };
    Ok(Some(Statement {
        within: Vec::new(),
        key: if keeps_off { format!("-{key}") } else { key },
        value: value.into(),
        at: at..at + text.len(),
        value_at: at + value_start..at + value_start + value.len(),
    }))
}

/// Where a value is written that is not there yet.
fn name_end(equals: Option<usize>, text: &[u8]) -> usize {
    equals.map_or(text.len(), |equals| equals + 1)
}
