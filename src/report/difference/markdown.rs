//! For a pull request: a verdict in the first line, what has no effect and what
//! newly fails in sight, the settings folded service by service. Never longer
//! than a comment may be.

use std::collections::BTreeSet;

use super::counts::{Counts, Formats, needs, needs_in_short, spare};
use super::page::{Page, code, said};
use super::shadows::{Lost, grouped};
use super::summary::by_service;
use super::validations::{Tally, refusals, sentence, untold};
use super::words::{Labels, Places, at, count, growth, new, old, reason};
use super::{Review, checks, files, running, shadows};
use crate::diff::{Differences, FileDifference, Old, SettingDifference};
use crate::plan::Finding;
use crate::report::mib;
use crate::units::{Money, MoneyChange};

/// Parts in a hundred of the room left that a list may take, so that no long
/// one takes it all.
const SHARE: usize = 30;

/// The whole page.
pub fn markdown(review: &Review<'_>) -> String {
    let found = review.differences;
    let mut page = Page::default();
    let mut left_out = Vec::new();
    page.add(&format!("**{}**\n\n", verdict(review)));
    page.add(&format!("{}\n\n", said(&review.title)));
    for (title, points) in lists(review) {
        list(&mut page, &mut left_out, title, &points);
    }
    let tables: usize = tables(found, &mut page);
    if tables > 0 {
        left_out.push(count(tables, "setting"));
    }
    let files = file_table(found, &mut page);
    if files > 0 {
        left_out.push(count(files, "file"));
    }
    page.end(&left_out)
}

/// What stands in sight, the worst first.
fn lists(review: &Review<'_>) -> [(&'static str, Vec<String>); 9] {
    let found = review.differences;
    let [total, partial] = shadows::lost(found).map(|lost| grouped(&lost));
    let newly = newly_failing(review).into_iter();
    [
        ("refused by validators", refused(found)),
        ("needs", needed(found)),
        ("settings without effect", lost(&total)),
        ("settings not in effect everywhere", lost(&partial)),
        ("running otherwise", running::points(found)),
        ("checks that newly fail", checks::points(newly)),
        (
            "checks that fail in the files that are there",
            checks::points(checks::heard(found)),
        ),
        ("files not read", troubles(found)),
        ("not validated", not_validated(found)),
    ]
}

/// Whether it fits, what changes, whom it stops, what it costs: in a line.
fn verdict(review: &Review<'_>) -> String {
    let found = review.differences;
    let mut parts = Vec::new();
    if let Some(plan) = review.plan {
        let host = said(&plan.host.name);
        parts.push(if plan.fits {
            format!("Fits {host}{}", room(review))
        } else {
            format!("Does not fit {host}, {} short", plan.short)
        });
    }
    let counts = Counts::of(found);
    parts.extend(Tally::of(found).refusal());
    parts.push(counts.sentence());
    if let Some(needs) = needs_in_short(found) {
        parts.push(said(&needs));
    }
    parts.extend(cost_in_words(review));
    match newly_failing(review).len() {
        0 => {}
        1 => parts.push("1 check newly fails".to_owned()),
        n => parts.push(format!("{n} checks newly fail")),
    }
    match checks::heard(found).count() {
        0 => {}
        1 => parts.push("1 check fails in the files that are there".to_owned()),
        n => parts.push(format!("{n} checks fail in the files that are there")),
    }
    if counts.troubles > 0 {
        parts.push(format!("{} not read", count(counts.troubles, "file")));
    }
    let line = parts.join("; ");
    let mut chars = line.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

/// By how much it fits.
fn room(review: &Review<'_>) -> String {
    let spare = spare(review).map(|spare| format!(", {} free with all at worst", mib(spare)));
    spare.unwrap_or_default()
}

/// What the host costs more than before, where another plan is compared.
pub(super) fn cost(review: &Review<'_>) -> Option<MoneyChange> {
    let (before, plan) = (review.before?, review.plan?);
    let change = MoneyChange::between(before.host.price?, plan.host.price?);
    let is_other = before.host.name != plan.host.name;
    (is_other || change.size() > Money::default()).then_some(change)
}

/// `+15.33 USD a month (30.66)`: by how much, and what it comes to.
pub(super) fn cost_in_words(review: &Review<'_>) -> Option<String> {
    let change = cost(review)?;
    Some(match review.plan.and_then(|plan| plan.host.price) {
        Some(price) => format!("{change} USD a month ({price})"),
        None => format!("{change} USD a month"),
    })
}

/// Checks that fail and did not before, where another plan is compared.
pub(super) fn newly_failing<'a>(review: &Review<'a>) -> Vec<&'a Finding> {
    let (Some(before), Some(plan)) = (review.before, review.plan) else {
        return Vec::new();
    };
    let known: BTreeSet<&str> = before.findings.iter().map(|finding| finding.id).collect();
    let new = |finding: &&Finding| !known.contains(finding.id);
    plan.findings.iter().filter(new).collect()
}

/// Points below a heading, as many as its share of the page holds.
fn list(page: &mut Page, left_out: &mut Vec<String>, title: &str, points: &[String]) {
    if points.is_empty() {
        return;
    }
    let most = page.share(SHARE);
    let mut heading = title.chars();
    let first = heading.next().map(|c| c.to_ascii_uppercase());
    let heading: String = first.into_iter().chain(heading).collect();
    page.add(&format!("### {heading}\n\n"));
    let mut points = points.iter();
    let rest = points
        .by_ref()
        .position(|point| !page.add_up_to(&format!("- {point}\n"), most));
    if rest.is_some() {
        left_out.push(format!("{} of {title}", points.len() + 1));
    }
    page.add("\n");
}

fn needed(found: &Differences) -> Vec<String> {
    let needs = needs(found);
    let each = needs.iter().map(|(need, services)| {
        let named: Vec<String> = services
            .iter()
            .take(50)
            .map(|(service, n)| match service {
                Some(service) => format!("{} ({})", code(service), count(*n, "setting")),
                None => format!("once, for {}", count(*n, "setting")),
            })
            .collect();
        format!("{}: {}", need.word(), named.join(", "))
    });
    each.collect()
}

fn lost(groups: &[Lost<'_>]) -> Vec<String> {
    let each = groups.iter().map(|group| {
        let (subject, service) = (group.subject(), code(group.service()));
        let sentence = said(&group.sentence);
        match group.names() {
            Some(names) => format!(
                "{} of {service}: {sentence}: {}",
                said(&subject),
                code(&names)
            ),
            None => format!("{} of {service}: {sentence}", code(&subject)),
        }
    });
    each.collect()
}

fn troubles(found: &Differences) -> Vec<String> {
    let each = found.troubles.iter();
    each.map(|trouble| said(&trouble.to_string())).collect()
}

fn refused(found: &Differences) -> Vec<String> {
    let each = refusals(found).into_iter().map(|(one, already, lines)| {
        let lines: Vec<String> = lines.iter().map(|line| code(line)).collect();
        let rest = sentence("", already);
        format!("{}{rest}: {}", code(&one.command), lines.join(" "))
    });
    each.collect()
}

fn not_validated(found: &Differences) -> Vec<String> {
    let each = untold(found).into_iter().map(|(why, commands)| {
        let commands: Vec<String> = commands.iter().map(|one| code(one)).collect();
        format!("{}: {}", said(&why), commands.join(", "))
    });
    each.collect()
}

const DETAILS_END: &str = "\n</details>\n\n";

/// A folded table for each service; gives the number of settings left out.
fn tables(found: &Differences, page: &mut Page) -> usize {
    let places = Places::of(found);
    let formats = Formats::of(found);
    let mut left_out = 0;
    for (service, changes) in by_service(found) {
        let summary = format!("{}: {}", said(service), count(changes.len(), "setting"));
        let head = format!(
            "<details><summary>{summary}</summary>\n\n\
             | setting | old | new | | from | needs | why |\n|---|---|---|---|---|---|---|\n"
        );
        if !page.open(&head, DETAILS_END) {
            left_out += changes.len();
            continue;
        }
        let labels = Labels::of(&changes, &places);
        let rows = changes.iter();
        let shown = rows
            .take_while(|change| page.add(&row(change, &labels, &formats)))
            .count();
        left_out += changes.len().saturating_sub(shown);
        page.close(DETAILS_END);
    }
    left_out
}

fn row(change: &SettingDifference, labels: &Labels<'_>, formats: &Formats<'_>) -> String {
    let lost = if shadows::is_lost(change) {
        "**no effect** "
    } else {
        ""
    };
    let growth = change.delta.filter(|_| !change.secret).map(growth);
    let needs = formats.needs_text(change).unwrap_or_default();
    let from = match &change.old {
        Old::File { file, line, .. } => code(&at(file, *line)),
        Old::Default(_) => "default".to_owned(),
        Old::Unset => String::new(),
        Old::Unknown => "not read".to_owned(),
    };
    let cells = [
        code(&labels.label(change)),
        code(&old(change)),
        code(&new(change)),
        format!("{lost}{}", growth.unwrap_or_default())
            .trim()
            .to_owned(),
        from,
        needs.to_owned(),
        said(reason(change)),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// The files, folded; gives the number of those left out.
fn file_table(found: &Differences, page: &mut Page) -> usize {
    let shown = |file: &&FileDifference| file.is_change() || !file.kept.is_empty();
    let all: Vec<_> = found.files.iter().filter(shown).collect();
    if all.is_empty() {
        return 0;
    }
    let summary = count(all.len(), "file");
    let head = format!("<details><summary>{summary}</summary>\n\n| file | | |\n|---|---|---|\n");
    if !page.open(&head, DETAILS_END) {
        return all.len();
    }
    let known = files::Held::of(found);
    let rows = all.iter();
    let shown = rows
        .take_while(|file| page.add(&file_row(&known, file)))
        .count();
    page.close(DETAILS_END);
    all.len().saturating_sub(shown)
}

fn file_row(known: &files::Held<'_>, file: &FileDifference) -> String {
    let mut remarks = known.remarks(file);
    remarks.extend(file.kept.iter().map(|kept| {
        let (reason, help) = (&kept.refused.reason, &kept.refused.help);
        format!("{} stays as it is: {reason}; {help}", kept.key)
    }));
    let remarks: Vec<String> = remarks.iter().map(|remark| said(remark)).collect();
    let (path, state) = (code(&file.path), files::state(file));
    format!("| {path} | {state} | {} |\n", remarks.join("; "))
}

#[cfg(test)]
mod tests;
