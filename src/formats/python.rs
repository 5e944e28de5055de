//! Python files of settings: gunicorn's, celery's. Those that only give names
//! literal values are read; of others nothing is, they are compared as text.
//! They are never edited inside.
//!
//! Source: The Python Language Reference, 2 and 6.2; gunicorn, "Configuration
//! File"; celery, "Configuration and defaults".

mod string;

#[cfg(test)]
mod tests;

use super::literal::{Cursor, DEEPEST, Literal, Said, Value};
use super::{
    Document, Edit, Files, Format, Language, Malformed, Normal, Reading, Refused, Statement,
    literal, secret,
};

pub(super) struct Python;

impl Language for Python {
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
        vec![Reading::of_one(Format::Python, files, main)]
    }

    fn normal(&self, _: &str, value: &[u8]) -> Normal {
        match value {
            b"True" => Normal::Flag(true),
            b"False" => Normal::Flag(false),
            _ => {
                let number = std::str::from_utf8(value).ok().and_then(literal::number);
                number.unwrap_or_else(|| Normal::text(value))
            }
        }
    }

    fn spell(&self, _: &str, value: &Normal) -> String {
        match value {
            Normal::Flag(true) => "True".to_owned(),
            Normal::Flag(false) => "False".to_owned(),
            _ => value.to_string(),
        }
    }

    fn is_secret(&self, key: &str, _: &[u8]) -> bool {
        secret::is_secret_name(key)
    }
}

/// What names are given, as statements.
pub(super) fn said(names: &[(String, Literal)]) -> Option<Vec<Statement>> {
    let mut said = Said::default();
    for (name, literal) in names {
        match &literal.value {
            Value::List(items) if name == "raw_env" => said.pairs(&[], name, items, ""),
            _ => said.literal(&[], name, literal),
        }
    }
    said.finish()
}

/// What a file says; nothing where it is more than literals.
fn read(bytes: &[u8]) -> Option<Vec<Statement>> {
    let mut cursor = Cursor::new(bytes)?;
    let mut names: Vec<(String, Literal)> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    while !cursor.rest().is_empty() {
        let before = names.len();
        line(&mut cursor, &mut names)?;
        for (name, _) in names.get(before..).unwrap_or_default() {
            if !known.insert(name.clone()) {
                return None;
            }
        }
    }
    said(&names)
}

/// A line: an assignment, a string that documents, or nothing.
fn line(cursor: &mut Cursor<'_>, names: &mut Vec<(String, Literal)>) -> Option<()> {
    let start = cursor.at;
    blanks(cursor);
    if end_of_line(cursor) {
        return Some(());
    }
    if cursor.at != start {
        return None;
    }
    let name = cursor
        .while_in(|c| c.is_ascii_alphanumeric() || c == '_')
        .to_owned();
    if name.is_empty() {
        string::read(cursor)?;
        blanks(cursor);
        return end_of_line(cursor).then_some(());
    }
    blanks(cursor);
    if name.starts_with(|c: char| c.is_ascii_digit()) || is_keyword(&name) || !cursor.take("=") {
        return None;
    }
    blanks(cursor);
    let mut literal = literal(cursor, false)?;
    literal.at.start = start;
    blanks(cursor);
    names.push((name, literal));
    end_of_line(cursor).then_some(())
}

fn is_keyword(name: &str) -> bool {
    matches!(name, "True" | "False" | "None" | "__debug__")
}

fn blanks(cursor: &mut Cursor<'_>) {
    cursor.while_in(|c| matches!(c, ' ' | '\t' | '\u{c}'));
}

/// The end of a line, with the comment before it.
fn end_of_line(cursor: &mut Cursor<'_>) -> bool {
    if cursor.rest().starts_with('#') {
        cursor.while_in(|c| c != '\n' && c != '\r');
    }
    cursor.take("\r\n") || cursor.take("\n") || cursor.take("\r") || cursor.rest().is_empty()
}

/// What does not matter between the parts of a literal.
fn space(cursor: &mut Cursor<'_>, in_brackets: bool) {
    blanks(cursor);
    while in_brackets && !cursor.rest().is_empty() && end_of_line(cursor) {
        blanks(cursor);
    }
}

fn literal(cursor: &mut Cursor<'_>, in_brackets: bool) -> Option<Literal> {
    cursor.depth += 1;
    if cursor.depth > DEEPEST {
        return None;
    }
    let start = cursor.at;
    let value = match cursor.rest().chars().next()? {
        '[' => Value::List(items(cursor, ']')?.0),
        '(' => match items(cursor, ')')? {
            // Brackets around one literal are no tuple.
            (mut items, false) if items.len() == 1 => items.pop()?.value,
            (items, _) => Value::List(items),
        },
        '{' => Value::Table(entries(cursor)?),
        '0'..='9' | '-' | '.' => Value::Word(cursor.number()?),
        _ => word_or_text(cursor, in_brackets)?,
    };
    cursor.depth -= 1;
    let at = start..cursor.at;
    Some(Literal {
        value,
        at: at.clone(),
        value_at: at,
    })
}

fn word_or_text(cursor: &mut Cursor<'_>, in_brackets: bool) -> Option<Value> {
    for word in ["True", "False", "None"] {
        if cursor.take(word) {
            let ends = |c: char| !c.is_alphanumeric() && c != '_';
            let ended = cursor.rest().chars().next().is_none_or(ends);
            return ended.then(|| Value::Word(word.to_owned()));
        }
    }
    let mut text = string::read(cursor)?;
    // Strings side by side are one.
    loop {
        let end = cursor.at;
        space(cursor, in_brackets);
        if !cursor.rest().starts_with(['"', '\'', 'r', 'R', 'u', 'U']) {
            cursor.at = end;
            return Some(Value::Text(text));
        }
        text.push_str(&string::read(cursor)?);
    }
}

/// The items of a list, and whether a comma ends them.
fn items(cursor: &mut Cursor<'_>, end: char) -> Option<(Vec<Literal>, bool)> {
    cursor.next()?;
    let mut items = Vec::new();
    let mut comma = false;
    loop {
        space(cursor, true);
        if cursor.rest().starts_with(end) {
            cursor.next()?;
            return Some((items, comma));
        }
        if !items.is_empty() && !comma {
            return None;
        }
        items.push(literal(cursor, true)?);
        space(cursor, true);
        comma = cursor.take(",");
    }
}

fn entries(cursor: &mut Cursor<'_>) -> Option<Vec<(String, Literal)>> {
    cursor.next()?;
    let mut entries = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let mut comma = true;
    loop {
        space(cursor, true);
        if cursor.take("}") {
            return Some(entries);
        }
        if !comma {
            return None;
        }
        let start = cursor.at;
        let Value::Text(key) = word_or_text(cursor, true)? else {
            return None;
        };
        space(cursor, true);
        if !cursor.take(":") {
            return None;
        }
        space(cursor, true);
        let mut value = literal(cursor, true)?;
        value.at.start = start;
        if !known.insert(key.clone()) {
            return None;
        }
        entries.push((key, value));
        space(cursor, true);
        comma = cursor.take(",");
    }
}
