//! Lines as most formats have them: where one begins and ends, what is blank in
//! it, which are comments, and text in quotes that stays in one. What a line says
//! is known to its format alone.

use std::ops::Range;

/// A blank inside a line.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// A blank, or what ends a line.
pub(super) fn is_blank_or_end(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'\r' | b'\n')
}

/// As isspace(3) has it: unlike Rust, with the vertical tab.
pub(super) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

/// Where a text is without such bytes around it.
pub(super) fn trimmed(text: &[u8], is_around: impl Fn(u8) -> bool) -> Range<usize> {
    let first = text.iter().position(|byte| !is_around(*byte));
    let last = text.iter().rposition(|byte| !is_around(*byte));
    match (first, last) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}

/// Where the line of an offset begins.
pub(super) fn line_start(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.get(..offset).unwrap_or(bytes);
    let end = before.iter().rposition(|byte| *byte == b'\n');
    end.map_or(0, |n| n + 1)
}

/// Where the line after that of an offset begins.
pub(super) fn after_line(bytes: &[u8], offset: usize) -> usize {
    let rest = bytes.get(offset..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n');
    end.map_or(bytes.len(), |n| offset + n + 1)
}

/// The lines of a part that are comments: where each ends, and what stands behind
/// its mark.
pub(super) fn comments<'a>(
    bytes: &'a [u8],
    part: Range<usize>,
    marks: &'a [u8],
) -> impl Iterator<Item = (usize, &'a [u8])> {
    let mut end = part.start;
    let part = bytes.get(part).unwrap_or_default();
    let lines = part.split_inclusive(|byte| *byte == b'\n');
    lines.filter_map(move |line| {
        end += line.len();
        let (mark, text) = line.trim_ascii().split_first()?;
        marks.contains(mark).then(|| (end, text.trim_ascii()))
    })
}

/// Text in double quotes, with the escapes that TOML and YAML share.
/// Source: TOML 1.0, "String"; YAML 1.2.2, 5.7. A byte order mark is none of the
/// characters that YAML prints (5.1).
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || c == '\u{feff}' => {
                quoted.push_str("\\U");
                quoted.extend(format!("{:08X}", u32::from(c)).chars());
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_blanks_is_nothing() {
        for text in ["", " ", " \t\r\n"] {
            assert!(trimmed(text.as_bytes(), is_blank_or_end).is_empty());
        }
        assert_eq!(trimmed(b" \x0ba \n", is_space), 2..3);
        assert_eq!(trimmed(b"\x0ba", is_blank_or_end), 0..2);
    }

    #[test]
    fn every_offset_is_in_a_line() {
        let text = b"a\n\nbc";
        let lines: Vec<_> = (0..=6)
            .map(|at| (line_start(text, at), after_line(text, at)))
            .collect();
        let (last, beyond) = ((3, 5), (3, 5));
        assert_eq!(
            lines,
            [(0, 2), (0, 2), (2, 3), last, last, last, beyond],
            "the end of a line is of that line"
        );
    }

    #[test]
    fn comments_are_told_with_their_ends() {
        let text = b"x\n# a = 1 \n;b\n\n #";
        let found = |marks: &'static [u8]| -> Vec<_> { comments(text, 2..17, marks).collect() };
        assert_eq!(
            found(b"#;"),
            [(11, &b"a = 1"[..]), (14, &b"b"[..]), (17, &b""[..])]
        );
        assert_eq!(found(b"#").len(), 2);
        assert_eq!(comments(text, 16..99, b"#").count(), 0);
    }
}
