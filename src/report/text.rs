//! A plan for a terminal of 80 columns.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, presets};

use super::bar::{Part, widths};
use super::sum::Sum;
use super::wrap::{wrap, wrapped};
use super::{Counsel, advice};
use crate::plan::{Plan, Planned, Severity};
use crate::setting::Setting;
use crate::units::{Bytes, Cpus};

/// How the text is to look; the roles are painted by the caller.
pub struct Look<'a> {
    /// Columns.
    pub width: usize,
    /// Whether every setting is shown with its reason.
    pub verbose: bool,
    /// Paints a part of the bar, by its number.
    pub part: &'a dyn Fn(usize, &str) -> String,
    /// Paints a heading.
    pub heading: &'a dyn Fn(&str) -> String,
    /// Paints what fails, by its severity.
    pub severity: &'a dyn Fn(Severity, &str) -> String,
}

/// The whole report.
pub fn plan(plan: &Plan, counsel: &Counsel, look: &Look<'_>) -> String {
    let mut out = head(plan, look);
    bar(plan, look, &mut out);
    table(plan, look.width, &mut out);
    worst_cases(plan, look, &mut out);
    settings(plan, look, &mut out);
    notes(plan, look, &mut out);
    advice::write(counsel, look, &mut out);
    out
}

/// The host in a line.
pub(super) fn facts(plan: &Plan) -> String {
    let host = &plan.host;
    let mut facts = host.usable_memory().to_string();
    if let Some(visible) = host
        .visible_memory
        .filter(|visible| *visible < host.usable_memory())
    {
        let _ = write!(facts, " ({visible} seen)");
    }
    let plural = if host.cpus == Cpus::whole(1) { "" } else { "s" };
    let _ = write!(facts, ", {} CPU{plural}", host.cpus);
    if host.is_burstable() {
        let _ = write!(facts, " ({} sustained)", host.sustained());
    }
    let storage = host.storage;
    let assumed = if storage.assumed { " (assumed)" } else { "" };
    let _ = write!(facts, ", {} {}{assumed}", storage.size, storage.kind.name());
    if let Some(price) = host.price {
        let _ = write!(facts, ", ${price}/month");
    }
    facts
}

fn head(plan: &Plan, look: &Look<'_>) -> String {
    let title = format!("{} on {}", plan.stack, plan.host.name);
    let mut out = format!("{}\n", (look.heading)(&title));
    wrap(&mut out, "", &facts(plan), look.width);
    out.push('\n');
    out
}

/// The letter of the service at a place of the table.
fn letter(at: usize) -> char {
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    letters.chars().nth(at % letters.len()).unwrap_or('?')
}

pub(super) fn local(plan: &Plan) -> impl Iterator<Item = &Planned> {
    plan.services.iter().filter(|planned| !planned.external)
}

/// What a service takes of the bar: its limit, or what it cannot do without.
fn taken(planned: &Planned) -> Bytes {
    planned.limit.unwrap_or(planned.stake.floor)
}

pub(super) fn bar(plan: &Plan, look: &Look<'_>, out: &mut String) {
    let mut parts = vec![Part {
        letter: '#',
        bytes: plan.reserve.total(),
    }];
    parts.extend(local(plan).enumerate().map(|(at, planned)| Part {
        letter: letter(at),
        bytes: taken(planned),
    }));
    let sum: Bytes = parts.iter().map(|part| part.bytes).sum();
    parts.push(Part {
        letter: '.',
        bytes: plan.host.usable_memory().less(sum),
    });
    out.push('[');
    for (at, (part, width)) in parts
        .iter()
        .zip(widths(&parts, look.width.saturating_sub(2)))
        .enumerate()
    {
        out.push_str(&(look.part)(at, &part.letter.to_string().repeat(width)));
    }
    out.push_str("]\n\n");
}

pub(super) fn row(at: usize, planned: &Planned) -> [String; 8] {
    let unknown = || "-".to_owned();
    let times = match planned.replicas {
        1 => String::new(),
        replicas => format!(" x{replicas}"),
    };
    let count = planned.limit.map(|_| planned.processes.to_string());
    [
        letter(at).to_string(),
        format!("{}{times}", planned.name),
        planned.kind.to_owned(),
        mib(planned.reserve().unwrap_or(planned.stake.floor)),
        planned.limit.map_or_else(unknown, mib),
        worst(planned).map_or_else(unknown, |sum| sum.total.to_string()),
        planned.cpus.to_string(),
        count.unwrap_or_else(unknown),
    ]
}

/// Columns of the table, in the order of `row`.
const COLUMNS: [&str; 8] = [
    "", "service", "kind", "reserve", "limit", "worst", "cpus", "procs",
];
/// The same in two tables, for a terminal that is too narrow for one.
const NARROW: [&[usize]; 2] = [&[0, 1, 3, 4, 5], &[0, 2, 6, 7]];
/// The first column of numbers.
const NUMBERS: usize = 3;

fn table(plan: &Plan, width: usize, out: &mut String) {
    let rows = rows(plan);
    let whole = drawn(&rows, &[0, 1, 2, 3, 4, 5, 6, 7], width);
    let unit = if plan.fits {
        "MiB\n"
    } else {
        "MiB; reserve: what each cannot run below\n"
    };
    if whole.lines().all(|line| line.chars().count() <= width) {
        out.push_str(&(whole + unit));
        return;
    }
    let [memory, others] = NARROW.map(|columns| drawn(&rows, columns, width));
    for part in [&memory, unit, "\n", &others] {
        out.push_str(part);
    }
}

fn rows(plan: &Plan) -> Vec<[String; 8]> {
    let fixed = |letter: &str, name: &str, reserve: String, limit: String| {
        let mut row = [letter, name, "", "", "", "", "", ""].map(str::to_owned);
        row[3] = reserve;
        row[4] = limit;
        row
    };
    let reserve = mib(plan.reserve.total());
    let mut rows = vec![fixed("#", "system", reserve.clone(), reserve)];
    rows.extend(
        local(plan)
            .enumerate()
            .map(|(at, planned)| row(at, planned)),
    );
    let given: Bytes = local(plan).map(taken).sum();
    let free = plan.divisible.less(given);
    if free > Bytes::ZERO {
        rows.push(fixed(".", "free", mib(free), String::new()));
    }
    rows
}

/// Some columns of the rows; names are broken where they are too long.
fn drawn(rows: &[[String; 8]], columns: &[usize], width: usize) -> String {
    let pick = |row: &[String]| -> Vec<String> {
        let cells = columns.iter().filter_map(|at| row.get(*at).cloned());
        cells.collect()
    };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(pick(&COLUMNS.map(str::to_owned)));
    for row in rows.iter().map(|row| pick(row)) {
        if row.iter().skip(1).any(|cell| !cell.is_empty()) {
            table.add_row(row);
        }
    }
    for (column, at) in table.column_iter_mut().zip(columns) {
        if *at >= NUMBERS {
            column.set_cell_alignment(CellAlignment::Right);
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

fn mib(bytes: Bytes) -> String {
    bytes.whole_mib().to_string()
}

pub(super) fn mib_up(bytes: Bytes) -> String {
    bytes.0.div_ceil(Bytes::MIB.0).to_string()
}

/// The worst case of a service, as it is shown everywhere.
fn worst(planned: &Planned) -> Option<Sum> {
    let settled = planned.settled.as_ref()?;
    Some(Sum::of(&settled.worst, planned.replicas))
}

fn worst_cases(plan: &Plan, look: &Look<'_>, out: &mut String) {
    if local(plan).all(|planned| planned.settled.is_none()) {
        return;
    }
    let _ = writeln!(out, "\n{}", (look.heading)("at worst"));
    for planned in local(plan) {
        let Some(settled) = &planned.settled else {
            continue;
        };
        let sum = Sum::of(&settled.worst, planned.replicas);
        wrap(
            out,
            &format!("  {}: ", planned.name),
            &sum.text(planned.replicas),
            look.width,
        );
    }
}

fn settings(plan: &Plan, look: &Look<'_>, out: &mut String) {
    let system = plan
        .system
        .iter()
        .map(|settled| ("system", &settled.settings));
    let services = plan
        .services
        .iter()
        .filter_map(|p| Some((p.name.as_str(), &p.settled.as_ref()?.settings)));
    let all: Vec<(&str, &Vec<Setting>)> = system
        .chain(services)
        .filter(|(_, settings)| !settings.is_empty())
        .collect();
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", (look.heading)("settings"));
    for (name, settings) in all {
        if look.verbose {
            let _ = writeln!(out, "  {name}");
            for setting in settings {
                let label = format!("    {} = {}  ", setting.key, setting.text);
                wrap(out, &label, &setting.why(), look.width);
            }
            continue;
        }
        let pairs: Vec<String> = settings
            .iter()
            .map(|s| format!("{}={}", s.key, shown(&s.text)))
            .collect();
        wrap(out, &format!("  {name}: "), &pairs.join(", "), look.width);
    }
}

/// An empty value would not be seen.
fn shown(text: &str) -> &str {
    if text.is_empty() { "\"\"" } else { text }
}

fn notes(plan: &Plan, look: &Look<'_>, out: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    if plan.host.is_burstable() {
        let (cpus, always) = (plan.host.cpus, plan.host.sustained());
        lines.push(format!("burstable: {always} of {cpus} CPUs are there all the time; what always runs is planned on them"));
    }
    for planned in &plan.services {
        let Some(settled) = &planned.settled else {
            continue;
        };
        lines.extend(
            settled
                .notes
                .iter()
                .map(|note| format!("{}: {note}", planned.name)),
        );
        if let Some(why) = settled.reload.why_restart() {
            lines.push(format!("{}: a change needs a restart: {why}", planned.name));
        }
    }
    lines.extend(plan.not_applicable.iter().cloned());
    let _ = writeln!(out, "\n{}", (look.heading)("notes and checks"));
    for line in lines {
        wrap(out, "  ", &line, look.width);
    }
    if !plan.fits {
        let text = format!("does not fit: {}", short(plan));
        for line in wrapped(&text, look.width.saturating_sub(2)) {
            let _ = writeln!(out, "  {}", (look.severity)(Severity::Error, &line));
        }
    }
    findings(plan, look, out);
}

/// What is wanted, what is needed and what there is.
pub(super) fn short(plan: &Plan) -> String {
    let floors: Bytes = local(plan).map(|planned| planned.stake.floor).sum();
    format!(
        "{} MiB wanted, {} at least, {} to divide: {} short",
        mib_up(plan.wanted),
        mib_up(floors),
        plan.divisible.whole_mib(),
        mib_up(plan.short)
    )
}

fn findings(plan: &Plan, look: &Look<'_>, out: &mut String) {
    for finding in plan.findings.iter().chain(&plan.silenced) {
        let severity = match finding.silenced {
            None => (look.severity)(finding.severity, finding.severity.name()),
            Some(_) => format!("silenced {}", finding.severity.name()),
        };
        let at = finding.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!(" at {at}"));
        let long = "  silenced warning ".len() + finding.id.len() + at.chars().count();
        if long > look.width && !at.is_empty() {
            let _ = writeln!(out, "  {severity} {}", finding.id);
            wrap(out, "    ", at.trim_start(), look.width);
        } else {
            let _ = writeln!(out, "  {severity} {}{at}", finding.id);
        }
        wrap(out, "    ", &finding.message, look.width);
        match &finding.silenced {
            None => wrap(out, "    help: ", &finding.help, look.width),
            Some(reason) => wrap(out, "    silenced: ", reason, look.width),
        }
    }
    for idle in &plan.silent_for_nothing {
        let text = format!("{idle} is silenced and does not fail: the silence can go");
        wrap(out, "  ", &text, look.width);
    }
    let silenced = match plan.silenced.len() {
        0 => String::new(),
        n => format!(", {n} silenced"),
    };
    let (held, failed) = (plan.held.len(), plan.failed());
    let _ = writeln!(out, "  {held} checks hold, {failed} fail{silenced}");
}
