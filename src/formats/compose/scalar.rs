//! Scalars of YAML: text as it is written, and what was written as text.
//!
//! Source: YAML 1.2.2, chapters 7 and 10.3; the resolver of `PyYAML` for the words
//! that older readers take for something else.

use granit_parser::ScalarStyle;

use super::super::line::quoted;
use super::tree::{Kind, Tree};

/// The text of one scalar as somebody would write it for a value.
pub(super) fn text(written: &[u8]) -> Option<String> {
    let tree = Tree::parse(written).ok()?;
    match &tree.node(tree.root()?)?.kind {
        Kind::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    }
}

/// Text in quotes where it would be read as anything else without.
pub(super) fn spelled(text: &str) -> String {
    if is_plain(text) && !is_typed(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Text in the style of another scalar.
pub(super) fn styled(text: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::SingleQuoted if !text.contains(char::is_control) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        ScalarStyle::Plain if is_plain(text) => text.to_owned(),
        _ => quoted(text),
    }
}

/// Whether a key is written as others are: without quotes where it needs none.
pub(super) fn key(text: &str, in_quotes: bool) -> String {
    if in_quotes {
        quoted(text)
    } else {
        spelled(text)
    }
}

/// Whether it is one scalar without quotes, anywhere.
fn is_plain(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "_./@%+=^()<>~;$-".contains(c);
    let first = |c: char| c.is_alphanumeric() || "_./+($~^<=".contains(c);
    // A colon or a blank inside: where nothing else can be meant.
    let mut chars = text.chars().peekable();
    let Some(begin) = chars.next() else {
        return false;
    };
    let mut before = begin;
    first(begin)
        && !text.ends_with([':', ' '])
        && chars.all(|c| {
            let fine = inside(c) || (c == ':' && before != ' ') || (c == ' ' && before != ':');
            before = c;
            fine
        })
}

/// Whether it would be read as no string.
fn is_typed(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "<<", "=",
    ];
    let lower = text.to_ascii_lowercase();
    let bare = lower.strip_prefix(['-', '+']).unwrap_or(&lower);
    if WORDS.contains(&lower.as_str()) || matches!(bare, ".inf" | ".nan") {
        return true;
    }
    // A whole number is the same with quotes and without.
    let whole = bare.bytes().all(|byte| byte.is_ascii_digit());
    let plain_whole = whole && bare == lower && (bare == "0" || !bare.starts_with('0'));
    let number = bare.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && bare
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || b"xo_.:+-t z".contains(&byte));
    number && !plain_whole && !is_measure(bare)
}

/// `512b`: digits and a letter that no number has at its end.
fn is_measure(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits.len() < text.len()
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}
