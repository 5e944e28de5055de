//! Rows of `key  old -> new  growth  place` in columns, as many as fit a line;
//! the others in two lines. What a row says is not known here.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::{Look, Tone};
use crate::report::wrap::{columns, wrapped};

const ARROW: &str = " -> ";
/// Blanks before a row, between its columns, and before what belongs to it.
const LEAD: usize = 2;
const GAP: usize = 2;
const BELOW: usize = 6;

/// One setting that changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
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

    /// The values alone, in the second of two lines.
    fn of_values(row: &Row) -> Self {
        Self {
            key: 0,
            place: 0,
            ..Self::of(row)
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

/// The columns of as many rows as fit a line together, and which these are: the
/// widest rows are left out until the rest fits.
fn fitting(rows: &[Widths], lead: usize, width: usize) -> (Widths, Vec<bool>) {
    let mut order: Vec<(usize, Widths)> = rows.iter().copied().enumerate().collect();
    order.sort_by_key(|(at, row)| (Reverse(row.total(lead)), *at));
    // From the narrowest on, as long as all so far fit.
    let mut taken = Widths::default();
    let mut fits = vec![false; rows.len()];
    for (at, row) in order.into_iter().rev() {
        let more = taken.most(row);
        if more.total(lead) > width {
            break;
        }
        taken = more;
        if let Some(fit) = fits.get_mut(at) {
            *fit = true;
        }
    }
    (taken, fits)
}

/// The rows, below each other.
pub(super) fn write(rows: &[Row], look: &Look<'_>, out: &mut String) {
    let widths: Vec<Widths> = rows.iter().map(Widths::of).collect();
    let (wide, mut fits) = fitting(&widths, LEAD, look.width);
    // One shape is easier to read than two.
    if fits.iter().filter(|fit| **fit).count() * 3 < rows.len() * 2 {
        fits.fill(false);
    }
    let folded: Vec<&Row> = rows
        .iter()
        .zip(&fits)
        .filter(|(_, fit)| !**fit)
        .map(|(row, _)| row)
        .collect();
    let values: Vec<Widths> = folded.iter().map(|row| Widths::of_values(row)).collect();
    let (narrow, aligned) = fitting(&values, BELOW, look.width);
    let mut aligned = aligned.into_iter();
    for (row, fit) in rows.iter().zip(fits) {
        if fit {
            line(row, wide, LEAD, look, out);
        } else {
            head(row, look, out);
            if aligned.next().unwrap_or_default() {
                let bare = Row {
                    key: String::new(),
                    place: String::new(),
                    ..row.clone()
                };
                line(&bare, narrow, BELOW, look, out);
            } else {
                loose(row, look, out);
            }
        }
        for note in &row.notes {
            paragraph(note, BELOW, Tone::Faint, look, out);
        }
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

/// The first of two lines: the key, and the place where there is room.
fn head(row: &Row, look: &Look<'_>, out: &mut String) {
    let room = look.width.saturating_sub(LEAD);
    let both = columns(&row.key) + GAP + columns(&row.place) <= room;
    for part in wrapped(&row.key, room) {
        out.push_str(&" ".repeat(LEAD));
        out.push_str(&part);
        out.push('\n');
    }
    if row.place.is_empty() {
        return;
    }
    if both {
        out.truncate(out.len().saturating_sub(1));
        out.push_str(&" ".repeat(GAP));
        out.push_str(&place(row, look));
        out.push('\n');
    } else {
        paragraph(
            &row.place,
            BELOW,
            row.tone.unwrap_or(Tone::Faint),
            look,
            out,
        );
    }
}

/// Values that are too long for columns.
fn loose(row: &Row, look: &Look<'_>, out: &mut String) {
    let mut text = format!("{}{ARROW}{}", row.old, row.new);
    if !row.growth.is_empty() {
        let _ = write!(text, "  {}", row.growth);
    }
    let room = look.width.saturating_sub(BELOW);
    for part in wrapped(&text, room) {
        out.push_str(format!("{}{part}", " ".repeat(BELOW)).trim_end());
        out.push('\n');
    }
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
            "  shared_buffers  128MB -> 512MB  +384MiB  postgresql.conf:127\n  \
             jit                on -> off             default\n"
        );
        assert_eq!(
            written(&rows, 40),
            "  shared_buffers  postgresql.conf:127\n      128MB -> 512MB  +384MiB\n  \
             jit  default\n         on -> off\n"
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
            text.starts_with("  a   1 -> 2\n  b  10 -> 20\n  net.ipv4.tcp_rmem\n"),
            "{text}"
        );
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
