//! A plan for a wiki or a pull request: the verdict first, then who gets what,
//! settings folded by service, checks and advice.

use std::fmt::Write as _;

use super::text::{Look, bar, facts, local, mib_up, row, short};
use super::{Counsel, advice};
use crate::plan::{Finding, Plan, Planned, Severity};
use crate::setting::Setting;

/// Columns of the bar.
const WIDTH: usize = 80;

/// The whole page.
pub fn plan(plan: &Plan, counsel: &Counsel) -> String {
    let mut out = format!("# {} on {}\n\n", text(&plan.stack), text(&plan.host.name));
    let _ = writeln!(out, "**{}**\n\n{}\n", verdict(plan), text(&facts(plan)));
    let look = Look {
        width: WIDTH,
        verbose: false,
        part: &|_, text| text.to_owned(),
        heading: &str::to_owned,
        severity: &|_, text| text.to_owned(),
    };
    let mut drawn = String::new();
    bar(plan, &look, &mut drawn);
    let _ = writeln!(out, "```text\n{}\n```\n", drawn.trim_end());
    shares(plan, &mut out);
    findings(plan, &mut out);
    counseled(counsel, &mut out);
    settings(plan, &mut out);
    out
}

/// Whether it can be used as it is, in a sentence.
fn verdict(plan: &Plan) -> String {
    if !plan.fits {
        return format!("Does not fit: {}.", short(plan));
    }
    let count = |severity| {
        let same = |finding: &&Finding| finding.severity == severity;
        plan.findings.iter().filter(same).count()
    };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "Fits, and no check fails that matters.".to_owned(),
        (0, warnings) => format!("Fits, with {warnings} warning{}.", plural(warnings)),
        (errors, _) => format!(
            "Fits, and {errors} check{} of severity error fail{}.",
            plural(errors),
            if errors == 1 { "s" } else { "" }
        ),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn shares(plan: &Plan, out: &mut String) {
    out.push_str("| | service | kind | reserve | limit | worst | cpus | procs |\n");
    out.push_str("|---|---|---|---:|---:|---:|---:|---:|\n");
    let system = mib_up(plan.reserve.total());
    let _ = writeln!(out, "| # | system | | {system} | {system} | | | |");
    for (at, planned) in local(plan).enumerate() {
        let cells: Vec<String> = row(at, planned).iter().map(|cell| text(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    for planned in plan.services.iter().filter(|planned| planned.external) {
        let (name, kind) = (text(&planned.name), planned.kind);
        let _ = writeln!(out, "| | {name} | {kind} | elsewhere | | | | |");
    }
    out.push_str("\nMiB.\n\n");
}

fn findings(plan: &Plan, out: &mut String) {
    let (held, failed) = (plan.held.len(), plan.failed());
    let _ = writeln!(out, "## Checks\n\n{held} hold, {failed} fail.\n");
    for finding in &plan.findings {
        let at = finding.at.as_ref();
        let at = at.map_or_else(String::new, |at| format!(" at {}", code(at)));
        let (severity, id) = (finding.severity.name(), finding.id);
        let (message, remedy) = (text(&finding.message), text(&finding.help));
        let _ = writeln!(
            out,
            "- **{severity}** `{id}`{at}: {message}. Help: {remedy}"
        );
    }
    for finding in &plan.silenced {
        let reason = finding.silenced.as_deref().unwrap_or_default();
        let (message, reason) = (text(&finding.message), text(reason));
        let _ = writeln!(
            out,
            "- silenced `{}`: {message}. Reason: {reason}",
            finding.id
        );
    }
    for idle in &plan.silent_for_nothing {
        let _ = writeln!(out, "- {} is silenced and does not fail", code(idle));
    }
    if !plan.findings.is_empty() || !plan.silenced.is_empty() {
        out.push('\n');
    }
}

fn counseled(counsel: &Counsel, out: &mut String) {
    if !counsel.advice.is_empty() {
        out.push_str("## What to do\n\n");
    }
    for piece in advice::in_order(counsel) {
        let (action, sentence) = (piece.action.name(), advice::sentence(piece));
        let _ = writeln!(out, "- **{action}** {}\n", text(&sentence));
        out.push_str("  ```toml\n");
        for line in piece.toml.lines() {
            let _ = writeln!(out, "{}", format!("  {line}").trim_end());
        }
        out.push_str("  ```\n\n");
    }
    if let Some(remark) = &counsel.remark {
        let _ = writeln!(out, "{}\n", text(remark));
    }
    let lines = advice::lines(counsel);
    if !lines.is_empty() {
        out.push_str("## Room\n\n");
        for line in lines {
            let _ = writeln!(out, "- {}", text(&line));
        }
        out.push('\n');
    }
}

fn settings(plan: &Plan, out: &mut String) {
    let system = plan.system.iter().map(|settled| ("system", settled));
    let services = plan
        .settled()
        .map(|(planned, settled): (&Planned, _)| (planned.name.as_str(), settled));
    let all: Vec<(&str, &[Setting])> = system
        .chain(services)
        .map(|(name, settled)| (name, settled.settings.as_slice()))
        .filter(|(_, settings)| !settings.is_empty())
        .collect();
    if all.is_empty() {
        return;
    }
    out.push_str("## Settings\n\n");
    for (name, settings) in all {
        let count = settings.len();
        let summary = format!("{}: {count} setting{}", text(name), plural(count));
        let _ = writeln!(out, "<details><summary>{summary}</summary>\n");
        out.push_str(
            "| setting | value | why | source | a change needs |\n|---|---|---|---|---|\n",
        );
        for setting in settings {
            let (key, value) = (code(&setting.key), code(&setting.text));
            let (why, needs) = (text(&setting.why()), setting.activation.text());
            let source = setting.source;
            let _ = writeln!(out, "| {key} | {value} | {why} | {source} | {needs} |");
        }
        out.push_str("\n</details>\n\n");
    }
}

/// Characters that mean something in Markdown or in HTML.
const SPECIAL: &str = "\\`*_[]|~";

/// A text of which every character means itself, also in a table. An
/// underscore within a word means itself anyway.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let within = c == '_' && before.is_alphanumeric() && after.is_alphanumeric();
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c if SPECIAL.contains(c) && !within => out.extend(['\\', c]),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// A text as code, whatever it holds, also in a table.
fn code(text: &str) -> String {
    let longest = text
        .split(|c| c != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let inner: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let inner = inner.replace('|', "\\|");
    let pad = if inner.is_empty() || inner.starts_with('`') || inner.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{inner}{pad}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_cell() {
        assert_eq!(text("a|b <b> `c` *d*"), "a\\|b &lt;b&gt; \\`c\\` \\*d\\*");
        assert_eq!(text("work_mem\n| x"), "work_mem \\| x");
        assert_eq!(text("_a_ __b"), "\\_a\\_ \\_\\_b");
        assert_eq!(code("5MB"), "`5MB`");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code(""), "`  `");
    }
}
