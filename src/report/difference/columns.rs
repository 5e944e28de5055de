//! Rows of `key  old -> new  growth  place` in columns, as many as fit a line;
//! each of the others in two lines. What a row says is not known here.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Look, Tone};
use crate::report::wrap::{columns, wrapped};

const ARROW: &str = " -> ";
/// Blanks before a row, between its columns, and before what belongs to it.
const LEAD: usize = 4;
const GAP: usize = 2;
const BELOW: usize = 8;
/// Blanks before what stands above rows.
const ABOVE: usize = 2;
/// Rows up to which the columns that hold the most of them are looked for: the
/// time for it grows with their square.
const SEARCHED: usize = 400;

/// One setting that changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What stands above this row and those after it, where that is another one.
    pub(super) above: Option<String>,
    pub(super) key: String,
    pub(super) old: String,
    pub(super) new: String,
    /// By how much memory it grows; empty where it is none.
    pub(super) growth: String,
    /// Where the old value stands, or that the new one has no effect.
    pub(super) place: String,
    /// How the place is painted.
    pub(super) tone: Option<Tone>,
    /// What stands below it, a paragraph each.
    pub(super) notes: Vec<String>,
}

/// How wide each part is.
#[derive(Clone, Copy, Debug, Default)]
struct Widths {
    key: usize,
    old: usize,
    new: usize,
    growth: usize,
    place: usize,
}

impl Widths {
    fn of(row: &Row) -> Self {
        Self {
            key: columns(&row.key),
            old: columns(&row.old),
            new: columns(&row.new),
            growth: columns(&row.growth),
            place: columns(&row.place),
        }
    }

    fn most(self, other: Self) -> Self {
        Self {
            key: self.key.max(other.key),
            old: self.old.max(other.old),
            new: self.new.max(other.new),
            growth: self.growth.max(other.growth),
            place: self.place.max(other.place),
        }
    }

    fn total(self, lead: usize) -> usize {
        let gap = |width: usize| if width == 0 { 0 } else { width + GAP };
        let values = self.old + ARROW.len() + self.new;
        lead + gap(self.key) + values + gap(self.growth) + gap(self.place)
    }
}

/// The columns of as many rows as fit a line together, and which these are. A
/// long value sets no column: it is left out.
fn fitting(rows: &[Widths], width: usize) -> (Widths, Vec<bool>) {
    let mut order: Vec<(usize, Widths)> = rows.iter().copied().enumerate().collect();
    order.sort_by_key(|(at, row)| (row.total(LEAD), *at));
    let mut best = taken(&order, width, [usize::MAX; 2]);
    if rows.len() <= SEARCHED && best.1.len() < rows.len() {
        let widths = |of: fn(&Widths) -> usize| -> BTreeSet<usize> {
            rows.iter().map(of).filter(|n| *n <= width).collect()
        };
        for old in widths(|row| row.old) {
            for new in widths(|row| row.new) {
                let found = taken(&order, width, [old, new]);
                if found.1.len() > best.1.len() {
                    best = found;
                }
            }
        }
    }
    let mut fits = vec![false; rows.len()];
    for at in best.1 {
        if let Some(fit) = fits.get_mut(at) {
            *fit = true;
        }
    }
    (best.0, fits)
}

/// Those of the rows, from the narrowest on, that fit a line with all before
/// them and whose values are no longer than that.
fn taken(order: &[(usize, Widths)], width: usize, most: [usize; 2]) -> (Widths, Vec<usize>) {
    let [old, new] = most;
    let mut columns = Widths::default();
    let mut rows = Vec::new();
    for (at, row) in order {
        let more = columns.most(*row);
        if row.old <= old && row.new <= new && more.total(LEAD) <= width {
            columns = more;
            rows.push(*at);
        }
    }
    (columns, rows)
}

/// The rows, below each other.
pub(super) fn write(rows: &[Row], look: &Look<'_>, out: &mut String) {
    let widths: Vec<Widths> = rows.iter().map(Widths::of).collect();
    let (wide, fits) = fitting(&widths, look.width);
    for (row, fit) in rows.iter().zip(fits) {
        if let Some(above) = &row.above {
            paragraph(above, ABOVE, Tone::Faint, look, out);
        }
        if fit {
            line(row, wide, LEAD, look, out);
        } else {
            broken(row, look, out);
        }
        for note in &row.notes {
            paragraph(note, BELOW, Tone::Faint, look, out);
        }
    }
}

/// In two lines: the key, and the values with their place.
fn broken(row: &Row, look: &Look<'_>, out: &mut String) {
    paragraph_plain(&row.key, LEAD, look, out);
    let values = Row {
        key: String::new(),
        ..row.clone()
    };
    let widths = Widths::of(&values);
    if widths.total(BELOW) <= look.width {
        line(&values, widths, BELOW, look, out);
        return;
    }
    let mut text = format!("{}{ARROW}{}", row.old, row.new);
    if !row.growth.is_empty() {
        let _ = write!(text, "  {}", row.growth);
    }
    paragraph_plain(&text, BELOW, look, out);
    let tone = row.tone.unwrap_or(Tone::Faint);
    if !row.place.is_empty() {
        paragraph(&row.place, BELOW, tone, look, out);
    }
}

/// A text in lines of its own, not painted.
fn paragraph_plain(text: &str, lead: usize, look: &Look<'_>, out: &mut String) {
    for part in wrapped(text, look.width.saturating_sub(lead)) {
        out.push_str(format!("{}{part}", " ".repeat(lead)).trim_end());
        out.push('\n');
    }
}

fn line(row: &Row, widths: Widths, lead: usize, look: &Look<'_>, out: &mut String) {
    let blanks = |n: usize| " ".repeat(n);
    let mut text = blanks(lead);
    if widths.key > 0 {
        text.push_str(&row.key);
        text.push_str(&blanks(
            widths.key - columns(&row.key).min(widths.key) + GAP,
        ));
    }
    text.push_str(&blanks(widths.old.saturating_sub(columns(&row.old))));
    text.push_str(&row.old);
    text.push_str(ARROW);
    text.push_str(&(look.paint)(Tone::Heading, &row.new));
    let mut pending = widths.new.saturating_sub(columns(&row.new));
    if !row.growth.is_empty() {
        let before = widths.growth.saturating_sub(columns(&row.growth));
        text.push_str(&blanks(pending + GAP + before));
        text.push_str(&row.growth);
        pending = 0;
    } else if widths.growth > 0 {
        pending += GAP + widths.growth;
    }
    if !row.place.is_empty() {
        text.push_str(&blanks(pending + GAP));
        text.push_str(&place(row, look));
    }
    out.push_str(text.trim_end());
    out.push('\n');
}

fn place(row: &Row, look: &Look<'_>) -> String {
    let tone = row.tone.unwrap_or(Tone::Faint);
    (look.paint)(tone, &row.place)
}

/// A text in lines of its own.
pub(super) fn paragraph(text: &str, lead: usize, tone: Tone, look: &Look<'_>, out: &mut String) {
    for part in wrapped(text, look.width.saturating_sub(lead)) {
        out.push_str(&" ".repeat(lead));
        out.push_str(&(look.paint)(tone, part.trim_end()));
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(key: &str, old: &str, new: &str, growth: &str, place: &str) -> Row {
        Row {
            key: key.into(),
            old: old.into(),
            new: new.into(),
            growth: growth.into(),
            place: place.into(),
            ..Row::default()
        }
    }

    fn written(rows: &[Row], width: usize) -> String {
        let look = Look {
            width,
            verbose: false,
            paint: &|_, text| text.to_owned(),
        };
        let mut out = String::new();
        write(rows, &look, &mut out);
        out
    }

    #[test]
    fn arrows_stand_below_each_other() {
        let rows = [
            row(
                "shared_buffers",
                "128MB",
                "512MB",
                "+384MiB",
                "postgresql.conf:127",
            ),
            row("jit", "on", "off", "", "default"),
        ];
        assert_eq!(
            written(&rows, 80),
            "    shared_buffers  128MB -> 512MB  +384MiB  postgresql.conf:127\n    \
             jit                on -> off             default\n"
        );
        assert_eq!(
            written(&rows, 40),
            "    shared_buffers\n        128MB -> 512MB  +384MiB\n        \
             postgresql.conf:127\n    jit  on -> off  default\n"
        );
    }

    #[test]
    fn what_is_too_long_for_a_line_has_two() {
        let long = "4096 131072 6291456 4096 131072 6291456";
        let rows = [
            row("a", "1", "2", "", ""),
            row("b", "10", "20", "", ""),
            row("net.ipv4.tcp_rmem", long, long, "", ""),
        ];
        let text = written(&rows, 60);
        assert!(
            text.starts_with("    a   1 -> 2\n    b  10 -> 20\n    net.ipv4.tcp_rmem\n"),
            "{text}"
        );
    }

    #[test]
    fn one_long_old_value_breaks_by_itself() {
        let long = "3600 1 300 100 60 10000 and so on and on";
        let rows = [
            row("maxmemory", "0", "1323mb", "+1323MiB", "default"),
            row("maxclients", "10000", "3386", "", "default"),
            row(
                "maxmemory-policy",
                "noeviction",
                "allkeys-lru",
                "",
                "default",
            ),
            row("save", long, "\"\"", "", "redis.conf:9"),
        ];
        let text = written(&rows, 70);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert_eq!(lines[3], "    save");
        assert_eq!(lines[4], format!("        {long} -> \"\"  redis.conf:9"));
    }

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let word = || "[ -~é]{0,50}";
        let one = (word(), word(), word(), "(\\+[0-9]{1,5}MiB)?", word());
        let one =
            one.prop_map(|(key, old, new, growth, place)| row(&key, &old, &new, &growth, &place));
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_nothing_is_lost(rows in rows(), width in 40usize..=80) {
            let text = written(&rows, width);
            for line in text.lines() {
                prop_assert!(columns(line) <= width || line.contains("://"), "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            let arrow = letters(ARROW);
            let all: usize = rows.iter().map(|row| {
                let parts = [&row.key, &row.old, &row.new, &row.growth, &row.place];
                arrow + parts.iter().map(|part| letters(part)).sum::<usize>()
            }).sum();
            prop_assert_eq!(letters(&text), all);
        }
    }
}
