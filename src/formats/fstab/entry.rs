//! One line of `/etc/fstab`: its fields, and the octal escapes in them.

use std::fmt;

use bstr::BString;

use super::super::line::is_blank;

/// One line of `/etc/fstab`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What is mounted: a device, `UUID=...`, a swap file.
    pub source: BString,
    /// Where; `none` for swap.
    pub target: BString,
    /// The file system's type.
    kind: String,
    /// Options, as written between the commas; none where the field is missing.
    pub options: Vec<BString>,
    /// Whether dump(8) saves it.
    pub freq: i32,
    /// When fsck(8) checks it; 0 is never.
    pub pass: i32,
}

impl Entry {
    /// Reads a line that is neither blank nor a comment; nothing where it is none.
    pub fn read(line: &[u8]) -> Option<Self> {
        if line.contains(&b'\n') || line.starts_with(b"#") {
            return None;
        }
        Self::parse(line).ok()
    }

    /// The type of the file system; `swap` for swap.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The value of an option; an empty one where it has none.
    pub fn option(&self, name: &str) -> Option<&[u8]> {
        self.options.iter().rev().find_map(|option| {
            let rest = option.strip_prefix(name.as_bytes())?;
            match rest.strip_prefix(b"=") {
                None if rest.is_empty() => Some(rest),
                value => value,
            }
        })
    }

    /// What tells its line from the others.
    pub(super) fn key(&self) -> String {
        if self.kind == "swap" {
            format!("swap {}", escaped(&self.source))
        } else {
            escaped(&self.target)
        }
    }

    /// The error is the place in the line, and what is wrong there.
    pub(super) fn parse(line: &[u8]) -> Result<Self, (usize, &'static str)> {
        let mut fields = Vec::new();
        let mut at = 0;
        for field in line.split(|byte| is_blank(*byte)) {
            if !field.is_empty() {
                fields.push((at, field));
            }
            at += field.len() + 1;
        }
        if line.contains(&0) {
            return Err((0, "a NUL in the line"));
        }
        let mut fields = fields.into_iter();
        let mut next = || fields.next().map(|(at, field)| (at, unescaped(field)));
        let source = next().ok_or((0, "no source"))?.1;
        let target = next().ok_or((0, "no mount point behind the source"))?.1;
        let (kind_at, kind) = next().ok_or((0, "no type behind the mount point"))?;
        let kind = String::from_utf8(kind).map_err(|_| (kind_at, "a type that is not UTF-8"))?;
        let options = next().map(|(_, options)| options).unwrap_or_default();
        let mut number = || match fields.next() {
            None => Ok(0),
            Some((at, field)) => number(field).ok_or((at, "no number in the fifth or sixth field")),
        };
        Ok(Self {
            source: source.into(),
            target: target.into(),
            kind,
            options: options_of(&options),
            freq: number()?,
            pass: number()?,
        })
    }
}

/// All six fields, with one blank between them.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<String> = self.options.iter().map(|one| escaped(one)).collect();
        let options = if options.is_empty() {
            "defaults".to_owned()
        } else {
            options.join(",")
        };
        let (source, target) = (escaped(&self.source), escaped(&self.target));
        let kind = escaped(self.kind.as_bytes());
        write!(
            f,
            "{source} {target} {kind} {options} {} {}",
            self.freq, self.pass
        )
    }
}

/// Commas inside double quotes part nothing.
/// Source: util-linux 2.38, libmount/src/optstr.c, `ul_optstr_next`.
fn options_of(text: &[u8]) -> Vec<BString> {
    let mut quoted = false;
    let parts = text.split(|byte| {
        quoted ^= *byte == b'"';
        *byte == b',' && !quoted
    });
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(BString::from).collect()
}

/// A backslash and three octal digits are a byte; any other backslash is one.
/// Source: util-linux 2.38, lib/mangle.c, `unmangle_to_buffer`.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..3).filter(|_| *first == b'\\');
        match digits.and_then(octal) {
            Some(byte) => {
                plain.push(byte);
                rest = behind.get(3..).unwrap_or_default();
            }
            None => {
                plain.push(*first);
                rest = behind;
            }
        }
    }
    plain
}

/// Of three digits; what is over 255 loses what is over it.
fn octal(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |byte, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        Some(byte.wrapping_mul(8).wrapping_add(digit))
    })
}

/// As a field is written, whatever its bytes are.
fn escaped(plain: &[u8]) -> String {
    let mut field = String::with_capacity(plain.len());
    for byte in plain {
        match byte {
            b'\\' => field.push_str("\\134"),
            b'!'..=b'~' => field.push(char::from(*byte)),
            byte => {
                field.push('\\');
                for bits in [6, 3, 0] {
                    field.push(char::from(b'0' + (byte >> bits) % 8));
                }
            }
        }
    }
    field
}

/// Decimal, with a sign where there is one.
fn number(field: &[u8]) -> Option<i32> {
    std::str::from_utf8(field).ok()?.parse().ok()
}
