//! The settings in a file of lines.

use std::collections::BTreeMap;

/// `key = value` lines, in the spelling of the file; comments and sections are
/// left out, and a key that stands twice fails the test.
pub(crate) fn settings(text: &str, between: char) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';', '[']) {
            continue;
        }
        let (key, value) = line
            .split_once(between)
            .unwrap_or_else(|| panic!("no setting: {line}"));
        let twice = found.insert(key.trim().to_owned(), value.trim().to_owned());
        assert!(twice.is_none(), "{key} stands twice");
    }
    found
}
