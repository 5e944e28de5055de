//! Which lines of a file hold a secret: those of the statements that their
//! format knows for one, and outside of statements those that look like one.

use super::patch::{Hidden, lines};
use crate::diff::FileDifference;
use crate::formats::{Document, Format, Malformed, Statement};

/// What a name ends in whose value nobody but its owner is to see.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "api_key",
    "apikey",
    "requirepass",
    "masterauth",
];

/// The lines that hold one, of a file as it is or as it would be.
pub(super) fn hidden(format: Format, bytes: &[u8]) -> Result<Hidden, Malformed> {
    let document = Document::parse(format, bytes)?;
    let all = lines(document.bytes());
    let mut hidden: Vec<Option<bool>> = vec![None; all.len()];
    for statement in document.statements() {
        let line = |offset: usize| usize::try_from(document.line(offset)).unwrap_or(usize::MAX);
        let (first, last) = (
            line(statement.at.start),
            line(statement.at.end.saturating_sub(1).max(statement.at.start)),
        );
        let secret = is_secret(format, statement);
        for place in hidden.iter_mut().take(last).skip(first.saturating_sub(1)) {
            *place = Some(place.unwrap_or_default() || secret);
        }
    }
    let lines = hidden.into_iter().zip(all);
    Ok(lines
        .map(|(known, line)| known.unwrap_or_else(|| looks_secret(line)))
        .collect())
}

/// The one place of this module that asks the format.
fn is_secret(format: Format, statement: &Statement) -> bool {
    format.is_secret(&statement.key, &statement.value)
}

/// What keeps a file's text from being shown, in words.
pub(super) fn unknown(file: &FileDifference, malformed: &Malformed) -> String {
    let (line, column) = (malformed.line, malformed.column);
    format!(
        "{}:{line}:{column} is not understood, so which lines hold a secret is not known",
        file.path
    )
}

/// A comment, or a line of a text that has no statements: a password in an
/// address, or a name that ends as one of a secret does, and a value.
pub(super) fn looks_secret(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line).to_lowercase();
    text.contains("private key-----")
        || has_userinfo(&text)
        || NAMES.iter().any(|name| names(&text, name))
}

/// `scheme://user:password@`
fn has_userinfo(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let end = rest.find(|c: char| c == '/' || c.is_whitespace());
        let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.is_some_and(|user| user.contains(':'))
    })
}

/// The name, the end of a word, and behind it a value: `password = x`,
/// `"token": "x"`; of Redis's also `requirepass x`.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, found)| {
        let rest = text.get(at + found.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'']);
        let value = rest.trim_start();
        let is_set = value.starts_with(['=', ':']);
        let is_word = rest.starts_with(char::is_whitespace) && !value.is_empty();
        is_set || (is_word && matches!(name, "requirepass" | "masterauth"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_hidden() {
        let secret = [
            "# password = hunter2",
            "  DB_PASSWORD: 'x',",
            "\"token\":\"x\"",
            "# requirepass foobared",
            "url = postgres://app:hunter2@db/app",
            "-----BEGIN RSA PRIVATE KEY-----",
        ];
        for line in secret {
            assert!(looks_secret(line.as_bytes()), "{line}");
        }
        let open = [
            "password_encryption = scram-sha-256",
            "# the password of the server is in pgpass",
            "url = postgres://app@db:5432/app",
            "proxy_pass http://api",
            "requirepass",
            "\u{fffd}",
        ];
        for line in open {
            assert!(!looks_secret(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn every_line_has_its_answer() {
        let text = b"vm.swappiness = 10\n# token: x\n\nvm.overcommit_memory = 1";
        let found = hidden(Format::Sysctl, text).unwrap();
        assert_eq!(found, [false, true, false, false]);
        assert!(hidden(Format::Text, b"").unwrap().is_empty());
    }
}
