//! Programs found by their files, and versions read out of them.

use super::Find;
use crate::host::detect::HostReader;
use crate::units::Version;

/// A program is searched for its version up to here.
const MOST_BYTES: usize = 16 << 20;

/// Paths that one pattern may come to.
const MOST_PATHS: usize = 256;

/// What is there of `patterns`.
pub(super) fn finds(
    reader: &dyn HostReader,
    patterns: &[&str],
    version: &[(&str, &str)],
) -> Vec<Find> {
    let mut finds = Vec::new();
    for (path, in_path) in patterns.iter().flat_map(|pattern| expand(reader, pattern)) {
        let told = version.iter().find_map(|(file, before)| {
            let file = if file.is_empty() { &path } else { *file };
            Some((version_in(reader, file, before)?, file.to_owned()))
        });
        let (version, from) = match told {
            Some((version, file)) => (Some(version), file),
            None => (in_path.and_then(|text| Version::parse(&text).ok()), path),
        };
        finds.push(Find { version, from });
    }
    finds
}

/// The first number after `before` in a file, be it text or a program.
fn version_in(reader: &dyn HostReader, file: &str, before: &str) -> Option<Version> {
    let bytes = reader.bytes(file, MOST_BYTES)?;
    let mut rest = bytes.as_slice();
    loop {
        let at = find(rest, before.as_bytes())?;
        rest = rest.get(at + before.len()..)?;
        let word = rest.get(..rest.len().min(32))?;
        if let Ok(version) = Version::parse(String::from_utf8_lossy(word).trim_start()) {
            return Some(version);
        }
        if before.is_empty() {
            return None;
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let Some(first) = wanted.first() else {
        return Some(0);
    };
    let mut from = 0;
    loop {
        from += bytes.get(from..)?.iter().position(|b| b == first)?;
        if bytes.get(from..)?.starts_with(wanted) {
            return Some(from);
        }
        from += 1;
    }
}

/// The paths that a pattern comes to, each with what stood for its last `#`.
fn expand(reader: &dyn HostReader, pattern: &str) -> Vec<(String, Option<String>)> {
    let mut paths = vec![(String::new(), None)];
    for part in pattern.split('/').skip(1) {
        if !part.contains(['#', '*']) {
            for (path, _) in &mut paths {
                path.push('/');
                path.push_str(part);
            }
            continue;
        }
        let mut longer = Vec::new();
        for (path, version) in &paths {
            for name in reader.list(path) {
                let Some(wild) = matched(part, &name) else {
                    continue;
                };
                let version = if part.contains('#') {
                    Some(wild.to_owned())
                } else {
                    version.clone()
                };
                longer.push((format!("{path}/{name}"), version));
            }
        }
        longer.truncate(MOST_PATHS);
        paths = longer;
    }
    paths.retain(|(path, _)| reader.exists(path));
    paths
}

/// What stands for the wildcard where a name fits a pattern; nothing in
/// particular where the pattern has none.
pub(super) fn matched<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    let Some(at) = pattern.find(['#', '*']) else {
        return (pattern == name).then_some("");
    };
    let (before, rest) = pattern.split_at_checked(at)?;
    let after = rest.get(1..)?;
    let wild = name.strip_prefix(before)?.strip_suffix(after)?;
    let is_version = wild.starts_with(|c: char| c.is_ascii_digit())
        && wild.chars().all(|c| c.is_ascii_digit() || c == '.');
    (rest.starts_with('*') || is_version).then_some(wild)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn wildcards() {
        assert_eq!(matched("postgresql-#", "postgresql-15"), Some("15"));
        assert_eq!(matched("postgresql-#", "postgresql-client-15"), None);
        assert_eq!(matched("postgresql-#", "postgresql-15-cron"), None);
        assert_eq!(
            matched("gunicorn-#.dist-info", "gunicorn-20.1.0.dist-info"),
            Some("20.1.0")
        );
        assert_eq!(matched("python3*", "python3.11"), Some(".11"));
        assert_eq!(matched("nginx", "nginx"), Some(""));
    }

    #[test]
    fn a_marker_without_a_number_is_stepped_over() {
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"aab", b"abc"), None);
    }
}
