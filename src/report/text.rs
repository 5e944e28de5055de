//! A plan for a terminal of 80 columns.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, Table, presets};

use super::bar::{Part, widths};
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
    table(plan, &mut out);
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
        planned.worst().map_or_else(unknown, mib_up),
        planned.cpus.to_string(),
        count.unwrap_or_else(unknown),
    ]
}

fn table(plan: &Plan, out: &mut String) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "", "service", "kind", "reserve", "limit", "worst", "cpus", "procs",
    ]);
    let reserve = plan.reserve.total();
    let fixed = [
        String::from("#"),
        "system".into(),
        String::new(),
        mib(reserve),
        mib(reserve),
    ];
    table.add_row(fixed.into_iter().chain(vec![String::new(); 3]));
    for (at, planned) in local(plan).enumerate() {
        table.add_row(row(at, planned));
    }
    let given: Bytes = local(plan).map(taken).sum();
    let free = plan.divisible.less(given);
    if free > Bytes::ZERO {
        table.add_row([".".to_owned(), "free".into(), String::new(), mib(free)]);
    }
    for column in table.column_iter_mut().skip(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    for line in table.lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(
        out,
        "MiB{}",
        if plan.fits {
            ""
        } else {
            "; reserve: what each cannot run below"
        }
    );
}

fn mib(bytes: Bytes) -> String {
    bytes.whole_mib().to_string()
}

pub(super) fn mib_up(bytes: Bytes) -> String {
    bytes.0.div_ceil(Bytes::MIB.0).to_string()
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
        let terms = settled
            .worst
            .terms()
            .iter()
            .map(|(name, term)| format!("{name} {}", mib_up(term.bytes())));
        let mut sum = terms.collect::<Vec<_>>().join(" + ");
        if planned.replicas > 1 {
            sum = format!("{} x ({sum})", planned.replicas);
        }
        let total = planned.worst().map(mib_up).unwrap_or_default();
        wrap(
            out,
            &format!("  {}: ", planned.name),
            &format!("{sum} = {total}"),
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
        let text = format!(
            "does not fit: the floors need {} MiB more than there is",
            mib_up(plan.short)
        );
        let _ = writeln!(out, "  {}", (look.severity)(Severity::Error, &text));
    }
    findings(plan, look, out);
}

fn findings(plan: &Plan, look: &Look<'_>, out: &mut String) {
    for finding in plan.findings.iter().chain(&plan.silenced) {
        let severity = match finding.silenced {
            None => (look.severity)(finding.severity, finding.severity.name()),
            Some(_) => format!("silenced {}", finding.severity.name()),
        };
        let at = finding.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!(" at {at}"));
        let _ = writeln!(out, "  {severity} {}{at}", finding.id);
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
    let (held, failed) = (plan.held.len(), plan.findings.len());
    let _ = writeln!(out, "  {held} checks hold, {failed} fail{silenced}");
}

/// A text behind a label, broken at blanks so that no line is wider than the
/// terminal; what follows is indented.
pub(super) fn wrap(out: &mut String, label: &str, text: &str, width: usize) {
    let mut line = label.to_owned();
    let indent = label.chars().take_while(|c| *c == ' ').count() + 2;
    let mut empty = true;
    for word in text.split(' ') {
        let long = line.chars().count() + usize::from(!empty) + word.chars().count() > width;
        if long && !empty {
            let _ = writeln!(out, "{}", line.trim_end());
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{}", line.trim_end());
}
