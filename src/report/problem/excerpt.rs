//! The part of a line that is quoted: as much as fits beside the mark.

use std::ops::Range;

use super::safe::shown;
use crate::report::wrap::{columns, wide};

/// What stands for what is left out.
const CUT: &str = "...";
/// Columns of a mark that are worth more than the words beside it.
const LEAST_MARK: usize = 12;

/// A line as it is shown, with the bytes of it that are marked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) mark: Range<usize>,
    /// Whether the words beside the mark fit.
    pub(super) has_label: bool,
}

/// One character of the line as it is shown.
struct Cell {
    text: String,
    columns: usize,
    marked: bool,
}

impl Excerpt {
    /// `mark` are bytes of `line`; all of it and the label take at most `room`
    /// columns.
    pub(super) fn of(line: &str, mark: &Range<usize>, label: &str, room: usize) -> Self {
        // What begins a place where nothing stands is marked all the same.
        let mark = mark.start..mark.end.max(mark.start + 1);
        let cells = cells(line, &mark);
        let first = cells.iter().position(|cell| cell.marked);
        let first = first.unwrap_or(cells.len());
        let marked = cells.iter().filter(|cell| cell.marked).count();
        let before = width(&cells, 0..first);
        let mark = width(&cells, first..first + marked).max(1);
        let beside = if label.is_empty() {
            0
        } else {
            columns(label) + 1
        };
        let has_label = beside > 0 && mark.min(LEAST_MARK) + beside + 2 * CUT.len() <= room;
        let beside = if has_label { beside } else { 0 };
        let from = if before + mark + beside <= room && width(&cells, 0..cells.len()) <= room {
            0
        } else {
            // The mark and its label first, then as much before it as there is room for.
            let spare = room.saturating_sub(mark + beside + 2 * CUT.len());
            begin(&cells, first, spare)
        };
        // What the label takes is not the text's, but only where the mark would
        // push it out.
        let lead = if from > 0 { CUT.len() } else { 0 };
        let most = room - beside;
        let is_pushed = lead + width(&cells, from..first + marked) > most;
        let limit = if is_pushed { most } else { room };
        Self {
            has_label,
            ..joined(&cells, from, limit)
        }
    }
}

fn width(cells: &[Cell], range: Range<usize>) -> usize {
    let cells = cells.iter().skip(range.start).take(range.len());
    cells.map(|cell| cell.columns).sum()
}

/// The first cell before a place that is within so many columns of it.
fn begin(cells: &[Cell], place: usize, mut spare: usize) -> usize {
    let mut from = place;
    while let Some(cell) = from.checked_sub(1).and_then(|at| cells.get(at)) {
        let Some(left) = spare.checked_sub(cell.columns) else {
            break;
        };
        spare = left;
        from -= 1;
    }
    from
}

fn cells(line: &str, mark: &Range<usize>) -> Vec<Cell> {
    let cell = |(at, c): (usize, char)| {
        let text = shown(c);
        let columns = text.chars().map(wide).sum();
        let marked = mark.contains(&at);
        Cell {
            text,
            columns,
            marked,
        }
    };
    line.char_indices().map(cell).collect()
}

/// The cells from a place on, as far as there is room.
fn joined(cells: &[Cell], from: usize, room: usize) -> Excerpt {
    let mut text = String::new();
    if from > 0 {
        text.push_str(CUT);
    }
    let mut used = text.len();
    let is_cut = used + width(cells, from..cells.len()) > room;
    let cut = if is_cut { CUT } else { "" };
    let mut mark: Option<Range<usize>> = None;
    for cell in cells.iter().skip(from) {
        if used + cell.columns + cut.len() > room {
            break;
        }
        let begin = text.len();
        text.push_str(&cell.text);
        used += cell.columns;
        if cell.marked {
            mark.get_or_insert(begin..begin).end = text.len();
        }
    }
    let mark = mark.unwrap_or(text.len()..text.len());
    text.push_str(cut);
    Excerpt {
        text,
        mark,
        has_label: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str, mark: Range<usize>, label: &str, room: usize) -> (String, String, bool) {
        let found = Excerpt::of(line, &mark, label, room);
        let marked = found.text[found.mark.clone()].to_owned();
        (found.text, marked, found.has_label)
    }

    #[test]
    fn a_line_that_fits_is_whole() {
        let (text, marked, has_label) = of("port = 80", 7..9, "taken", 40);
        assert_eq!(
            (text.as_str(), marked.as_str(), has_label),
            ("port = 80", "80", true)
        );
    }

    #[test]
    fn control_characters_are_escaped_and_the_mark_moves_with_them() {
        let (text, marked, _) = of("\u{1b}[2J\tx", 5..6, "", 40);
        assert_eq!((text.as_str(), marked.as_str()), ("\\u{1b}[2J    x", "x"));
    }

    #[test]
    fn whatever_the_line_it_stays_within_its_room() {
        let long = format!(
            "{}=\"{}\" # {}",
            "k".repeat(50),
            "é\u{7}😀".repeat(3000),
            "c".repeat(50)
        );
        let at = [0, 49, 50, 52, 61, 9000, long.len() - 3, long.len()];
        for room in [20, 34, 74] {
            for start in at {
                for end in at.into_iter().filter(|end| *end >= start) {
                    for label in [
                        "",
                        "an integer, not this",
                        "too many words for a place that is so narrow",
                    ] {
                        let found = Excerpt::of(&long, &(start..end), label, room);
                        assert!(columns(&found.text) <= room, "{found:?}");
                        let before = found.text.get(..found.mark.end).unwrap();
                        let beside = if found.has_label {
                            columns(label) + 1
                        } else {
                            0
                        };
                        assert!(
                            columns(before).max(1) + beside <= room,
                            "{room} {label} {found:?}"
                        );
                    }
                }
            }
        }
    }
}
