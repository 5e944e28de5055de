//! The facts as three columns: what, its value, why.

use crate::host::detect::Fact;

/// Space between two columns.
const GAP: usize = 2;

/// The value's column is no wider; a longer value is wrapped.
const WIDEST_VALUE: usize = 24;

/// Draws the facts within `width` columns.
pub(super) fn draw(facts: &[Fact], width: usize) -> String {
    let longest = |text: fn(&Fact) -> &str| {
        facts
            .iter()
            .map(|fact| text(fact).chars().count())
            .max()
            .unwrap_or(0)
    };
    let name_width = longest(|fact| fact.name);
    let value_width = longest(|fact| &fact.value).min(WIDEST_VALUE);
    let why_width = width
        .saturating_sub(name_width + value_width + 2 * GAP)
        .max(20);
    let gap = " ".repeat(GAP);
    let mut out = String::new();
    for fact in facts {
        let values = wrap(&fact.value, value_width);
        let whys = wrap(&why(fact), why_width);
        for row in 0..values.len().max(whys.len()) {
            let name = if row == 0 { fact.name } else { "" };
            let cell = |lines: &[String]| lines.get(row).cloned().unwrap_or_default();
            let (value, why) = (cell(&values), cell(&whys));
            let line = format!("{name:name_width$}{gap}{value:value_width$}{gap}{why}");
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
    out
}

fn why(fact: &Fact) -> String {
    let mut parts = vec![fact.from.as_str()];
    parts.extend(fact.overruled.iter().map(String::as_str));
    parts.join("; ")
}

/// Lines of at most `width` characters, broken between words, and inside a
/// word only where it is longer than a line: after a slash if it has one.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        let used = line.chars().count();
        if used > 0 && used + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        } else if used > 0 {
            line.push(' ');
        }
        while word.len() > width {
            let fits = word.get(..width).unwrap_or_default();
            let at = fits
                .iter()
                .rposition(|c| *c == '/')
                .map_or(width, |at| at + 1);
            let at = if at <= 1 { width } else { at };
            lines.push(word.drain(..at).collect());
        }
        line.extend(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn long_words_break_after_a_slash() {
        assert_eq!(wrap("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrap("see /sys/fs/cgroup", 8), ["see", "/sys/fs/", "cgroup"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("/abcdef", 3), ["/ab", "cde", "f"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
