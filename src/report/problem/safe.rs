//! Text that nobody vouches for, made fit for a terminal.

/// No message is longer: what it quotes may be a whole file.
const LONGEST: usize = 600;

/// Whether a terminal would do something else with a character than show it.
/// Source: Unicode's general categories Cc, Cf, Zl and Zp, as far as terminals
/// act on them: <https://www.unicode.org/reports/tr44/#General_Category_Values>
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// How a character of a file is shown.
pub(super) fn shown(c: char) -> String {
    match c {
        '\t' => "    ".to_owned(),
        c if acts(c) => c.escape_default().to_string(),
        c => c.to_string(),
    }
}

/// One line without anything that a terminal acts on, its middle left out where
/// it is very long.
pub fn safe(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| if c == '\t' { " ".to_owned() } else { shown(c) })
        .collect();
    let long = escaped.chars().count();
    if long <= LONGEST {
        return escaped;
    }
    let half = LONGEST / 2;
    let head: String = escaped.chars().take(half).collect();
    let tail: String = escaped.chars().skip(long - half).collect();
    format!("{head} ... {tail}")
}

/// Columns that a text takes at the most: what is no ASCII may be two wide.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(wide).sum()
}

pub(super) fn wide(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Lines of at most `width` columns, broken at blanks, and inside a word only
/// where it is longer than a line: after a slash if it has one.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let used = columns(&line);
        if used > 0 && used + 1 + columns(word) > width {
            lines.push(std::mem::take(&mut line));
        } else if used > 0 {
            line.push(' ');
        }
        let mut rest = word;
        while columns(&line) + columns(rest) > width {
            let (head, tail) = rest.split_at(fitting(rest, width));
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// How many bytes of a word go on a line.
fn fitting(word: &str, width: usize) -> usize {
    let mut used = 0;
    let mut at = 0;
    for (begin, c) in word.char_indices() {
        used += wide(c);
        if used > width {
            break;
        }
        at = begin + c.len_utf8();
    }
    let head = word.get(..at).unwrap_or_default();
    match head.rfind('/') {
        Some(slash) if slash > 0 => slash + 1,
        _ => at.max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_on_is_left() {
        assert_eq!(
            safe("a\u{1b}[31m\tb\n\u{202e}é"),
            "a\\u{1b}[31m b\\n\\u{202e}é"
        );
        assert!(safe(&"x".repeat(10_000)).len() < 700);
    }

    #[test]
    fn lines_break_at_blanks_and_inside_what_is_too_long() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(
            wrapped("see /sys/fs/cgroup", 8),
            ["see", "/sys/fs/", "cgroup"]
        );
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("é😀é", 2), ["é", "😀", "é"]);
        assert_eq!(wrapped("", 3), [""]);
    }
}
