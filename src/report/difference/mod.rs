//! A difference in its several faces. What is different was found before; here
//! nothing is compared.

mod summary;

use std::collections::BTreeMap;

pub use summary::summary;

use crate::diff::{Differences, SettingDifference};
use crate::plan::Plan;
use crate::setting::Activation;

/// A difference with what it is of.
pub struct Review<'a> {
    /// What is compared with what, in a line: `web on t3.small, against /`.
    pub title: String,
    /// What would change.
    pub differences: &'a Differences,
    /// The plan, where one is known.
    pub plan: Option<&'a Plan>,
    /// The plan that it is compared with, where it is one.
    pub before: Option<&'a Plan>,
}

/// What a set of changes needs: each activation, with the services that need it
/// and the number of their settings.
pub(super) fn needs(differences: &Differences) -> BTreeMap<&'static str, BTreeMap<&str, usize>> {
    let mut needs: BTreeMap<&'static str, BTreeMap<&str, usize>> = BTreeMap::new();
    for change in differences.changes() {
        if let Some(activation) = change.needs.and_then(word) {
            let services = needs.entry(activation).or_default();
            *services.entry(change.service.as_str()).or_default() += 1;
        }
    }
    needs
}

/// In a word, where something must be done beside writing the file.
pub(super) fn word(needs: Activation) -> Option<&'static str> {
    match needs {
        Activation::Immediate | Activation::NewSession | Activation::NextRun => None,
        Activation::Live => Some("command"),
        Activation::Reload => Some("reload"),
        Activation::Restart => Some("restart"),
        Activation::Recreate => Some("recreate"),
    }
}

/// The old value as it is shown.
pub(super) fn old(setting: &SettingDifference) -> &str {
    match setting.old.value() {
        Some(_) if setting.secret => "(secret)",
        Some(value) => value,
        None => "(not set)",
    }
}

/// The new value as it is shown.
pub(super) fn new(setting: &SettingDifference) -> &str {
    match &setting.new {
        Some(_) if setting.secret => "(secret)",
        Some(value) => value,
        None => "(not set)",
    }
}
