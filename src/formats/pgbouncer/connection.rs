//! Connection strings: `host=/run/postgresql dbname='my db'`. Which entry
//! they belong to is known elsewhere.
//!
//! Source: PgBouncer loader.c, `cstr_get_pair`.

use super::super::Statement;
use super::{DATABASES, STRINGS};

/// Those by which a connection string is known where no section says so.
/// Source: PgBouncer config(5), "Connection string parameters".
const KNOWN: &[&str] = &[
    "application_name",
    "auth_dbname",
    "auth_query",
    "auth_user",
    "client_encoding",
    "connect_query",
    "datestyle",
    "dbname",
    "host",
    "max_db_connections",
    "max_user_connections",
    "min_pool_size",
    "password",
    "pool_mode",
    "pool_size",
    "port",
    "reserve_pool",
    "timezone",
    "user",
];

/// The parameters of an entry as statements below it; none where its value is
/// no connection string or an empty one; else where it goes wrong.
pub(super) fn parameters(entry: &Statement) -> Result<Option<Vec<Statement>>, usize> {
    let section = entry.within.first().map(String::as_str);
    if section.is_some_and(|section| !STRINGS.contains(&section)) {
        return Ok(None);
    }
    let found = match split(entry, section.unwrap_or(DATABASES)) {
        Ok(found) => found,
        // Without a section it is the value of a setting.
        Err(_) if section.is_none() => return Ok(None),
        Err(at) => return Err(at),
    };
    let known = |one: &Statement| KNOWN.contains(&one.key.as_str());
    if found.is_empty() || (section.is_none() && !found.iter().all(known)) {
        return Ok(None);
    }
    Ok(Some(found))
}

fn split(entry: &Statement, section: &str) -> Result<Vec<Statement>, usize> {
    let text = entry.value.as_slice();
    let start = entry.value_at.start;
    let mut found: Vec<Statement> = Vec::new();
    let mut at = blanks(text, 0);
    while at < text.len() {
        let begin = at;
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let rest = text.get(at..).unwrap_or_default();
        at += rest.iter().take_while(|byte| name(byte)).count();
        let key = String::from_utf8_lossy(text.get(begin..at).unwrap_or_default()).into_owned();
        at = blanks(text, at);
        if key.is_empty() || text.get(at) != Some(&b'=') {
            return Err(start + at);
        }
        at = blanks(text, at + 1);
        let value_begin = at;
        let value = if text.get(at) == Some(&b'\'') {
            quoted(text, &mut at).ok_or(start + value_begin)?
        } else {
            let rest = text.get(at..).unwrap_or_default();
            at += rest.iter().take_while(|byte| **byte != b' ').count();
            text.get(value_begin..at).unwrap_or_default().to_vec()
        };
        // What stands right behind a quote loses its first byte.
        if value.is_empty() || text.get(at).is_some_and(|byte| *byte != b' ') {
            return Err(start + at);
        }
        found.push(Statement {
            within: vec![section.to_owned(), entry.key.clone()],
            key,
            value: value.into(),
            at: start + begin..start + at,
            value_at: start + value_begin..start + at,
        });
        at = blanks(text, at);
    }
    Ok(found)
}

fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// What stands in the quotes that begin here; the place becomes the one behind.
fn quoted(text: &[u8], at: &mut usize) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    let mut here = *at + 1;
    loop {
        match text.get(here..)? {
            [b'\'', b'\'', ..] => {
                value.push(b'\'');
                here += 2;
            }
            [b'\'', ..] => break,
            [plain, ..] => {
                value.push(*plain);
                here += 1;
            }
            [] => return None,
        }
    }
    *at = here + 1;
    Some(value)
}
