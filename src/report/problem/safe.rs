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
}
