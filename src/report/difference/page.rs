//! A page of Markdown that is never too long, and texts that mean nothing in
//! it. What stands on it is not known here.

use std::fmt::Write as _;

use super::words::visible;

/// Bytes of a page at the most; no character is less than a byte.
/// Source: <https://github.com/orgs/community/discussions/41331>
pub(super) const MOST: usize = 65_000;
/// Kept for what is said of that which was left out.
const REST: usize = 500;
/// Characters of one text.
const LONGEST: usize = 300;

/// What is written so far.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    /// What must still follow what is open.
    closing: usize,
}

impl Page {
    /// More, if all of it fits; says whether it did.
    pub(super) fn add(&mut self, text: &str) -> bool {
        self.add_up_to(text, MOST)
    }

    /// The same on a page that may be so long.
    pub(super) fn add_up_to(&mut self, text: &str, most: usize) -> bool {
        let fits = self.text.len() + text.len() + self.closing + REST <= most;
        if fits {
            self.text.push_str(text);
        }
        fits
    }

    /// How long it may be when it has grown by so many parts in a hundred of the
    /// room that is left.
    pub(super) fn share(&self, percent: usize) -> usize {
        let room = MOST.saturating_sub(self.text.len() + REST);
        MOST.min(self.text.len() + REST + room / 100 * percent)
    }

    /// Begins something that ends with `close`; nothing is written where not
    /// even that fits.
    pub(super) fn open(&mut self, head: &str, close: &str) -> bool {
        self.closing += close.len();
        let fits = self.add(head);
        if !fits {
            self.closing = self.closing.saturating_sub(close.len());
        }
        fits
    }

    /// Ends it.
    pub(super) fn close(&mut self, close: &str) {
        self.closing = self.closing.saturating_sub(close.len());
        self.text.push_str(close);
    }

    /// All of it, and what was left out.
    pub(super) fn end(mut self, left_out: &[String]) -> String {
        if !left_out.is_empty() {
            let rest = format!(
                "Left out, for the page would be too long: {}.\n",
                left_out.join(", ")
            );
            self.text.push_str(&rest);
        }
        self.text
    }
}

/// A text of a host's or of a file's, as code: nothing in it is Markdown, HTML,
/// a mention, a reference or the end of a table's cell.
pub(super) fn code(text: &str) -> String {
    // A code's colon names no picture; before a slash it would still be a link.
    let escaped = escaped(text).replace("&#58;", ":").replace(":/", "&#58;/");
    format!("<code>{escaped}</code>")
}

/// A text in a sentence, of which the same holds.
pub(super) fn said(text: &str) -> String {
    // Beside it nobody is called, and no issue is meant.
    escaped(text)
        .replace("&#64;", "&#64;<!-- -->\u{2060}")
        .replace("&#35;", "&#35;\u{2060}")
}

fn escaped(text: &str) -> String {
    let count = text.chars().count();
    let cut: String = text.chars().take(LONGEST).collect();
    let mut out = String::with_capacity(cut.len());
    let mut before = ' ';
    let shown = visible(&cut);
    let mut chars = shown.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let within = c == '_' && before.is_alphanumeric() && after.is_alphanumeric();
        let plain =
            c.is_alphanumeric() || !c.is_ascii() || " /.,;=+%()?!'\"-".contains(c) || within;
        // A protocol makes a link, a number at the start a list, two blanks one.
        let odd = c == '.' && before.is_ascii_digit() && after == ' ';
        let blank = c == ' ' && (before == ' ' || after == ' ');
        let colon = c == ':' && after == ' ';
        if (plain || colon) && !odd && !blank {
            out.push(c);
        } else {
            let _ = write!(out, "&#{};", u32::from(c));
        }
        before = c;
    }
    if count > LONGEST {
        let _ = write!(out, "... ({count} characters)");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_means_anything() {
        assert_eq!(
            code("a|b <b> `c`"),
            "<code>a&#124;b &#60;b&#62; &#96;c&#96;</code>"
        );
        assert_eq!(code("work_mem = 4MB"), "<code>work_mem = 4MB</code>");
        assert_eq!(
            code("a.conf:3 :x: http://a"),
            "<code>a.conf:3 :x: http&#58;//a</code>"
        );
        assert_eq!(code("x\n\\"), "<code>x&#92;n&#92;</code>");
        assert!(!said("ask @team of #12").contains("@team"));
        assert!(said("ask @team").contains("&#64;<!-- -->"));
    }

    #[test]
    fn a_page_ends_where_it_must() {
        let mut page = Page::default();
        assert!(page.open("<details>", "</details>"));
        while page.add(&"x".repeat(997)) {}
        assert!(!page.open(&"y".repeat(997), "</y>"));
        page.close("</details>");
        let text = page.end(&["1 setting".to_owned()]);
        assert!(
            text.len() <= MOST && text.len() > MOST - 2000,
            "{}",
            text.len()
        );
        assert!(text.ends_with("</details>Left out, for the page would be too long: 1 setting.\n"));
    }
}
