//! What of a difference is never shown beside what a format says of the new
//! value alone: the old value may hold a secret and the new one none, so may
//! what wins or runs, an option may stand in one item of a list and its
//! password in the next, and whole files are private.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::is_made_by_tune;
use super::model::{Differences, FileDifference, SettingDifference, Was};
use crate::formats::{Format, is_secret_file, looks_secret, secret_items};

/// The bit that lets others read.
/// Source: chmod(2), `S_IROTH`.
const OTHERS_READ: u32 = 0o004;

impl FileDifference {
    /// Whether nothing of its text is shown: its path says that it holds
    /// secrets, or a private key stands in it, or it is a text of no known
    /// format that others may not read and tune did not write.
    pub fn is_private(&self) -> bool {
        let old = match &self.was {
            Was::File(bytes) => Some(bytes.as_slice()),
            Was::Nothing | Was::Missing(_) => None,
        };
        let sides = [(old, self.mode.0), (self.becomes.as_deref(), self.mode.1)];
        let is_kept = |(bytes, mode): (Option<&[u8]>, Option<u32>)| {
            let bytes = bytes.unwrap_or_default();
            let is_closed = mode.is_some_and(|mode| mode & OTHERS_READ == 0);
            let is_text = self.format == Format::Text && !bytes.is_empty();
            has_private_key(bytes) || (is_text && is_closed && !is_made_by_tune(bytes))
        };
        is_secret_file(&self.path) || sides.into_iter().any(is_kept)
    }
}

fn has_private_key(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"PRIVATE KEY-----";
    bytes.windows(MARK.len()).any(|part| part == MARK)
}

/// Marks the settings whose values are not shown.
pub(super) fn mark(found: &mut Differences) {
    let files = found.files.iter();
    let private: BTreeSet<&str> = files
        .filter(|file| file.is_private())
        .map(|file| file.path.as_str())
        .collect();
    let formats: BTreeMap<&str, Format> = found
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.format))
        .collect();
    for setting in &mut found.settings {
        let path = setting.path.as_str();
        let format = formats.get(path).copied().unwrap_or(Format::Text);
        setting.secret |= private.contains(path) || tells(format, setting);
        if !setting.planned && looks_secret(setting.why.as_bytes()) {
            setting.why.clear();
        }
    }
    let (old, new) = (
        items(&found.settings, |one| one.old.value()),
        items(&found.settings, |one| one.new.as_deref()),
    );
    for (setting, is_secret) in found.settings.iter_mut().zip(old.iter().zip(&new)) {
        setting.secret |= is_secret.0 | is_secret.1;
    }
}

/// Whether any value of a setting is one to hide.
fn tells(format: Format, setting: &SettingDifference) -> bool {
    let (old, new) = (setting.old.value(), setting.new.as_deref());
    let shadows = setting.shadows.iter().map(|one| one.value.as_str());
    let running = setting.running.iter().map(|one| one.text.as_str());
    let mut values = old.into_iter().chain(new).chain(shadows).chain(running);
    values.any(|value| format.is_secret(&setting.key, value.as_bytes()))
}

/// Which belong to a command line of several items that holds a secret.
fn items<'a>(
    settings: &'a [SettingDifference],
    value: impl Fn(&'a SettingDifference) -> Option<&'a str>,
) -> Vec<bool> {
    let all: Vec<(Vec<String>, &str, &str)> = settings
        .iter()
        .map(|one| {
            let mut place = vec![one.path.clone()];
            place.extend(one.within.iter().cloned());
            (place, one.key.as_str(), value(one).unwrap_or_default())
        })
        .collect();
    let all: Vec<(&[String], &str, &str)> = all
        .iter()
        .map(|(place, key, value)| (place.as_slice(), *key, *value))
        .collect();
    secret_items(&all)
}
