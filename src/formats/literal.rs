//! Literals of Python and JavaScript with their bytes, and the statements that
//! they are. How either language writes them is not known here.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Statement;

/// Literals within literals.
/// Source: `serde_json`, its limit of recursion: 128.
pub(super) const DEEPEST: usize = 128;

/// A value that can be read without running anything.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    /// A number or a word, as it is written.
    Word(String),
    List(Vec<Literal>),
    Table(Vec<(String, Literal)>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Literal {
    pub(super) value: Value,
    /// With the name that it is given, where it has one.
    pub(super) at: Range<usize>,
    pub(super) value_at: Range<usize>,
}

/// What a file says, where every key is said once.
#[derive(Default)]
pub(super) struct Said {
    statements: Vec<Statement>,
    keys: BTreeSet<(Vec<String>, String)>,
    twice: bool,
}

impl Said {
    /// Nothing where a key is said twice: which of them counts is the
    /// language's to know.
    pub(super) fn finish(self) -> Option<Vec<Statement>> {
        (!self.twice).then_some(self.statements)
    }

    pub(super) fn say(&mut self, within: &[String], key: &str, value: &str, literal: &Literal) {
        let new = self.keys.insert((within.to_vec(), key.to_owned()));
        self.twice |= !new;
        self.statements.push(Statement {
            within: within.to_vec(),
            key: key.to_owned(),
            value: value.into(),
            at: literal.at.clone(),
            value_at: literal.value_at.clone(),
        });
    }

    /// A literal, with all that is in it.
    pub(super) fn literal(&mut self, within: &[String], key: &str, literal: &Literal) {
        match &literal.value {
            Value::Text(text) | Value::Word(text) => self.say(within, key, text, literal),
            Value::List(items) if items.is_empty() => self.say(within, key, "[]", literal),
            Value::Table(entries) if entries.is_empty() => self.say(within, key, "{}", literal),
            Value::List(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.literal(within, &format!("{key}[{n}]"), item);
                }
            }
            Value::Table(entries) => {
                let mut inside = within.to_vec();
                inside.push(key.to_owned());
                for (name, entry) in entries {
                    self.literal(&inside, name, entry);
                }
            }
        }
    }

    /// A list of `NAME=value`, each item under its name; what is none stays an
    /// item.
    pub(super) fn pairs(&mut self, within: &[String], key: &str, items: &[Literal], lead: &str) {
        for (n, item) in items.iter().enumerate() {
            let pair = match &item.value {
                Value::Text(text) => text
                    .strip_prefix(lead)
                    .and_then(|rest| rest.split_once('=')),
                _ => None,
            };
            match pair {
                Some((name, value)) => self.say(within, name, value, item),
                None => self.literal(within, &format!("{key}[{n}]"), item),
            }
        }
    }
}

/// A file that is being read, byte for byte.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        Some(Self { text, at, depth: 0 })
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn take(&mut self, what: &str) -> bool {
        let found = self.rest().starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.rest().chars().next()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// What follows, as long as it is of one sort.
    pub(super) fn while_in(&mut self, of: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !of(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// As many hexadecimal digits as there must be.
    pub(super) fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let found = self.rest().get(..digits)?;
        self.at += digits;
        let all = found.bytes().all(|byte| byte.is_ascii_hexdigit());
        all.then(|| u32::from_str_radix(found, 16).ok()).flatten()
    }

    /// A number of either language as it is written, its sign included.
    pub(super) fn number(&mut self) -> Option<String> {
        let start = self.at;
        self.take("-");
        let body = self.at;
        let mut before = ' ';
        while let Some(c) = self.rest().chars().next() {
            let exponent = matches!(before, 'e' | 'E') && !self.is_hexadecimal(body);
            if !(c.is_ascii_alphanumeric()
                || c == '_'
                || c == '.'
                || (exponent && "+-".contains(c)))
            {
                break;
            }
            before = c;
            self.at += 1;
        }
        let written = self.text.get(body..self.at)?;
        is_number(written).then(|| self.text.get(start..self.at).map(str::to_owned))?
    }

    fn is_hexadecimal(&self, start: usize) -> bool {
        let text = self.text.get(start..).unwrap_or_default();
        text.starts_with("0x") || text.starts_with("0X")
    }
}

/// Whether both languages read it as one number.
fn is_number(text: &str) -> bool {
    let sorted = |digits: &str, of: fn(&u8) -> bool| {
        let fine = |byte: u8| of(&byte) || byte == b'_';
        let bytes = digits.as_bytes();
        let edges = bytes.first().is_some_and(of) && bytes.last().is_some_and(of);
        edges && !digits.contains("__") && bytes.iter().copied().all(fine)
    };
    let lower = text.to_ascii_lowercase();
    if let Some(digits) = lower.strip_prefix("0x") {
        return sorted(digits, u8::is_ascii_hexdigit);
    }
    if let Some(digits) = lower.strip_prefix("0o") {
        return sorted(digits, |byte| (b'0'..=b'7').contains(byte));
    }
    if let Some(digits) = lower.strip_prefix("0b") {
        return sorted(digits, |byte| matches!(byte, b'0' | b'1'));
    }
    let (mantissa, exponent) = lower
        .split_once('e')
        .map_or((&*lower, None), |(m, e)| (m, Some(e)));
    let decimal = |digits: &str| sorted(digits, u8::is_ascii_digit);
    let (whole, places) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(w, p)| (w, Some(p)));
    let leading = whole.len() > 1 && whole.starts_with('0');
    (whole.is_empty() || decimal(whole))
        && !leading
        && places.is_none_or(|places| places.is_empty() || decimal(places))
        && !(whole.is_empty() && places.is_none_or(str::is_empty))
        && exponent.is_none_or(|e| decimal(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

/// A number's value, where it has nine places at most.
pub(super) fn number(text: &str) -> Option<super::Normal> {
    use super::Normal;
    let (minus, body) = text
        .strip_prefix('-')
        .map_or((false, text), |body| (true, body));
    if !is_number(body) {
        return None;
    }
    let body = body.to_ascii_lowercase().replace('_', "");
    let radix = |lead, radix| {
        body.strip_prefix(lead)
            .map(|digits| i128::from_str_radix(digits, radix))
    };
    let whole = radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2));
    if let Some(whole) = whole {
        return whole
            .ok()
            .map(|n| Normal::whole(if minus { -n } else { n }));
    }
    let (mantissa, exponent) = body.split_once('e').unwrap_or((&body, "0"));
    let exponent: i32 = exponent.parse().ok().filter(|e: &i32| e.abs() < 30)?;
    let Normal::Number(n) = Normal::number(mantissa.as_bytes())? else {
        return None;
    };
    let power = 10_i128.pow(exponent.unsigned_abs());
    let n = if exponent < 0 {
        (n % power == 0).then_some(n / power)?
    } else {
        n.checked_mul(power)?
    };
    Some(Normal::Number(if minus { -n } else { n }))
}

/// Why files of code are not edited inside.
pub(super) fn own_file() -> super::Refused {
    super::Refused::new(
        "it is a file of code: nothing inside it is edited",
        "replace it whole, or change it by hand",
    )
}
