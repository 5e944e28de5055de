//! Quoting for what a program reads: JavaScript, Python, YAML, SQL.

use std::fmt::Write as _;

use super::only;

#[expect(clippy::unnecessary_wraps, reason = "every filter has this type")]
/// A JavaScript string literal; also safe inside a script element.
pub(super) fn js(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_graphic() && !"\"\\<".contains(c) || c == ' ';
    Ok(quoted(text, plain, |c, out| {
        let mut units = [0u16; 2];
        for unit in c.encode_utf16(&mut units) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }))
}

/// A Python string literal.
pub(super) fn py(text: &str) -> Result<String, String> {
    if text.contains('\0') {
        return Err(format!("{text:?} holds a NUL"));
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    Ok(out)
}

#[expect(clippy::unnecessary_wraps, reason = "every filter has this type")]
/// A double-quoted YAML scalar in a compose file, where `$` is doubled.
pub(super) fn yaml(text: &str) -> Result<String, String> {
    let doubled = text.replace('$', "$$");
    let plain = |c: char| c.is_ascii_graphic() && !"\"\\".contains(c) || c == ' ';
    // Half of a surrogate pair is no character of YAML.
    Ok(quoted(&doubled, plain, |c, out| {
        let _ = write!(out, "\\U{:08x}", u32::from(c));
    }))
}

/// A mount of a compose file, `/from:/to` with `:ro` or without: a path that
/// holds a colon, or begins otherwise, would mount something else.
pub(super) fn compose_mount(text: &str) -> Result<String, String> {
    let paths = text.strip_suffix(":ro").unwrap_or(text);
    let is_path = |path: &str| path.starts_with('/') || path.starts_with("./");
    match paths.split_once(':') {
        Some((from, to)) if is_path(from) && is_path(to) && !to.contains(':') => yaml(text),
        _ => Err(format!("{text:?}: compose can mount no such path")),
    }
}

/// `"..."` with an escape of the format's for everything that is not plain.
fn quoted(text: &str, plain: impl Fn(char) -> bool, escape: impl Fn(char, &mut String)) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if plain(c) => out.push(c),
            c => escape(c, &mut out),
        }
    }
    out.push('"');
    out
}

/// A text in SQL, with `standard_conforming_strings` on, inside `$tune$`.
pub(super) fn sql_text(text: &str) -> Result<String, String> {
    sql(text, '\'')
}

/// A name in SQL.
pub(super) fn sql_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > 63 {
        return Err(format!("{text:?} is no name of a role"));
    }
    sql(text, '"')
}

fn sql(text: &str, quote: char) -> Result<String, String> {
    if text.chars().any(char::is_control) || text.contains('$') {
        return Err(format!("{text:?} cannot stand in a quoted block of SQL"));
    }
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    Ok(format!("{quote}{doubled}{quote}"))
}

/// A whole number in SQL.
pub(super) fn sql_number(text: &str) -> Result<String, String> {
    only(text, |c| c.is_ascii_digit(), "a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_as_they_were() {
        let text = "a\"b\\c\nd\u{2028}é😀</script>";
        let read: String = serde_json::from_str(&js(text).unwrap()).unwrap();
        assert_eq!(read, text);
        assert_eq!(py("it's \"x\"\n").unwrap(), "\"it's \\\"x\\\"\\n\"");
        assert_eq!(yaml("$HOME").unwrap(), "\"$$HOME\"");
        assert_eq!(yaml("\t😀").unwrap(), "\"\\U00000009\\U0001f600\"");
        assert_eq!(sql_text("it's").unwrap(), "'it''s'");
        assert!(sql_name("a$tune$").is_err());
    }
}
