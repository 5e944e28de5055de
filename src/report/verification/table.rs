//! Settings with plan, file, effect and what runs side by side, as many as fit a
//! line; of the others one below the other. Which are shown is not known here.

use std::fmt::Write as _;

use super::words::{effective, file, running, shown};
use crate::diff::Row;
use crate::report::Look;
use crate::report::wrap::{columns, wrap};

/// The columns behind a setting's key.
const COLUMNS: [&str; 4] = ["plan", "file", "effect", "running"];
/// Blanks between two of them.
const GAP: usize = 2;
/// Blanks before a setting.
const INDENT: usize = 2;

/// A setting's key and the values in its columns.
type Cells = [String; 5];

/// Settings with one reason, and the reason.
pub(super) type Group<'a> = (String, Vec<&'a Row>);

/// The settings, and below those with one reason the reason.
pub(super) fn write(groups: &[Group<'_>], look: &Look<'_>, out: &mut String) {
    let all = groups.iter().flat_map(|(_, rows)| rows);
    // Where nothing runs, or nothing was asked, there is no such column.
    let runs = all.clone().any(|row| !row.running.is_empty());
    let cells: Vec<Cells> = all.map(|row| cells(row, runs)).collect();
    let [plan, file, effect, running] = COLUMNS.map(str::to_owned);
    let running = if runs { running } else { String::new() };
    let head = [String::new(), plan, file, effect, running];
    let (widths, fits) = fitting(&head, &cells, look.width);
    if fits.contains(&true) {
        line(&head, &widths, out);
    }
    let mut each = cells.iter().zip(fits);
    for (reason, rows) in groups {
        for (cells, fits) in each.by_ref().take(rows.len()) {
            if fits {
                line(cells, &widths, out);
            } else {
                stacked(cells, look, out);
            }
        }
        if !reason.is_empty() {
            wrap(out, "    ", reason, look.width);
        }
    }
}

fn cells(row: &Row, runs: bool) -> Cells {
    [
        row.key.clone(),
        shown(&row.planned, row.secret),
        file(row),
        effective(row),
        if runs { running(row) } else { String::new() },
    ]
}

fn total(widths: &[usize; 5]) -> usize {
    let gap = |width: &usize| if *width == 0 { 0 } else { *width + GAP };
    (INDENT + widths.iter().map(gap).sum::<usize>()).saturating_sub(GAP)
}

/// The columns of the narrowest settings, as many as fit a line together, and
/// which these are: a long value sets no column.
fn fitting(head: &Cells, cells: &[Cells], width: usize) -> ([usize; 5], Vec<bool>) {
    let of = |cells: &Cells| cells.each_ref().map(|cell| columns(cell));
    let mut order: Vec<(usize, [usize; 5])> = cells.iter().map(of).enumerate().collect();
    order.sort_by_key(|(at, widths)| (total(widths), *at));
    let mut taken = of(head);
    let mut fits = vec![false; cells.len()];
    for (at, row) in order {
        let mut more = taken;
        for (most, width) in more.iter_mut().zip(row) {
            *most = width.max(*most);
        }
        if total(&more) <= width {
            taken = more;
            if let Some(fit) = fits.get_mut(at) {
                *fit = true;
            }
        }
    }
    (taken, fits)
}

fn line(cells: &Cells, widths: &[usize; 5], out: &mut String) {
    let mut text = " ".repeat(INDENT);
    for (cell, width) in cells.iter().zip(widths) {
        let blanks = (width + GAP).saturating_sub(columns(cell));
        text.push_str(cell);
        text.push_str(&" ".repeat(blanks));
    }
    let _ = writeln!(out, "{}", text.trim_end());
}

/// One below the other, where they do not fit side by side; the same ones in one
/// line.
fn stacked(cells: &Cells, look: &Look<'_>, out: &mut String) {
    let [key, values @ ..] = cells;
    wrap(out, "  ", key, look.width);
    let named = COLUMNS.iter().zip(values);
    let named: Vec<(&str, &String)> = named.map(|(title, value)| (*title, value)).collect();
    for same in named.chunk_by(|a, b| a.1 == b.1) {
        let titles: Vec<&str> = same.iter().map(|(title, _)| *title).collect();
        let Some((_, value)) = same.first() else {
            continue;
        };
        if !value.is_empty() {
            let label = format!("    {}: ", titles.join(", "));
            wrap(out, &label, value, look.width);
        }
    }
}
