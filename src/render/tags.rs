//! What the escape guard cannot see in a template: a filter behind the quoting
//! one, which would change what is quoted.

use std::ops::Range;

use super::quote;

/// The first quoting filter that is not the last of its tag.
pub(super) fn not_last(text: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(tag) = next_tag(text, from) {
        let mut at = tag.start;
        let mut parts = text.get(tag.clone())?.split('|').peekable();
        let mut is_filter = false;
        while let Some(part) = parts.next() {
            let name = part.trim_matches(|c: char| c.is_whitespace() || c == '-');
            if is_filter && parts.peek().is_some() && quote::is_filter(name) {
                let begin = at + (part.len() - part.trim_start().len());
                return Some(begin..begin + name.len());
            }
            at += part.len() + 1;
            is_filter = true;
        }
        from = tag.end;
    }
    None
}

/// The inside of the next `{{ }}` or `{% %}`.
fn next_tag(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let begin = [rest.find("{{"), rest.find("{%")];
    let begin = begin.into_iter().flatten().min()? + 2;
    let inside = rest.get(begin..)?;
    let end = [inside.find("}}"), inside.find("%}")];
    let end = end.into_iter().flatten().min().unwrap_or(inside.len());
    Some(from + begin..from + begin + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quoting_filter_is_the_last() {
        for text in [
            "{{ x | js }} | {{ y | trim | sh -}}",
            "{% for s in settings %}{{ s }}{% endfor %} | js | x",
            "{{ js | upper }}",
            "{{",
        ] {
            assert_eq!(not_last(text), None, "{text}");
        }
        for (text, range) in [
            ("é {{ x | js | upper }}", 10..12),
            ("{% set q = x |sh| trim %}", 14..16),
        ] {
            assert_eq!(not_last(text), Some(range), "{text}");
        }
    }
}
