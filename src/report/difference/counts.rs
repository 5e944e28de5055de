//! How many of what change, and what the changes need.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Review;
use super::shadows::is_lost;
use super::words::count;
use crate::diff::{Differences, FileDifference, SettingDifference};
use crate::setting::Activation;
use crate::units::Bytes;

/// What must be done beside writing the files, the most disruptive first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// A container made anew.
    Recreate,
    /// A restart.
    Restart,
    /// A reload.
    Reload,
    /// A command to what runs.
    Command,
}

impl Need {
    fn of(needs: Activation) -> Option<Self> {
        match needs {
            Activation::Immediate | Activation::NewSession | Activation::NextRun => None,
            Activation::Live => Some(Self::Command),
            Activation::Reload => Some(Self::Reload),
            Activation::Restart => Some(Self::Restart),
            Activation::Recreate => Some(Self::Recreate),
        }
    }

    /// In a word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Recreate => "recreate",
            Self::Restart => "restart",
            Self::Reload => "reload",
            Self::Command => "command",
        }
    }
}

/// For each need the services that have it, with the number of their settings.
pub(super) type Needs<'a> = BTreeMap<Need, BTreeMap<&'a str, usize>>;

/// What the changes need. One that has no effect needs nothing.
pub(super) fn needs(differences: &Differences) -> Needs<'_> {
    let mut needs = Needs::new();
    for change in differences.changes().filter(|one| !is_lost(one)) {
        if let Some(need) = change.needs.and_then(Need::of) {
            let services = needs.entry(need).or_default();
            *services.entry(change.service.as_str()).or_default() += 1;
        }
    }
    needs
}

/// `2 reload, 1 restart: db`: how many services need what, and whom the most
/// disruptive one hits; nothing where nothing is needed.
pub(super) fn needs_in_short(differences: &Differences) -> Option<String> {
    let needs = needs(differences);
    let (_, hit) = needs.first_key_value()?;
    let counts: Vec<String> = needs
        .iter()
        .rev()
        .map(|(need, services)| format!("{} {}", services.len(), need.word()))
        .collect();
    let names: Vec<&str> = hit.keys().copied().collect();
    Some(format!("{}: {}", counts.join(", "), names.join(", ")))
}

/// The numbers of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) settings: usize,
    pub(super) changed: usize,
    pub(super) without_effect: usize,
    pub(super) files: usize,
    pub(super) files_changed: usize,
    pub(super) troubles: usize,
}

impl Counts {
    pub(super) fn of(found: &Differences) -> Self {
        let without_effect = |one: &&SettingDifference| is_lost(one);
        let changed = |file: &&FileDifference| file.is_change();
        Self {
            settings: found.settings.len(),
            changed: found.changes().count(),
            without_effect: found.changes().filter(without_effect).count(),
            files: found.files.len(),
            files_changed: found.files.iter().filter(changed).count(),
            troubles: found.troubles.len(),
        }
    }

    /// `9 settings change, 2 of them without effect, in 4 files`.
    pub(super) fn sentence(&self) -> String {
        let one = |n: usize| if n == 1 { "s" } else { "" };
        let files = count(self.files_changed, "file");
        if self.changed == 0 {
            let verb = one(self.files_changed);
            return match self.files_changed {
                0 => "no setting changes".to_owned(),
                _ => format!("no setting changes, {files} change{verb}"),
            };
        }
        let settings = count(self.changed, "setting");
        let mut text = format!("{settings} change{}", one(self.changed));
        if self.without_effect > 0 {
            let _ = write!(text, ", {} of them without effect", self.without_effect);
        }
        match self.files_changed {
            0 => text,
            _ => format!("{text}; {files} change{}", one(self.files_changed)),
        }
    }
}

/// What of the host nobody is given.
pub(super) fn free(review: &Review<'_>) -> Option<Bytes> {
    let plan = review.plan?;
    let local = plan.services.iter().filter(|planned| !planned.external);
    let given: Bytes = local.filter_map(|planned| planned.limit).sum();
    Some(plan.divisible.less(given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Shadow, ShadowKind};
    use crate::report::difference::made;

    #[test]
    fn the_most_disruptive_need_names_its_services() {
        let found = made::differences();
        let said = needs_in_short(&found);
        assert_eq!(said.as_deref(), Some("1 command, 1 reload, 1 restart: db"));
        assert_eq!(needs_in_short(&Differences::default()), None);
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
    }
}
