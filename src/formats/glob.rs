//! Names with `*`, `?` and `[...]`: which names they match, and which files
//! they stand for. What a program does with the files is not known here.
//!
//! Source: glob(7), <https://man7.org/linux/man-pages/man7/glob.7.html>: a
//! leading dot is matched by a dot alone. Names are sorted by their bytes, as
//! glob(3) does in the C locale, which services run in.

use super::{Files, Missing};

/// Whether a path has to be looked up among the files.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The paths that a pattern stands for, in the order in which they are read;
/// none where nothing matches. Source: glob(3).
pub(super) fn expand(files: &dyn Files, pattern: &str) -> Result<Vec<String>, Missing> {
    let mut found = vec![String::new()];
    let mut parts = pattern.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let mut next = Vec::new();
        for base in &found {
            if !is_pattern(part) {
                next.push(format!("{base}/{part}"));
                continue;
            }
            let directory = if base.is_empty() { "/" } else { base };
            let names = match files.list(directory) {
                Ok(names) => names,
                Err(missing) if missing.is_absent() => continue,
                // A file where a directory would be.
                Err(_) if parts.peek().is_some() => continue,
                Err(missing) => return Err(missing),
            };
            let matching = names.iter().filter(|name| matches(part, name));
            next.extend(matching.map(|name| format!("{base}/{name}")));
        }
        found = next;
    }
    if !is_pattern(pattern) {
        return Ok(found);
    }
    found.retain(|path| !matches!(files.read(path), Err(Missing::Absent)));
    found.sort();
    Ok(found)
}

/// Whether a name matches; a leading dot only where the pattern has one.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    if name.first() == Some(&'.') && pattern.first() != Some(&'.') {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    // Where the last '*' was, and how far its text reaches.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
            continue;
        }
        let rest = pattern.get(p..).unwrap_or_default();
        if let Some(taken) = name.get(n).and_then(|c| one(rest, *c)) {
            p += taken;
            n += 1;
            continue;
        }
        let Some((at, reach)) = star else {
            return false;
        };
        star = Some((at, reach + 1));
        (p, n) = (at + 1, reach + 1);
    }
    let rest = pattern.get(p..).unwrap_or_default();
    rest.iter().all(|c| *c == '*')
}

/// How many characters of a pattern match this one, if they do.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == c).then_some(2),
        ['[', rest @ ..] => match set(rest, c) {
            Some((within, length)) => within.then_some(length + 1),
            // Without an end it is a bracket like any other character.
            None => (c == '[').then_some(1),
        },
        [plain, ..] => (*plain == c).then_some(1),
        [] => None,
    }
}

/// Whether a set has the character, and its length after the '['.
fn set(pattern: &[char], c: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let first = at;
    let mut within = false;
    loop {
        let rest = pattern.get(at..)?;
        match rest {
            [']', ..] if at > first => return Some((within != negated, at + 1)),
            ['[', ':', class @ ..] => {
                let length = class.iter().position(|c| *c == ':')?;
                let name: String = class.get(..length)?.iter().collect();
                within |= is_of(&name, c);
                at += length + 4;
            }
            [from, '-', to, ..] if *to != ']' => {
                within |= (*from..=*to).contains(&c);
                at += 3;
            }
            [plain, ..] => {
                within |= *plain == c;
                at += 1;
            }
            [] => return None,
        }
    }
}

fn is_of(class: &str, c: char) -> bool {
    match class {
        "alpha" => c.is_ascii_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_ascii_alphanumeric(),
        "upper" => c.is_ascii_uppercase(),
        "lower" => c.is_ascii_lowercase(),
        "space" => c.is_ascii_whitespace(),
        "punct" => c.is_ascii_punctuation(),
        "xdigit" => c.is_ascii_hexdigit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_name_matches_as_in_a_shell() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", ".conf", false),
            (".*", ".conf", true),
            ("*", "", true),
            ("a*b*c", "axbybzc", true),
            ("a*b*c", "axbybz", false),
            ("?", "é", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]a]", "]", true),
            ("[[:digit:]]*", "9z", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("\\*", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_pattern_stands_for_the_files_that_are_there_by_name() {
        let paths = ["/etc/b/x.conf", "/etc/a/y.conf", "/etc/a/.z.conf", "/etc/c"];
        let files: BTreeMap<String, Vec<u8>> = paths
            .iter()
            .map(|path| ((*path).to_owned(), Vec::new()))
            .collect();
        let found = |pattern: &str| expand(&files, pattern).unwrap();
        assert_eq!(found("/etc/*/*.conf"), ["/etc/a/y.conf", "/etc/b/x.conf"]);
        assert_eq!(found("/etc/[ab]/y.conf"), ["/etc/a/y.conf"]);
        assert!(found("/nowhere/*").is_empty());
        assert_eq!(found("/nowhere/x"), ["/nowhere/x"]);
    }
}
