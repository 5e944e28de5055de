//! For a terminal: service by service what changes, then what it needs, what
//! would have no effect, the files, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::columns::{self, Row, paragraph};
use super::counts::{Counts, Formats, needs, needs_in_short};
use super::markdown::cost_in_words;
use super::shadows::{Lost, grouped};
use super::validations::{Tally, refusals, sentence, untold};
use super::words::{Labels, Places, count, growth, new, old, visible, why};
use super::{Look, Review, Tone, checks, files, running, shadows};
use crate::diff::{Differences, FileDifference, SettingDifference};
use crate::formats::{Trouble, TroubleKind};
use crate::report::wrap::{columns as width_of, wrap};
use crate::stack::HOST_ITSELF;

/// The whole of it.
pub fn summary(review: &Review<'_>, look: &Look<'_>) -> String {
    let found = review.differences;
    let mut out = String::new();
    head(review, look, &mut out);
    let formats = Formats::of(found);
    for (service, changes) in by_service(found) {
        section(&visible(service), look, &mut out);
        columns::write(&rows(&changes, found, &formats, look), look, &mut out);
    }
    refused(found, look, &mut out);
    needed(found, look, &mut out);
    let [total, partial] = shadows::lost(found).map(|lost| grouped(&lost));
    lost("NO EFFECT", Tone::Wrong, &total, look, &mut out);
    lost("not everywhere", Tone::Doubtful, &partial, look, &mut out);
    running::section(found, look, &mut out);
    checks::section(found, look, &mut out);
    changed_files(found, look, &mut out);
    validated(found, look, &mut out);
    troubles(found, look, &mut out);
    out
}

/// Its first lines: what is compared, and how much differs.
pub fn headline(review: &Review<'_>, look: &Look<'_>) -> String {
    let mut out = String::new();
    head(review, look, &mut out);
    out
}

fn head(review: &Review<'_>, look: &Look<'_>, out: &mut String) {
    paragraph(&visible(&review.title), 0, Tone::Heading, look, out);
    let found = review.differences;
    let counts = Counts::of(found);
    let same = counts.settings.saturating_sub(counts.changed);
    let text = match (counts.changed, counts.files_changed) {
        (0, 0) if counts.troubles > 0 => {
            "nothing else differs than what could not be read".to_owned()
        }
        (0, 0) => format!(
            "no difference: {} in {} as planned",
            count(same, "setting"),
            count(counts.files, "file")
        ),
        _ => counts.sentence(),
    };
    wrap(out, "", &visible(&text), look.width);
    if let Some(needs) = needs_in_short(found) {
        wrap(out, "needs ", &visible(&needs), look.width);
    }
    if let Some(text) = cost_in_words(review) {
        wrap(out, "", &text, look.width);
    }
    if let Some(text) = Tally::of(found).refusal() {
        paragraph(&text, 0, Tone::Wrong, look, out);
    }
    if counts.troubles > 0 {
        let text = format!("{} could not be read", count(counts.troubles, "file"));
        paragraph(&text, 0, Tone::Wrong, look, out);
    }
}

fn section(name: &str, look: &Look<'_>, out: &mut String) {
    out.push('\n');
    paragraph(name, 0, Tone::Heading, look, out);
}

/// What changes, as the plan itself has it: the host first, then services by name.
/// Those of a file stand together.
pub(super) fn by_service(found: &Differences) -> Vec<(&str, Vec<&SettingDifference>)> {
    let mut groups: BTreeMap<(bool, &str), Vec<&SettingDifference>> = BTreeMap::new();
    for change in found.changes() {
        let service = change.service.as_str();
        let group = groups.entry((service != HOST_ITSELF, service));
        group.or_default().push(change);
    }
    let groups = groups.into_iter().map(|((_, service), mut changes)| {
        let mut order: BTreeMap<&str, usize> = BTreeMap::new();
        for change in &changes {
            let next = order.len();
            order.entry(&change.path).or_insert(next);
        }
        changes.sort_by_key(|change| order.get(change.path.as_str()).copied());
        (service, changes)
    });
    groups.collect()
}

/// The rows of a service, below the files that hold them.
fn rows(
    changes: &[&SettingDifference],
    found: &Differences,
    formats: &Formats<'_>,
    look: &Look<'_>,
) -> Vec<Row> {
    let places = Places::of(found);
    let mut rows = Vec::new();
    for changes in changes.chunk_by(|a, b| a.path == b.path) {
        let labels = Labels::of(changes, &places);
        let mut above = changes.first().map(|first| visible(&first.path));
        rows.extend(changes.iter().map(|change| {
            let lost = shadows::is_lost(change);
            let growth = change.delta.filter(|_| !change.secret).map(growth);
            let notes = look.verbose.then(|| notes(change, formats));
            Row {
                above: above.take(),
                key: labels.label(change),
                old: old(change),
                new: new(change),
                growth: growth.unwrap_or_default(),
                place: if lost {
                    "NO EFFECT".to_owned()
                } else {
                    places.old(change)
                },
                tone: lost.then_some(Tone::Wrong),
                notes: notes.unwrap_or_default(),
            }
        }));
    }
    rows
}

/// Why, from where, and what it needs.
fn notes(change: &SettingDifference, formats: &Formats<'_>) -> Vec<String> {
    let mut notes = vec![visible(why(change)), visible(&change.source)];
    if let Some(needs) = formats.needs_text(change) {
        notes.push(format!("needs {needs}"));
    }
    notes.retain(|note| !note.is_empty());
    notes
}

/// What a program would not start with.
fn refused(found: &Differences, look: &Look<'_>, out: &mut String) {
    for (one, already, lines) in refusals(found) {
        let tone = if already { Tone::Doubtful } else { Tone::Wrong };
        out.push('\n');
        let text = format!("{}:", sentence(&one.command, already));
        paragraph(&visible(&text), 0, tone, look, out);
        for line in lines {
            wrap(out, "  ", &visible(&line), look.width);
        }
    }
}

/// Who takes the files, and who was not asked.
fn validated(found: &Differences, look: &Look<'_>, out: &mut String) {
    if found.validations.is_empty() {
        return;
    }
    let tally = Tally::of(found);
    section("validators", look, out);
    for (label, n) in [
        ("valid", tally.valid),
        ("refused", tally.refused + tally.already),
    ] {
        if n > 0 {
            wrap(
                out,
                &format!("  {label:<13}  "),
                &count(n, "command"),
                look.width,
            );
        }
    }
    for (why, commands) in untold(found) {
        let names = commands
            .iter()
            .map(|one| one.split(' ').next().unwrap_or(one));
        let names: BTreeSet<&str> = names.collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let text = visible(&format!("{names}: {why}"));
        wrap(out, "  not validated  ", &text, look.width);
    }
}

fn needed(found: &Differences, look: &Look<'_>, out: &mut String) {
    let needs = needs(found);
    if needs.is_empty() {
        return;
    }
    section("needs", look, out);
    let widest = needs.keys().map(|need| need.word().len()).max();
    let widest = widest.unwrap_or_default();
    for (need, services) in &needs {
        let named: Vec<String> = services
            .iter()
            .map(|(service, n)| match service {
                Some(service) => format!("{} ({})", visible(service), count(*n, "setting")),
                None => format!("once, for {}", count(*n, "setting")),
            })
            .collect();
        let label = format!("  {:<widest$}  ", need.word());
        wrap(out, &label, &named.join(", "), look.width);
    }
}

fn lost(title: &str, tone: Tone, groups: &[Lost<'_>], look: &Look<'_>, out: &mut String) {
    if groups.is_empty() {
        return;
    }
    out.push('\n');
    paragraph(title, 0, tone, look, out);
    for group in groups {
        let text = format!("{}: {}", group.subject(), group.sentence);
        wrap(out, "  ", &text, look.width);
        if let Some(names) = group.names() {
            paragraph(&names, 4, Tone::Faint, look, out);
        }
    }
}

fn changed_files(found: &Differences, look: &Look<'_>, out: &mut String) {
    let shown = |file: &&FileDifference| file.is_change() || !file.kept.is_empty();
    let files: Vec<_> = found.files.iter().filter(shown).collect();
    if files.is_empty() {
        return;
    }
    section("files", look, out);
    let states = files.iter().map(|file| files::state(file).len());
    let widest = states.max().unwrap_or_default();
    let fits = |file: &&FileDifference| 4 + widest + width_of(&file.path) <= look.width;
    let widest = if files.iter().all(fits) { widest } else { 0 };
    let known = files::Held::of(found);
    for file in files {
        let state = files::state(file);
        let mut remarks = known.remarks(file);
        if look.verbose && files::is_merged(file) {
            remarks.push("merged: all else in it stays".to_owned());
        }
        let text = match remarks.join("; ") {
            remarks if remarks.is_empty() => visible(&file.path),
            remarks => format!("{} ({remarks})", visible(&file.path)),
        };
        one_file(state, widest, &text, look, out);
        for kept in &file.kept {
            let (reason, help) = (&kept.refused.reason, &kept.refused.help);
            let text = visible(&format!("{} stays as it is: {reason}; {help}", kept.key));
            paragraph(&text, 6, Tone::Doubtful, look, out);
        }
    }
}

fn one_file(state: &str, widest: usize, text: &str, look: &Look<'_>, out: &mut String) {
    let label = format!("  {state:<widest$}  ");
    let tone = match state {
        "new" => Tone::Good,
        "changed" | "mode" | "owner" | "same" => Tone::Faint,
        _ => Tone::Wrong,
    };
    let mut plain = String::new();
    wrap(&mut plain, &label, text, look.width);
    // The state is the first word of the first line.
    let rest = plain.trim_start().strip_prefix(state).unwrap_or_default();
    let _ = write!(out, "  {}{rest}", (look.paint)(tone, state));
}

fn troubles(found: &Differences, look: &Look<'_>, out: &mut String) {
    // What stands in the way of a file of the plan is said with that file.
    let in_the_way = found.files.iter().filter(|file| files::is_in_the_way(file));
    let in_the_way: BTreeSet<&str> = in_the_way.map(|file| file.path.as_str()).collect();
    let is_said = |trouble: &Trouble| {
        matches!(trouble.what, TroubleKind::Missing(_))
            && in_the_way.contains(trouble.file.as_str())
    };
    let mut others = found.troubles.iter().filter(|one| !is_said(one)).peekable();
    if others.peek().is_none() {
        return;
    }
    out.push('\n');
    paragraph("not read", 0, Tone::Wrong, look, out);
    for trouble in others {
        wrap(out, "  ", &visible(&trouble.to_string()), look.width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::difference::made;

    fn drawn(found: &Differences, width: usize, verbose: bool) -> String {
        let look = Look {
            width,
            verbose,
            paint: &|_, text| text.to_owned(),
        };
        summary(&made::review(found), &look)
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a page is recorded in a file")]
    fn all_there_is_in_80_columns() {
        let text = drawn(&made::differences(), 80, false);
        snapbox::assert_data_eq!(text, snapbox::file!["made/summary-80.txt"]);
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a page is recorded in a file")]
    fn all_there_is_in_40_columns_and_why() {
        let text = drawn(&made::differences(), 40, true);
        snapbox::assert_data_eq!(text, snapbox::file!["made/summary-40-why.txt"]);
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        for width in [40, 57, 80] {
            for verbose in [false, true] {
                let text = drawn(&made::differences(), width, verbose);
                for line in text.lines().filter(|line| !line.contains("://")) {
                    assert!(width_of(line) <= width, "{width}: {line}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_said_of_a_secret() {
        let text = drawn(&made::differences(), 80, true);
        assert!(!text.contains("hunter"), "{text}");
        assert!(text.contains("(secret) -> (changed)"), "{text}");
    }

    #[test]
    fn no_difference_is_a_sentence() {
        let mut found = made::differences();
        found.settings.retain(|setting| setting.same);
        found.settings[0].shadows.clear();
        found.files.clear();
        found.validations.clear();
        found.troubles.clear();
        found.findings.clear();
        found.unasked.clear();
        assert_eq!(
            drawn(&found, 80, false),
            "web on t3.small, against /\nno difference: 1 setting in 0 files as planned\n"
        );
        found.troubles = made::differences().troubles;
        let text = drawn(&found, 80, false);
        assert!(
            text.contains("nothing else differs than what could not be read"),
            "{text}"
        );
        assert!(!text.contains("no difference"), "{text}");
    }

    #[test]
    fn the_headline_is_the_first_paragraph() {
        let found = made::differences();
        let look = Look {
            width: 80,
            verbose: false,
            paint: &|_, text| text.to_owned(),
        };
        let whole = drawn(&found, 80, false);
        let first = whole.split("\n\n").next().unwrap();
        assert_eq!(headline(&made::review(&found), &look), format!("{first}\n"));
    }

    #[test]
    fn colour_is_on_the_text_and_not_in_its_place() {
        let found = made::differences();
        let look = Look {
            width: 80,
            verbose: true,
            paint: &|_, text| format!("\u{1b}[1m{text}\u{1b}[0m"),
        };
        let painted = summary(&made::review(&found), &look);
        let bare = painted.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(bare, drawn(&found, 80, true));
    }
}
