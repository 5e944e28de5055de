//! The statements of one `postgresql.conf`, and where a new one goes. Which
//! files there are is not known here.
//!
//! Source: guc-file.l, `ParseConfigFp`;
//! <https://www.postgresql.org/docs/15/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE>.

use super::super::{Document, Edit, Malformed, Statement};
use super::lexer::{self, Token};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Everything that a file says.
pub(super) fn all(bytes: &[u8]) -> Result<Vec<Statement>, Malformed> {
    if bytes.starts_with(BYTE_ORDER_MARK) {
        let message = "a byte order mark, which the program takes for part of a name";
        return Err(Malformed::at(bytes, 0, message));
    }
    let mut statements = Vec::new();
    let mut from = 0;
    loop {
        match lexer::next(bytes, from) {
            (Token::End, _) => return Ok(statements),
            (Token::LineEnd, at) => from = at.end,
            _ => {
                let statement = one(bytes, from)?;
                from = statement.at.end;
                statements.push(statement);
            }
        }
    }
}

/// `name = value` or `name value`, and nothing else on its line.
fn one(bytes: &[u8], from: usize) -> Result<Statement, Malformed> {
    let wrong = |offset, message| Malformed::at(bytes, offset, message);
    let (token, name) = lexer::next(bytes, from);
    if !matches!(token, Token::Name | Token::Qualified) {
        return Err(wrong(name.start, "no name of a setting"));
    }
    let (mut token, mut value) = lexer::next(bytes, name.end);
    if token == Token::Equals {
        (token, value) = lexer::next(bytes, value.end);
    }
    if !matches!(token, Token::Name | Token::Quoted | Token::Bare) {
        return Err(wrong(value.start, missing_value(token)));
    }
    let written = bytes.get(value.clone()).unwrap_or_default();
    let said = if token == Token::Quoted {
        if written.contains(&0) {
            return Err(wrong(value.start, "a NUL byte in a value"));
        }
        lexer::unquoted(written)
    } else {
        written.to_vec()
    };
    let (token, after) = lexer::next(bytes, value.end);
    if !matches!(token, Token::LineEnd | Token::End) {
        let message = "more than one value: where it has blanks, commas or a unit behind a \
                       fraction, it needs quotes";
        return Err(wrong(after.start, message));
    }
    let key = key(bytes.get(name.clone()).unwrap_or_default(), &said)
        .map_err(|message| wrong(name.start, message))?;
    Ok(Statement {
        within: Vec::new(),
        key,
        value: said.into(),
        at: name.start..value.end,
        value_at: value,
    })
}

fn missing_value(token: Token) -> &'static str {
    match token {
        Token::Qualified => "a value with a '.' in it needs quotes",
        Token::Wrong => "neither a bare value nor one in whole quotes",
        _ => "no value",
    }
}

/// What includes other files.
pub(super) const INCLUDES: &[&str] = &["include", "include_if_exists", "include_dir"];

/// Names that the program still takes for others.
/// Source: guc.c, `map_old_guc_names`, in 12 to 18.
const OLD_NAMES: &[(&str, &str)] = &[
    ("sort_mem", "work_mem"),
    ("vacuum_mem", "maintenance_work_mem"),
];

/// A name as names are compared; that of an include, of which all count, with
/// its path.
fn key(name: &[u8], value: &[u8]) -> Result<String, &'static str> {
    let name = std::str::from_utf8(name).map_err(|_| "a name that is not UTF-8")?;
    if !name.is_ascii() && !name.contains('.') {
        return Err("no name of a setting");
    }
    let name = name.to_ascii_lowercase();
    if let Some((_, new)) = OLD_NAMES.iter().find(|(old, _)| *old == name) {
        return Ok((*new).to_owned());
    }
    if !INCLUDES.contains(&name.as_str()) {
        return Ok(name);
    }
    let path = std::str::from_utf8(value).map_err(|_| "a path that is not UTF-8")?;
    if path.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n')) {
        return Err("an include without a path");
    }
    Ok(format!("{name} {path}"))
}

/// A new line behind the commented default, `#name = ...`, and the comment that
/// goes on below it; at the end where there is none.
pub(super) fn insertion(document: &Document, key: &str, written: &[u8]) -> Edit {
    let name = key.split(' ').next().unwrap_or_default();
    let line = [name.as_bytes(), b" = ", written].concat();
    let bytes = document.bytes();
    let mut place = bytes.len();
    let mut end = 0;
    let mut after_default = false;
    for text in bytes.split_inclusive(|byte| *byte == b'\n') {
        end += text.len();
        after_default = after_default && goes_on(text) || is_default(text, name);
        if after_default {
            place = end;
        }
    }
    Edit::line(bytes, place, &line)
}

/// Whether a line is a statement of that name that was put out of use.
fn is_default(line: &[u8], name: &str) -> bool {
    let line = line.trim_ascii();
    let Some(hashes) = line.iter().position(|byte| *byte != b'#') else {
        return false;
    };
    let text = line.get(hashes..).unwrap_or_default();
    hashes > 0
        && text.contains(&b'=')
        && one(text, 0).is_ok_and(|statement| statement.name() == name)
}

/// Whether a line is the rest of the comment above it: indented, as initdb's are.
fn goes_on(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    text.len() < line.len() && text.starts_with(b"#")
}
