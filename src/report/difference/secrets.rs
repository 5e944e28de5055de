//! Which lines of a file hold a secret: those of the statements that their
//! format knows for one, and outside of statements those that look like one.

use super::patch::{Hidden, lines};
use crate::diff::{FileDifference, is_made_by_tune};
use crate::formats::{Document, Format, Malformed, looks_secret, secret_items, secrets_in};

/// Words of a private file that are shorter are too common to hide what has them.
/// Source: pragmatic: `root` and `app` are names.
const SHORTEST: usize = 6;

/// The lines that hold one, of a file as it is or as it would be.
pub(super) fn hidden(format: Format, bytes: &[u8]) -> Result<Hidden, Malformed> {
    let document = Document::parse(format, bytes)?;
    let all = lines(document.bytes());
    let mut hidden = vec![false; all.len()];
    for (statement, secret) in document.statements().iter().zip(told(&document)) {
        let line = |offset: usize| usize::try_from(document.line(offset)).unwrap_or(usize::MAX);
        let (first, last) = (
            line(statement.at.start),
            line(statement.at.end.saturating_sub(1).max(statement.at.start)),
        );
        for place in hidden.iter_mut().take(last).skip(first.saturating_sub(1)) {
            *place |= secret;
        }
    }
    let lines = hidden.into_iter().zip(all);
    // A statement that tells none may stand before a comment that does.
    Ok(lines
        .map(|(known, line)| known || looks_secret(line))
        .collect())
}

/// Which statements hold one, in the order of the document's.
fn told(document: &Document) -> Vec<bool> {
    let format = document.format();
    let all = document.statements().iter();
    let values: Vec<String> = all.clone().map(|one| one.value.to_string()).collect();
    let items: Vec<(&[String], &str, &str)> = all
        .clone()
        .zip(&values)
        .map(|(one, value)| (one.within.as_slice(), one.key.as_str(), value.as_str()))
        .collect();
    let in_lists = secret_items(&items);
    all.zip(in_lists)
        .map(|(one, in_list)| in_list || format.is_secret(&one.key, &one.value))
        .collect()
}

/// What a file's text tells that is not to be repeated: the values of its
/// secret statements, and what other lines hold; of a private file each word.
pub(super) fn of_text(file: &FileDifference, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut all = Vec::new();
    let document = Document::parse(file.format, bytes);
    // Where there are statements no program repeats more than those.
    let is_text = document.is_err() || file.format == Format::Text;
    // A script of tune's holds none, and its words are those of every answer.
    if is_text && !is_made_by_tune(bytes) {
        all.extend(text.lines().flat_map(secrets_in));
    }
    if let Ok(document) = document {
        for (statement, secret) in document.statements().iter().zip(told(&document)) {
            let value = statement.value.to_string();
            let inner = secrets_in(&value);
            all.extend(inner.into_iter().chain(secret.then_some(value)));
        }
    }
    if file.is_private() {
        let words = text.split(|c: char| c.is_whitespace() || "\"':".contains(c));
        let long = words.filter(|word| word.len() >= SHORTEST);
        all.extend(long.map(str::to_owned));
    }
    all
}

/// What keeps a file's text from being shown, in words.
pub(super) fn unknown(file: &FileDifference, malformed: &Malformed) -> String {
    let (line, column) = (malformed.line, malformed.column);
    format!(
        "{}:{line}:{column} is not understood, so which lines hold a secret is not known",
        file.path
    )
}

#[cfg(test)]
mod tests;
