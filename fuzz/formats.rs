//! What must hold for every editor, whatever bytes a file has. The fuzz target
//! and a test run it; it panics where something does not hold.

use std::collections::BTreeMap;

use hosttune::formats::{Document, Format, Reading, Standing};

/// Divides an input into its files.
const BETWEEN: &[u8] = b"\n----\n";
/// Where the files are: the first is what a program begins with, and each may
/// include the others.
const PATHS: &[&str] = &["/etc/main.conf", "/etc/d/a.conf", "/etc/d/b.conf", "/etc/c"];
/// As many statements of a file are changed: each change reads it again.
const CHANGED: usize = 2;

/// Parts: the files, of whichever format: all formats are tried.
pub(crate) fn check(bytes: &[u8]) {
    let mut files = BTreeMap::new();
    for (path, text) in PATHS.iter().zip(parts(bytes)) {
        files.insert((*path).to_owned(), text.to_vec());
    }
    for format in Format::ALL {
        for text in files.values() {
            alone(*format, text);
        }
        for reading in format.read(&files, PATHS[0]) {
            sound(*format, &reading);
        }
    }
}

fn parts(bytes: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|six| six == BETWEEN) {
        parts.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    parts.push(rest);
    parts
}

fn alone(format: Format, text: &[u8]) {
    let document = match Document::parse(format, text) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.line > 0 && error.column > 0, "{error}");
            assert!(!error.message.is_empty());
            return;
        }
    };
    assert_eq!(document.bytes(), text, "{format:?}");
    let statements = document.statements();
    let mut last = 0;
    for statement in statements {
        let (at, value_at) = (&statement.at, &statement.value_at);
        assert!(
            at.start <= at.end && at.end <= text.len(),
            "{format:?}: {statement:?}"
        );
        assert!(
            at.start <= value_at.start && value_at.end <= at.end,
            "{format:?}: {statement:?}"
        );
        assert!(value_at.start <= value_at.end, "{format:?}: {statement:?}");
        assert!(
            last <= at.start,
            "{format:?}: {statement:?} is out of order"
        );
        last = at.start;
        assert!(document.line(at.start) > 0);
        let normal = format.normal(&statement.key, &statement.value);
        let _ = format.spell(&statement.key, &normal);
        let _ = format.is_secret(&statement.key, &statement.value);
    }
    for (n, statement) in statements.iter().take(CHANGED).enumerate() {
        let other = &statements[(n * 7 + 1) % statements.len()];
        let written = document.written(&other.value_at).to_vec();
        changed(&document, &statement.within, &statement.key, &written);
        changed(&document, &other.within, "tried", &written);
    }
}

/// A change that is made is there afterwards, and nothing else is different.
fn changed(document: &Document, within: &[String], key: &str, written: &[u8]) {
    let mut after = document.clone();
    if after.set(within, key, written).is_err() {
        assert_eq!(after.bytes(), document.bytes());
        return;
    }
    let set = after.winner(within, key).unwrap();
    assert_eq!(
        after.written(&set.value_at),
        written,
        "{:?}",
        document.format()
    );
    let again = Document::parse(document.format(), after.bytes()).unwrap();
    assert_eq!(again.statements(), after.statements());
    others_stay(document, &after, within, key);
    let mut without = after.clone();
    if without.unset(within, key).is_ok() {
        assert!(without.winner(within, key).is_none());
        others_stay(document, &without, within, key);
    }
}

fn others_stay(before: &Document, after: &Document, within: &[String], key: &str) {
    let said = |document: &Document| {
        let all = document.statements().iter();
        let others = all.filter(|one| one.within != within || one.key != key);
        let mut said: Vec<_> = others
            .map(|one| (one.within.clone(), one.key.clone(), one.value.clone()))
            .collect();
        said.sort();
        said
    };
    let (before, after) = (said(before), said(after));
    // A block may come with its first statement, and nothing goes.
    assert!(
        before.iter().all(|one| after.contains(one)),
        "{before:?} {after:?}"
    );
    assert!(after.len() <= before.len() + 1, "{before:?} {after:?}");
}

fn sound(format: Format, reading: &Reading) {
    let all = &reading.occurrences;
    for one in all {
        assert!(one.line > 0);
        if let Standing::Lost(to) = one.standing {
            assert!(to < all.len(), "{format:?}: {one:?}");
        }
        let _ = format.normal(&one.key, &one.value);
    }
    for trouble in &reading.troubles {
        assert!(!trouble.to_string().is_empty());
    }
}
