//! The rules of live files that fail, in words: what is so and where, what to
//! do. What the stack silences is left to the JSON.

use super::columns::paragraph;
use super::page::said;
use super::words::visible;
use super::{Look, Tone};
use crate::diff::Differences;
use crate::plan::{Finding, Severity};
use crate::report::wrap::wrap;

/// Those that somebody wants to hear.
pub(super) fn heard(found: &Differences) -> impl Iterator<Item = &Finding> {
    let findings = found.findings.iter();
    findings.filter(|finding| finding.silenced.is_none())
}

/// What is so, and where.
pub(super) fn sentence(finding: &Finding) -> String {
    match &finding.at {
        Some(at) => format!("{at}: {}", finding.message),
        None => finding.message.clone(),
    }
}

/// For a terminal.
pub(super) fn section(found: &Differences, look: &Look<'_>, out: &mut String) {
    if heard(found).next().is_none() {
        return;
    }
    out.push('\n');
    paragraph("checks", 0, Tone::Heading, look, out);
    for finding in heard(found) {
        let (severity, services) = (finding.severity, finding.services.join(", "));
        let tone = match severity {
            Severity::Error => Tone::Wrong,
            Severity::Warning => Tone::Doubtful,
            Severity::Info => Tone::Faint,
        };
        let title = format!("{} {} of {services}", severity.name(), finding.id);
        paragraph(&visible(&title), 2, tone, look, out);
        wrap(out, "    ", &visible(&sentence(finding)), look.width);
        wrap(out, "    help: ", &visible(&finding.help), look.width);
    }
}

/// Points of a page, for a pull request.
pub(super) fn points<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<String> {
    findings
        .map(|finding| {
            let (severity, id) = (finding.severity.name(), finding.id);
            let (message, help) = (said(&sentence(finding)), said(&finding.help));
            format!("**{severity}** `{id}`: {message}. Help: {help}")
        })
        .collect()
}
