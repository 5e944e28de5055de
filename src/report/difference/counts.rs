//! How many of what change, and what the changes need.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Review;
use super::files::Held;
use super::shadows::is_lost;
use super::words::count;
use crate::diff::{Differences, FileDifference, SettingDifference};
use crate::formats::Format;
use crate::report::needs::{Need, text as needs_text};
use crate::units::Bytes;

/// For each need the services that have it, with the number of their settings;
/// no service where it is done once for the host.
pub(super) type Needs<'a> = BTreeMap<Need, BTreeMap<Option<&'a str>, usize>>;

/// What each setting of a difference stands in.
pub(super) struct Formats<'a>(BTreeMap<&'a str, Format>);

impl<'a> Formats<'a> {
    pub(super) fn of(differences: &'a Differences) -> Self {
        let files = differences.files.iter();
        Self(
            files
                .map(|file| (file.path.as_str(), file.format))
                .collect(),
        )
    }

    /// The things to do where a setting changes. One without effect needs none.
    pub(super) fn needs(&self, change: &SettingDifference) -> &'static [Need] {
        let format = self.0.get(change.path.as_str()).copied();
        match change.needs {
            Some(needs) if !is_lost(change) => Need::of(needs, format),
            _ => &[],
        }
    }

    /// The same behind "needs", whether or not something else wins.
    pub(super) fn needs_text(&self, change: &SettingDifference) -> Option<&'static str> {
        let format = self.0.get(change.path.as_str()).copied();
        needs_text(change.needs?, format)
    }
}

/// What the changes need. One that has no effect needs nothing.
pub(super) fn needs(differences: &Differences) -> Needs<'_> {
    let formats = Formats::of(differences);
    let mut needs = Needs::new();
    for change in differences.changes() {
        for need in formats.needs(change) {
            let service = (!need.is_once()).then_some(change.service.as_str());
            *needs.entry(*need).or_default().entry(service).or_default() += 1;
        }
    }
    needs
}

/// `restart 2: api, db; reload 1: nginx; daemon-reload`: the most disruptive
/// first, each with whom it hits; nothing where nothing is needed.
pub(super) fn needs_in_short(differences: &Differences) -> Option<String> {
    let needs = needs(differences);
    let each = needs.iter().map(|(need, services)| {
        let names: Vec<&str> = services.keys().copied().flatten().collect();
        match names.len() {
            0 => need.word().to_owned(),
            n => format!("{} {n}: {}", need.word(), names.join(", ")),
        }
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| each.join("; "))
}

/// The numbers of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) settings: usize,
    pub(super) changed: usize,
    pub(super) without_effect: usize,
    pub(super) files: usize,
    pub(super) files_changed: usize,
    /// Of those, the ones in which comments change and nothing else does.
    pub(super) only_comments: usize,
    pub(super) troubles: usize,
}

impl Counts {
    pub(super) fn of(found: &Differences) -> Self {
        let without_effect = |one: &&SettingDifference| is_lost(one);
        let changed = |file: &&FileDifference| file.is_change();
        let held = Held::of(found);
        let in_comments = |file: &&FileDifference| held.is_only_comments(file);
        Self {
            settings: found.settings.len(),
            changed: found.changes().count(),
            without_effect: found.changes().filter(without_effect).count(),
            files: found.files.len(),
            files_changed: found.files.iter().filter(changed).count(),
            only_comments: found.files.iter().filter(in_comments).count(),
            troubles: found.troubles.len(),
        }
    }

    /// `9 settings change, 2 of them without effect; 4 files change, 1 only in
    /// comments`.
    pub(super) fn sentence(&self) -> String {
        let verb = if self.changed == 1 { "s" } else { "" };
        let mut text = match self.changed {
            0 => "no setting changes".to_owned(),
            n => format!("{} change{verb}", count(n, "setting")),
        };
        if self.without_effect > 0 {
            let _ = write!(text, ", {} of them without effect", self.without_effect);
        }
        match self.files_sentence() {
            files if files.is_empty() => text,
            files if self.changed == 0 => format!("{text}, {files}"),
            files => format!("{text}; {files}"),
        }
    }

    fn files_sentence(&self) -> String {
        let change = |n: usize| {
            let verb = if n == 1 { "s" } else { "" };
            format!("{} change{verb}", count(n, "file"))
        };
        let others = self.files_changed.saturating_sub(self.only_comments);
        match (others, self.only_comments) {
            (0, 0) => String::new(),
            (n, 0) => change(n),
            (0, n) => format!("{} only in comments", change(n)),
            (others, n) => format!("{}, {n} only in comments", change(others)),
        }
    }
}

/// What stays free of the host where every service is at its worst case: one
/// that is not known counts as its limit.
pub(super) fn spare(review: &Review<'_>) -> Option<Bytes> {
    let plan = review.plan?;
    let local = plan.services.iter().filter(|planned| !planned.external);
    let taken: Bytes = local
        .filter_map(|planned| planned.worst().or(planned.limit))
        .sum();
    Some(plan.divisible.less(taken))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Shadow, ShadowKind, Was};
    use crate::report::difference::made;
    use crate::setting::Activation;

    #[test]
    fn each_need_names_its_services_the_most_disruptive_first() {
        let found = made::differences();
        let said = needs_in_short(&found);
        assert_eq!(
            said.as_deref(),
            Some("restart 1: db; reload 1: db; command 1: system")
        );
        assert_eq!(needs_in_short(&Differences::default()), None);
    }

    #[test]
    fn a_file_that_a_server_must_read_needs_a_reload_and_a_drop_in_systemd() {
        let mut found = Differences::default();
        let one = |path: &str, format, needs, found: &mut Differences| {
            let mut file = made::file(path, Was::Nothing, b"a\n");
            file.format = format;
            let mut setting = made::setting("db", path);
            setting.needs = Some(needs);
            found.files.push(file);
            found.settings.push(setting);
        };
        one("/a", Format::Postgresql, Activation::NewSession, &mut found);
        assert_eq!(needs_in_short(&found).as_deref(), Some("reload 1: db"));
        one("/b", Format::Systemd, Activation::Immediate, &mut found);
        one("/c", Format::Systemd, Activation::Immediate, &mut found);
        one("/d", Format::Logrotate, Activation::NextRun, &mut found);
        let said = needs_in_short(&found);
        assert_eq!(said.as_deref(), Some("reload 1: db; daemon-reload"));
        assert_eq!(needs(&found)[&Need::DaemonReload][&None], 2);
    }

    #[test]
    fn what_has_no_effect_needs_nothing() {
        let mut found = made::differences();
        for setting in &mut found.settings {
            setting.shadows = vec![Shadow {
                by: "/etc/x".into(),
                line: 1,
                value: "1".into(),
                kind: ShadowKind::Wins,
            }];
        }
        assert!(needs(&found).is_empty());
    }

    #[test]
    fn counts_are_a_sentence() {
        let none = Counts::of(&Differences::default());
        assert_eq!(none.sentence(), "no setting changes");
        let some = Counts {
            changed: 1,
            files_changed: 2,
            ..none
        };
        assert_eq!(some.sentence(), "1 setting changes; 2 files change");
        let more = Counts {
            changed: 3,
            without_effect: 1,
            ..none
        };
        assert_eq!(
            more.sentence(),
            "3 settings change, 1 of them without effect"
        );
        let files = Counts {
            files_changed: 1,
            ..none
        };
        assert_eq!(files.sentence(), "no setting changes, 1 file changes");
        let comments = Counts {
            changed: 2,
            files_changed: 23,
            only_comments: 8,
            ..none
        };
        assert_eq!(
            comments.sentence(),
            "2 settings change; 15 files change, 8 only in comments"
        );
    }
}
