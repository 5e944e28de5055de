//! For a terminal: what drifted service by service, plan, file, effect and what
//! runs side by side, and why; then files, rules, and what could not be known.

use std::fmt::Write as _;

use super::Verified;
use super::words::{count, differs, effective, file, moment, needs, reason, running, shown};
use crate::diff::Row;
use crate::plan::Finding;
use crate::report::Look;
use crate::report::wrap::{columns, wrap, wrapped};

/// The columns behind a setting's key.
const COLUMNS: [&str; 4] = ["plan", "file", "effect", "running"];
/// Blanks between two of them.
const GAP: usize = 2;
/// Blanks before a setting, and before its reason.
const INDENT: usize = 2;

/// What is not as planned; nothing where all is.
pub fn text(verified: &Verified<'_>, look: &Look<'_>) -> String {
    let found = verified.found;
    let mut out = String::new();
    if found.holds() && found.is_complete() && !verified.all {
        return out;
    }
    for line in wrapped(&verdict(verified), look.width) {
        let _ = writeln!(out, "{}", (look.heading)(&line));
    }
    let shown = |row: &&Row| verified.all || !row.drifts.is_empty();
    let rows: Vec<&Row> = found.rows.iter().filter(shown).collect();
    for rows in rows.chunk_by(|a, b| a.service == b.service) {
        service(verified, rows, look, &mut out);
    }
    let lists = [
        ("do not run", stopped(verified)),
        ("files that differ", files(verified)),
        ("could not be read", unread(verified)),
        ("could not be asked", unasked(verified)),
    ];
    checks(&found.findings, look, &mut out);
    for (title, lines) in lists {
        if lines.is_empty() {
            continue;
        }
        let _ = write!(out, "\n{}\n", (look.heading)(title));
        for line in lines {
            wrap(&mut out, "  ", &line, look.width);
        }
    }
    out
}

/// One line that says how it is.
pub fn verdict(verified: &Verified<'_>) -> String {
    let found = verified.found;
    let drifted = found.drifted().count();
    let parts = [
        (
            drifted,
            count(drifted, "setting drifted", "settings drifted"),
        ),
        (
            found.files.len(),
            count(found.files.len(), "file differs", "files differ"),
        ),
        (
            found.stopped.len(),
            count(
                found.stopped.len(),
                "service does not run",
                "services do not run",
            ),
        ),
        (
            found.findings.len(),
            count(found.findings.len(), "check fails", "checks fail"),
        ),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(_, text)| text)
        .collect();
    let settings = count(found.rows.len(), "setting", "settings");
    let said = match said.as_slice() {
        [] => format!("as planned, {settings}"),
        said => said.join(", "),
    };
    let unknown = found.troubles.len() + found.unasked.len();
    let unknown = match unknown {
        0 => String::new(),
        n => format!("; {} could not be looked at", count(n, "thing", "things")),
    };
    format!("{} on {}: {said}{unknown}", verified.stack, verified.host)
}

fn service(verified: &Verified<'_>, rows: &[&Row], look: &Look<'_>, out: &mut String) {
    let Some(first) = rows.first() else { return };
    let started = verified.found.started.get(&first.service).copied();
    let started = started.flatten().map(moment);
    let started = started.map_or_else(String::new, |at| format!(", started {at}"));
    let _ = write!(out, "\n{}{started}\n", (look.heading)(&first.service));
    let cells: Vec<[String; 5]> = rows.iter().map(|row| cells(row)).collect();
    let titles = COLUMNS.map(str::to_owned);
    let [plan, file, effect, running] = titles;
    let head = [String::new(), plan, file, effect, running];
    let widths = widths(std::iter::once(&head).chain(&cells));
    let wide = INDENT + widths.iter().map(|width| width + GAP).sum::<usize>() - GAP;
    let is_table = wide <= look.width;
    if is_table {
        line(&head, &widths, out);
    }
    for (row, cells) in rows.iter().zip(&cells) {
        if is_table {
            line(cells, &widths, out);
        } else {
            stacked(cells, look, out);
        }
        let reasons = row.drifts.iter().map(|drift| reason(row, drift));
        let needs = needs(row).filter(|_| !row.drifts.is_empty());
        let said: Vec<String> = reasons.chain(needs).collect();
        if !said.is_empty() {
            wrap(out, "    ", &said.join("; "), look.width);
        }
    }
}

fn cells(row: &Row) -> [String; 5] {
    [
        row.key.clone(),
        shown(&row.planned, row.secret),
        file(row),
        effective(row),
        running(row),
    ]
}

fn widths<'a>(rows: impl Iterator<Item = &'a [String; 5]>) -> [usize; 5] {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = columns(cell).max(*width);
        }
    }
    widths
}

fn line(cells: &[String; 5], widths: &[usize; 5], out: &mut String) {
    let mut text = " ".repeat(INDENT);
    for (cell, width) in cells.iter().zip(widths) {
        let blanks = (width + GAP).saturating_sub(columns(cell));
        text.push_str(cell);
        text.push_str(&" ".repeat(blanks));
    }
    let _ = writeln!(out, "{}", text.trim_end());
}

/// One below the other, where they do not fit side by side.
fn stacked(cells: &[String; 5], look: &Look<'_>, out: &mut String) {
    let [key, values @ ..] = cells;
    wrap(out, "  ", key, look.width);
    for (title, value) in COLUMNS.iter().zip(values) {
        wrap(out, &format!("    {title:<9}"), value, look.width);
    }
}

fn checks(findings: &[Finding], look: &Look<'_>, out: &mut String) {
    if findings.is_empty() {
        return;
    }
    let _ = write!(out, "\n{}\n", (look.heading)("checks"));
    for finding in findings {
        let severity = (look.severity)(finding.severity, finding.severity.name());
        let _ = writeln!(out, "  {severity} {}", finding.id);
        wrap(out, "    ", &finding.message, look.width);
        wrap(out, "    help: ", &finding.help, look.width);
    }
}

fn stopped(verified: &Verified<'_>) -> Vec<String> {
    verified.found.stopped.clone()
}

fn files(verified: &Verified<'_>) -> Vec<String> {
    let files = verified.found.files.iter();
    files
        .map(|file| format!("{} {}", file.path, differs(file)))
        .collect()
}

fn unread(verified: &Verified<'_>) -> Vec<String> {
    let troubles = verified.found.troubles.iter();
    troubles.map(ToString::to_string).collect()
}

fn unasked(verified: &Verified<'_>) -> Vec<String> {
    let unasked = verified.found.unasked.iter();
    unasked
        .map(|unasked| format!("{}: {}", unasked.what, unasked.why))
        .collect()
}
