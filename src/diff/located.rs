//! Which statement of a file is which setting of the plan. Most bear the same
//! name; some keys of the plan name a part of a statement, or add whom it is
//! for: `keepalive.api`, `backlog` of `listen`.

use crate::formats::Occurrence;

use super::Named;

/// The occurrences of one file that hold a setting, by their places among them.
pub(super) fn located(setting: &Named, file: &[&Occurrence], many: bool) -> Vec<usize> {
    let mine = |one: &&Occurrence| !many || one.within.contains(&setting.service);
    let pick = |is: &dyn Fn(&Occurrence) -> bool| -> Vec<usize> {
        let all = file.iter().enumerate();
        all.filter(|(_, one)| mine(one) && is(one))
            .map(|(n, _)| n)
            .collect()
    };
    let exact = pick(&|one| one.key == setting.key || name(one) == setting.key);
    if !exact.is_empty() {
        return exact;
    }
    let Some((base, whom)) = setting.key.rsplit_once('.') else {
        return pick(&|one| parameter(one, &setting.key).is_some());
    };
    pick(&|one| name(one) == base && is_for(one, file, whom))
}

fn name(one: &Occurrence) -> &str {
    one.key.split(' ').next().unwrap_or_default()
}

/// The value of `key=` among the words of a statement.
pub(super) fn parameter(one: &Occurrence, key: &str) -> Option<String> {
    let value = one.value.to_string();
    let mut words = value.split_whitespace();
    let found = words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='))?;
    Some(found.to_owned())
}

/// A statement is for a service where its block is named after it, or where
/// another statement of the same block names it.
fn is_for(one: &Occurrence, file: &[&Occurrence], whom: &str) -> bool {
    let names = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        words.any(|word| word == whom || word.strip_prefix("tune_") == Some(whom))
    };
    one.within.iter().any(|part| names(part))
        || file
            .iter()
            .any(|other| other.within == one.within && names(&other.value.to_string()))
}
