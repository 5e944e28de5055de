//! For a terminal: service by service what changes, then what it needs, what
//! would have no effect, the files, and what could not be read.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::columns::{self, Row, paragraph};
use super::counts::{Counts, needs, needs_in_short};
use super::markdown::cost_in_words;
use super::validations::{Tally, refusals, sentence, untold};
use super::words::{Labels, Places, count, growth, new, old, visible, why};
use super::{Look, Review, Tone, checks, files, running, shadows};
use crate::diff::{Differences, FileDifference, SettingDifference, Shadow};
use crate::formats::{Trouble, TroubleKind};
use crate::report::wrap::{columns as width_of, wrap};

/// The whole of it.
pub fn summary(review: &Review<'_>, look: &Look<'_>) -> String {
    let found = review.differences;
    let mut out = String::new();
    head(review, look, &mut out);
    for (service, changes) in by_service(found) {
        section(&visible(service), look, &mut out);
        columns::write(&rows(&changes, found, look), look, &mut out);
    }
    refused(found, look, &mut out);
    needed(found, look, &mut out);
    let [total, partial] = shadows::lost(found);
    lost("NO EFFECT", Tone::Wrong, &total, look, &mut out);
    lost("not everywhere", Tone::Doubtful, &partial, look, &mut out);
    running::section(found, look, &mut out);
    checks::section(found, look, &mut out);
    changed_files(found, look, &mut out);
    validated(found, look, &mut out);
    troubles(found, look, &mut out);
    out
}

/// What is compared, and how much differs, in two lines.
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
        _ => {
            let needs = needs_in_short(found).map(|needs| format!("; {needs}"));
            let sentence = counts.sentence();
            format!("{sentence}{}", needs.unwrap_or_default())
        }
    };
    wrap(out, "", &visible(&text), look.width);
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

/// What changes, the services in the order of the plan's files.
pub(super) fn by_service(found: &Differences) -> Vec<(&str, Vec<&SettingDifference>)> {
    let mut places = BTreeMap::new();
    let mut groups: Vec<(&str, Vec<&SettingDifference>)> = Vec::new();
    for change in found.changes() {
        let service = change.service.as_str();
        let at = *places.entry(service).or_insert_with(|| {
            groups.push((service, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, changes)) = groups.get_mut(at) {
            changes.push(change);
        }
    }
    groups
}

fn rows(changes: &[&SettingDifference], found: &Differences, look: &Look<'_>) -> Vec<Row> {
    let places = Places::of(found);
    let labels = Labels::of(changes, &places);
    let row = |change: &&SettingDifference| {
        let lost = shadows::is_lost(change);
        Row {
            key: labels.label(change),
            old: old(change),
            new: new(change),
            growth: change
                .delta
                .filter(|_| !change.secret)
                .map(growth)
                .unwrap_or_default(),
            place: if lost {
                "NO EFFECT".to_owned()
            } else {
                places.old(change)
            },
            tone: lost.then_some(Tone::Wrong),
            notes: if look.verbose {
                notes(change)
            } else {
                Vec::new()
            },
        }
    };
    changes.iter().map(row).collect()
}

/// Why, from where, and in which file.
fn notes(change: &SettingDifference) -> Vec<String> {
    let mut notes = vec![visible(why(change)), visible(&change.source)];
    if let Some(needs) = change.needs {
        notes.push(format!("needs {}", needs.text()));
    }
    notes.push(format!("in {}", visible(&change.path)));
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
    for (need, services) in &needs {
        let named: Vec<String> = services
            .iter()
            .map(|(service, n)| format!("{} ({})", visible(service), count(*n, "setting")))
            .collect();
        wrap(
            out,
            &format!("  {:<8}  ", need.word()),
            &named.join(", "),
            look.width,
        );
    }
}

fn lost(
    title: &str,
    tone: Tone,
    all: &[(&SettingDifference, &Shadow)],
    look: &Look<'_>,
    out: &mut String,
) {
    if all.is_empty() {
        return;
    }
    out.push('\n');
    paragraph(title, 0, tone, look, out);
    for (setting, shadow) in all {
        let label = format!("  {} = {}: ", visible(&setting.key), new(setting));
        wrap(out, &label, &shadows::sentence(setting, shadow), look.width);
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
