//! Text in lines of a bounded width.

/// Columns that a text takes at the most: what is no ASCII may be two wide.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// Columns that a character takes at the most.
pub(super) fn wide(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// Lines of at most `width` columns, broken at blanks, and inside a word only
/// where it is longer than a line: after a slash if it has one. A URL stays whole.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    broken(text, width, width)
}

/// The same, with another width for the first line.
fn broken(text: &str, first: usize, others: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let room = |lines: &Vec<String>| if lines.is_empty() { first } else { others }.max(2);
        let used = columns(&line);
        if used > 0 && used + 1 + columns(word) > room(&lines) {
            lines.push(std::mem::take(&mut line));
        } else if used > 0 {
            line.push(' ');
        }
        let mut rest = word;
        // Half a URL leads nowhere.
        let is_whole = word.contains("://");
        while !is_whole && columns(&line) + columns(rest) > room(&lines) {
            let (head, tail) = rest.split_at(fitting(rest, room(&lines)));
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

/// A text behind a label; what follows the first line is indented by two more
/// than the label.
pub(super) fn wrap(out: &mut String, label: &str, text: &str, width: usize) {
    let text = format!("{label}{text}");
    let lead = text.chars().take_while(|c| *c == ' ').count();
    let body = text.get(lead..).unwrap_or_default();
    let indent = lead + 2;
    let lines = broken(
        body,
        width.saturating_sub(lead),
        width.saturating_sub(indent),
    );
    for (at, line) in lines.iter().enumerate() {
        let blanks = " ".repeat(if at == 0 { lead } else { indent });
        out.push_str(format!("{blanks}{line}").trim_end());
        out.push('\n');
    }
}

/// A text behind a label; its other lines begin where the first one does, or a
/// little in where the label takes most of the width.
pub fn beside(label: &str, text: &str, width: usize) -> String {
    let indent = columns(label);
    let (head, indent) = if indent * 2 > width {
        (format!("{}\n    ", label.trim_end()), 4)
    } else {
        (label.to_owned(), indent)
    };
    let lines = wrapped(text, width.saturating_sub(indent));
    head + &lines.join(&format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_inside_what_is_too_long() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(
            wrapped("see /sys/fs/cgroup", 8),
            ["see", "/sys/fs/", "cgroup"]
        );
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("/abcdef", 3), ["/ab", "cde", "f"]);
        assert_eq!(wrapped("é😀é", 2), ["é", "😀", "é"]);
        assert_eq!(wrapped("a https://b/c", 3), ["a", "https://b/c"]);
        assert_eq!(wrapped("", 3), [""]);
    }

    #[test]
    fn labels_lead_their_text() {
        let mut out = String::new();
        wrap(&mut out, "  db: ", "one two three", 11);
        assert_eq!(out, "  db: one\n    two\n    three\n");
        assert_eq!(beside("  a  ", "one two", 11), "  a  one\n     two");
        assert_eq!(
            beside("  a-long-one ", "one two", 11),
            "  a-long-one\n    one two"
        );
    }
}
