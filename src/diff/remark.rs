//! The comment above a statement: in a file that tune wrote it says why.

/// What begins a comment, in the formats that tune writes.
const MARKS: &[&str] = &["#", ";", "//"];

/// The comment lines right above a line, which counts from 1, as one text.
pub(super) fn remark_above(content: &[u8], line: u32) -> String {
    let above = usize::try_from(line).unwrap_or_default().saturating_sub(1);
    let text = String::from_utf8_lossy(content);
    let lines: Vec<&str> = text.lines().take(above).collect();
    let mut remarks: Vec<&str> = lines.iter().rev().map_while(|line| remark(line)).collect();
    remarks.reverse();
    remarks.join(" ")
}

/// What a comment says; nothing where a line is none.
fn remark(line: &str) -> Option<&str> {
    let line = line.trim();
    let text = MARKS.iter().find_map(|mark| line.strip_prefix(mark))?;
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::remark_above;

    #[test]
    fn the_comment_right_above_says_why() {
        let text = b"# head\n\n# two\n  ; lines\na = 1\nb = 2\n";
        assert_eq!(remark_above(text, 5), "two lines");
        assert_eq!(remark_above(text, 6), "");
        assert_eq!(remark_above(text, 1), "");
        assert_eq!(remark_above(text, 99), "");
    }
}
