//! Ecosystem files of PM2. Those that export literals are read, as PM2 reads
//! the applications in them; of others nothing is, they are compared as text.
//! They are never edited inside.
//!
//! Source: ECMA-262, 12 and 13.2; PM2, "Ecosystem File".

mod string;

#[cfg(test)]
mod tests;

use super::literal::{Cursor, DEEPEST, Literal, Said, Value};
use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Statement,
    literal, secret,
};

pub(super) struct Javascript;

/// Sizes, with a unit or in bytes.
/// Source: PM2 lib/API/schema.json, type `sbyte`.
const SIZES: &[&str] = &["max_memory_restart"];

/// Times, with a unit or in milliseconds.
/// Source: PM2 lib/API/schema.json, type `stime`, and those that are in ms.
const TIMES: &[&str] = &[
    "min_uptime",
    "kill_timeout",
    "listen_timeout",
    "restart_delay",
    "exp_backoff_restart_delay",
];

/// Arguments of the interpreter, each a setting of its own.
/// Source: PM2 lib/API/schema.json, `node_args` and its alias.
const ARGUMENTS: &[&str] = &["node_args", "interpreter_args"];

impl Language for Javascript {
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
        Ok(read(bytes).unwrap_or_default())
    }

    fn is_opaque(&self, bytes: &[u8]) -> bool {
        read(bytes).is_none()
    }

    fn never_edited(&self) -> Option<Refused> {
        Some(literal::own_file())
    }

    fn insertion(&self, _: &Document, _: &[String], _: &str, _: &[u8]) -> Result<Edit, Refused> {
        Err(literal::own_file())
    }

    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading> {
        vec![Reading::of_one(Format::Javascript, files, main)]
    }

    fn normal(&self, key: &str, value: &[u8]) -> Normal {
        let text = std::str::from_utf8(value).unwrap_or_default();
        let found = match text {
            "true" => Some(Normal::Flag(true)),
            "false" => Some(Normal::Flag(false)),
            _ if SIZES.contains(&key) => measure(text, SIZE_UNITS).map(Normal::Size),
            _ if TIMES.contains(&key) => {
                measure(text, TIME_UNITS).map(|ms| Normal::Time(ms * 1_000))
            }
            _ => literal::number(text),
        };
        found.unwrap_or_else(|| Normal::text(value))
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        match value {
            Normal::Flag(on) => on.to_string(),
            Normal::Time(micros) => (micros / 1_000).to_string(),
            Normal::Size(bytes) => {
                let fits = |(_, unit): &&(&str, i128)| *bytes != 0 && bytes % unit == 0;
                let unit = SIZE_UNITS.iter().find(fits);
                unit.map_or(bytes.to_string(), |(name, unit)| {
                    format!("{}{name}", bytes / unit)
                })
            }
            _ => value.to_string(),
        }
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }
}

/// PM2's units of sizes, in bytes.
/// Source: PM2 lib/tools/Config.js, `sbyte`.
const SIZE_UNITS: &[(&str, i128)] = &[("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10), ("", 1)];

/// PM2's units of times, in milliseconds.
/// Source: PM2 lib/tools/Config.js, `stime`.
const TIME_UNITS: &[(&str, i128)] = &[("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("", 1)];

fn measure(text: &str, units: &[(&str, i128)]) -> Option<i128> {
    let mut units = units.iter();
    let (number, unit) = units.find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
    match literal::number(number)? {
        Normal::Number(n) => Some(n.checked_mul(*unit)? / 1_000_000_000),
        _ => None,
    }
}

/// What is exported, as statements.
pub(super) fn said(exported: &Literal) -> Option<Vec<Statement>> {
    let Value::Table(entries) = &exported.value else {
        return None;
    };
    let mut said = Said::default();
    for (name, value) in entries {
        match &value.value {
            Value::List(apps) if name == "apps" => {
                for (n, app) in apps.iter().enumerate() {
                    application(&mut said, n, app);
                }
            }
            _ => said.literal(&[], name, value),
        }
    }
    said.finish()
}

/// One application: by its name, its environment and arguments among its keys.
fn application(said: &mut Said, n: usize, app: &Literal) {
    let Value::Table(entries) = &app.value else {
        said.literal(&[], &format!("apps[{n}]"), app);
        return;
    };
    let name = entries.iter().find_map(|(key, entry)| match &entry.value {
        Value::Text(name) if key == "name" => Some(name.clone()),
        _ => None,
    });
    let within = ["apps".to_owned(), name.unwrap_or_else(|| format!("[{n}]"))];
    for (key, entry) in entries {
        match &entry.value {
            Value::Table(variables) if key == "env" => {
                for (name, value) in variables {
                    said.literal(&within, name, value);
                }
            }
            Value::List(items) if ARGUMENTS.contains(&key.as_str()) => {
                said.pairs(&within, key, items, "--");
            }
            Value::Text(text) if ARGUMENTS.contains(&key.as_str()) => {
                let word = |word: &str| Literal {
                    value: Value::Text(word.to_owned()),
                    ..entry.clone()
                };
                let items: Vec<Literal> = text.split_whitespace().map(word).collect();
                said.pairs(&within, key, &items, "--");
            }
            _ => said.literal(&within, key, entry),
        }
    }
}

/// What a file says; nothing where it is more than literals.
fn read(bytes: &[u8]) -> Option<Vec<Statement>> {
    let mut cursor = Cursor::new(bytes)?;
    space(&mut cursor)?;
    for directive in ["\"use strict\"", "'use strict'"] {
        if cursor.take(directive) {
            space(&mut cursor)?;
            cursor.take(";");
            space(&mut cursor)?;
        }
    }
    if cursor.rest().is_empty() {
        return Some(Vec::new());
    }
    for part in ["module", ".", "exports", "="] {
        if !cursor.take(part) {
            return None;
        }
        space(&mut cursor)?;
    }
    let exported = literal(&mut cursor)?;
    space(&mut cursor)?;
    cursor.take(";");
    space(&mut cursor)?;
    if !cursor.rest().is_empty() {
        return None;
    }
    said(&exported)
}

/// Blanks, ends of lines and comments.
fn space(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        cursor.while_in(char::is_whitespace);
        if cursor.take("//") {
            cursor.while_in(|c| !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'));
        } else if cursor.take("/*") {
            let end = cursor.rest().find("*/")?;
            cursor.at += end + "*/".len();
        } else {
            return Some(());
        }
    }
}

fn literal(cursor: &mut Cursor<'_>) -> Option<Literal> {
    cursor.depth += 1;
    if cursor.depth > DEEPEST {
        return None;
    }
    let start = cursor.at;
    let value = match cursor.rest().chars().next()? {
        '[' => Value::List(items(cursor)?),
        '{' => Value::Table(entries(cursor)?),
        '"' | '\'' | '`' => Value::Text(joined(cursor)?),
        '0'..='9' | '-' | '.' => Value::Word(cursor.number()?),
        _ => {
            let word = cursor.while_in(|c| c.is_alphanumeric() || c == '_' || c == '$');
            let known = ["true", "false", "null"].contains(&word);
            known.then(|| Value::Word(word.to_owned()))?
        }
    };
    cursor.depth -= 1;
    let at = start..cursor.at;
    Some(Literal {
        value,
        at: at.clone(),
        value_at: at,
    })
}

/// Strings, with `+` between them.
fn joined(cursor: &mut Cursor<'_>) -> Option<String> {
    let mut text = string::read(cursor)?;
    loop {
        let end = cursor.at;
        space(cursor)?;
        if !cursor.take("+") {
            cursor.at = end;
            return Some(text);
        }
        space(cursor)?;
        text.push_str(&string::read(cursor)?);
    }
}

fn items(cursor: &mut Cursor<'_>) -> Option<Vec<Literal>> {
    cursor.next()?;
    let mut items = Vec::new();
    let mut comma = true;
    loop {
        space(cursor)?;
        if cursor.take("]") {
            return Some(items);
        }
        if !comma {
            return None;
        }
        items.push(literal(cursor)?);
        space(cursor)?;
        comma = cursor.take(",");
    }
}

fn entries(cursor: &mut Cursor<'_>) -> Option<Vec<(String, Literal)>> {
    cursor.next()?;
    let mut entries: Vec<(String, Literal)> = Vec::new();
    let mut names = std::collections::BTreeSet::new();
    let mut comma = true;
    loop {
        space(cursor)?;
        if cursor.take("}") {
            return Some(entries);
        }
        if !comma {
            return None;
        }
        let start = cursor.at;
        let name = match cursor.rest().chars().next()? {
            '"' | '\'' => string::read(cursor)?,
            _ => cursor
                .while_in(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$')
                .to_owned(),
        };
        let number = name.starts_with(|c: char| c.is_ascii_digit());
        space(cursor)?;
        if number || name == "__proto__" || !names.insert(name.clone()) || !cursor.take(":") {
            return None;
        }
        space(cursor)?;
        let mut value = literal(cursor)?;
        value.at.start = start;
        entries.push((name, value));
        space(cursor)?;
        comma = cursor.take(",");
    }
}
