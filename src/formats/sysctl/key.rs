//! Names of kernel settings: their two separators, and patterns of them.

/// With dots between its parts and a slash for a dot inside one, whichever of
/// the two the name uses; an error says what the readers do not agree on.
/// Source: sysctl.d(5), "either '.' or '/' may be used as separators". Both take
/// repeated ones for one, but procps lets a pattern set such a key too.
pub(super) fn normal(name: &[u8]) -> Result<String, &'static str> {
    let Ok(name) = std::str::from_utf8(name) else {
        return Err("a key that is not UTF-8");
    };
    let first = name.find(['.', '/']);
    let dots = first.is_some_and(|n| name.get(n..=n) == Some("."));
    let (separator, other) = if dots { ('.', '/') } else { ('/', '.') };
    let parts = name.split(separator).map(|part| {
        if dots {
            part.to_owned()
        } else {
            part.replace(other, "/")
        }
    });
    let parts: Vec<String> = parts.collect();
    let odd = |part: &String| matches!(part.as_str(), "" | "/" | "//");
    if parts.iter().any(odd) {
        return Err("a part of a key that is empty, '.' or '..': its two readers differ");
    }
    let key = parts.join(".");
    if is_pattern(&key) && key.contains(['{', '\\']) || key.contains("[[:") {
        return Err("a brace, a backslash or a class in a pattern: its two readers differ");
    }
    Ok(key)
}

/// Whether a key stands for all that it matches.
/// Source: systemd `string_is_glob`, procps `string_is_glob`: the same three.
pub(super) fn is_pattern(key: &str) -> bool {
    key.contains(['*', '?', '['])
}

/// Whether a pattern matches a key, part by part.
pub(super) fn matches(pattern: &str, key: &str) -> bool {
    let parts = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (pattern, key) = (parts(pattern), parts(key));
    let pairs = pattern.iter().zip(&key);
    pattern.len() == key.len()
        && pairs
            .into_iter()
            .all(|(pattern, part)| part_matches(pattern, part))
}

/// One part: the last `*` is the only one that may have to take more.
fn part_matches(pattern: &str, part: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let part: Vec<char> = part.chars().collect();
    let (mut at, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = part.get(n) {
        let step = match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, n));
                at += 1;
                continue;
            }
            Some(_) => one(pattern.get(at..).unwrap_or_default(), *c),
            None => None,
        };
        match (step, star) {
            (Some(width), _) => (at, n) = (at + width, n + 1),
            (None, Some((behind, taken))) => {
                star = Some((behind, taken + 1));
                (at, n) = (behind, taken + 1);
            }
            (None, None) => return false,
        }
    }
    pattern
        .get(at..)
        .is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}

/// How much of a pattern one character takes, where it takes it.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern.first()? {
        '?' => Some(1),
        '[' => match set(pattern, c) {
            Some((width, true)) => Some(width),
            Some((_, false)) => None,
            None => (c == '[').then_some(1),
        },
        other => (*other == c).then_some(1),
    }
}

/// How long a bracketed set is, and whether it has the character; nothing where
/// the bracket is not closed.
fn set(pattern: &[char], c: char) -> Option<(usize, bool)> {
    let mut at = 1;
    let not = matches!(pattern.get(at), Some('!' | '^'));
    at += usize::from(not);
    let start = at;
    let mut has = false;
    loop {
        let low = *pattern.get(at)?;
        if low == ']' && at > start {
            return Some((at + 1, has != not));
        }
        match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some('-'), Some(high)) if *high != ']' => {
                has |= (low..=*high).contains(&c);
                at += 3;
            }
            _ => {
                has |= low == c;
                at += 1;
            }
        }
    }
}
