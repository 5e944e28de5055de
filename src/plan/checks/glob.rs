//! Whether two patterns of file names can match the same name.

/// No path is longer.
/// Source: `PATH_MAX` in Linux's `include/uapi/linux/limits.h`.
const LONGEST: usize = 4096;

/// A part of a pattern.
#[derive(Debug, PartialEq, Eq)]
enum Token {
    /// Itself.
    Char(char),
    /// One character, but no `/`.
    One,
    /// Any number of characters, but no `/`.
    Many,
    /// One character of these ranges, or of none of them.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// Whether a file can exist that both match.
pub(crate) fn overlap(one: &str, two: &str) -> bool {
    if one.len().max(two.len()) > LONGEST || !beginnings_meet(one, two) {
        return one == two;
    }
    let (one, two) = (tokens(one), tokens(two));
    // Row by row from the end: whether the rest of one and the rest of two meet.
    let mut below: Vec<bool> = Vec::new();
    for left in std::iter::once(None).chain(one.iter().rev().map(Some)) {
        let mut row: Vec<bool> = Vec::with_capacity(two.len() + 1);
        for (place, right) in std::iter::once(None)
            .chain(two.iter().rev().map(Some))
            .enumerate()
        {
            let past_right = row.last().copied().unwrap_or(false);
            let past_left = below.get(place).copied().unwrap_or(false);
            let before = place.checked_sub(1).and_then(|before| below.get(before));
            let past_both = before.copied().unwrap_or(false);
            row.push(match (left, right) {
                (None, None) => true,
                (Some(Token::Many), None) => past_left,
                (None, Some(Token::Many)) => past_right,
                (None, Some(_)) | (Some(_), None) => false,
                (Some(Token::Many), Some(Token::Many)) => past_left || past_right,
                (Some(Token::Many), Some(single)) => {
                    past_left || (past_right && single.takes_more_than_a_slash())
                }
                (Some(single), Some(Token::Many)) => {
                    past_right || (past_left && single.takes_more_than_a_slash())
                }
                (Some(left), Some(right)) => past_both && left.meets(right),
            });
        }
        below = row;
    }
    below.last().copied().unwrap_or(false)
}

/// Whether what stands before the first wildcard of each can be the same.
fn beginnings_meet(one: &str, two: &str) -> bool {
    let literal = |c: &char| !"*?[\\".contains(*c);
    let mut pairs = one.chars().zip(two.chars());
    pairs
        .find(|(a, b)| a != b || !literal(a))
        .is_none_or(|(a, b)| !literal(&a) || !literal(&b))
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::One | Self::Many => c != '/',
            Self::Class { negated, ranges } => {
                let named = ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
                c != '/' && named != *negated
            }
        }
    }

    fn takes_more_than_a_slash(&self) -> bool {
        *self != Self::Char('/')
    }

    /// Whether one character suits both; of two classes, one of ASCII.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Char(c), other) | (other, Self::Char(c)) => other.takes(*c),
            (one, two) => (' '..='~').any(|c| one.takes(c) && two.takes(c)),
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        let token = match c {
            '*' => Token::Many,
            '?' => Token::One,
            '\\' => Token::Char(rest.next().unwrap_or('\\')),
            '[' => match class(rest.as_str()) {
                Some((class, behind)) => {
                    rest = behind.chars();
                    class
                }
                None => Token::Char('['),
            },
            c => Token::Char(c),
        };
        // A second star adds nothing.
        if token != Token::Many || tokens.last() != Some(&Token::Many) {
            tokens.push(token);
        }
    }
    tokens
}

/// A class and what stands behind it; nothing where it is not closed. A `]` that
/// stands first is one of the class.
fn class(text: &str) -> Option<(Token, &str)> {
    let inner = text.strip_prefix(['!', '^']);
    let negated = inner.is_some();
    let inner = inner.unwrap_or(text);
    let mut ranges = Vec::new();
    let mut rest = inner.chars();
    while let Some(from) = rest.next() {
        if from == ']' && !ranges.is_empty() {
            return Some((Token::Class { negated, ranges }, rest.as_str()));
        }
        let mut ahead = rest.clone();
        let to = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(to)) if to != ']' => {
                rest = ahead;
                to
            }
            _ => from,
        };
        ranges.push((from, to));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_can_match_one_file_overlap() {
        for (one, two) in [
            ("/a/x.log", "/a/x.log"),
            ("/a/*.log", "/a/x.log"),
            ("/a/*.log", "/a/x*"),
            ("/a/*.log", "/a/.log"),
            ("/*/x.log", "/a/x.*"),
            ("/a/x?.log", "/a/x[0-9].log"),
            ("/a/[!b-z].log", "/a/[a-c].log"),
            ("/a/**", "/a/***x"),
            ("/a/[]x].log", "/a/].log"),
            ("/a/[.log", "/a/[.log"),
            ("/a/\\*.log", "/a/?.log"),
        ] {
            assert!(overlap(one, two), "{one} {two}");
            assert!(overlap(two, one), "{two} {one}");
        }
    }

    #[test]
    fn patterns_that_never_match_one_file_do_not() {
        for (one, two) in [
            ("/a/x.log", "/a/y.log"),
            ("/a/*.log", "/b/*.log"),
            ("/a/*.log", "/a/b/x.log"),
            ("/a/*.log", "/a/*.txt"),
            ("/a/x?.log", "/a/x.log"),
            ("/a/[!a].log", "/a/a.log"),
            ("/a/[a-c].log", "/a/[d-f].log"),
            ("/a/\\*.log", "/a/x.log"),
            ("/a/web-1-*", "/a/web-10-*"),
            ("/a?b", "/a/b"),
        ] {
            assert!(!overlap(one, two), "{one} {two}");
            assert!(!overlap(two, one), "{two} {one}");
        }
    }

    /// Against what a path is: longer ones name no file, however often they match.
    #[test]
    fn what_is_no_path_costs_nothing() {
        let long = format!("/{}", "*a".repeat(100_000));
        assert!(!overlap(&long, &format!("{long}b")));
        assert!(overlap(&long, &long));
    }
}
