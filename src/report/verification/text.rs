//! For a terminal: what drifted service by service, plan, file, effect and what
//! runs side by side, and why; then files, rules, and what could not be known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Verified;
use super::table::{self, Group};
use super::words::{count, differs, moment, needs, reason};
use crate::diff::{Drift, Row};
use crate::plan::Finding;
use crate::report::Look;
use crate::report::wrap::{wrap, wrapped};

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
    list("do not run", &stopped(verified), look, &mut out);
    let shown = |row: &&Row| verified.all || !row.drifts.is_empty();
    let rows: Vec<&Row> = found.rows.iter().filter(shown).collect();
    for rows in rows.chunk_by(|a, b| a.service == b.service) {
        service(verified, rows, look, &mut out);
    }
    let lists = [
        ("files that differ", files(verified)),
        ("could not be read", unread(verified)),
        ("could not be asked", unasked(verified)),
    ];
    checks(&found.findings, look, &mut out);
    for (title, lines) in lists {
        list(title, &lines, look, &mut out);
    }
    out
}

fn list(title: &str, lines: &[String], look: &Look<'_>, out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(out, "\n{}\n", (look.heading)(title));
    for line in lines {
        wrap(out, "  ", line, look.width);
    }
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
    let (detailed, told) = parted(verified, rows);
    table::write(&detailed, look, out);
    for (reason, count) in told {
        let settings = self::count(count, "setting", "settings");
        wrap(out, "  ", &format!("{reason}: {settings}"), look.width);
    }
}

/// The rows that are shown each, those with one reason together; and of the
/// others how many have which reason. A file that is not there says the same of
/// all its settings.
fn parted<'a>(
    verified: &Verified<'_>,
    rows: &[&'a Row],
) -> (Vec<Group<'a>>, BTreeMap<String, usize>) {
    let mut detailed: Vec<Group<'_>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut told = BTreeMap::new();
    for row in rows {
        let is_plain = |drift: &Drift| matches!(drift, Drift::NotWritten { .. } | Drift::Unread);
        let is_told = !row.drifts.is_empty() && row.drifts.iter().all(is_plain);
        if is_told && !verified.all {
            for drift in &row.drifts {
                *told.entry(reason(row, drift)).or_default() += 1;
            }
            continue;
        }
        let reason = reasons(verified, row);
        let at = *places.entry(reason.clone()).or_insert_with(|| {
            detailed.push((reason, Vec::new()));
            detailed.len() - 1
        });
        if let Some((_, rows)) = detailed.get_mut(at) {
            rows.push(row);
        }
    }
    (detailed, told)
}

/// Why it is not as planned and what it needs; nothing where it is. What does
/// not run is started, not restarted.
fn reasons(verified: &Verified<'_>, row: &Row) -> String {
    let is_stopped = verified.found.stopped.contains(&row.service);
    let needs = needs(row).filter(|_| !row.drifts.is_empty() && !is_stopped);
    let reasons = row.drifts.iter().map(|drift| reason(row, drift));
    reasons.chain(needs).collect::<Vec<_>>().join("; ")
}

fn checks(findings: &[Finding], look: &Look<'_>, out: &mut String) {
    if findings.is_empty() {
        return;
    }
    let _ = write!(out, "\n{}\n", (look.heading)("checks"));
    for finding in findings {
        let severity = (look.severity)(finding.severity, finding.severity.name());
        let _ = writeln!(out, "  {severity} {}", finding.id);
        let message = match &finding.at {
            Some(at) => format!("{at}: {}", finding.message),
            None => finding.message.clone(),
        };
        wrap(out, "    ", &message, look.width);
        wrap(out, "    help: ", &finding.help, look.width);
    }
}

/// All in a line.
fn stopped(verified: &Verified<'_>) -> Vec<String> {
    let stopped = &verified.found.stopped;
    let names = (!stopped.is_empty()).then(|| stopped.join(", "));
    names.into_iter().collect()
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
