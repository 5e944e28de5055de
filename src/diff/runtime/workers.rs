//! How many workers a service has: counted, whatever its manager believes.

use super::processes::Process;
use super::services::Look;
use super::{Runtime, Value};
use crate::formats::Format;
use crate::services::Workers;

/// Counts them against the setting that is their number.
pub(super) fn count(
    look: &Look<'_>,
    workers: Workers,
    mains: &[&Process],
    format: Format,
    runtime: &mut Runtime,
) {
    let Some(setting) = look.planned.setting(workers.key) else {
        return;
    };
    let mut add = |count: usize, started: Option<i64>, from: String| {
        let value = Value::of(setting, workers.key, format, &count.to_string(), from);
        runtime.value(&look.planned.name, workers.key, value.since(started));
    };
    if let Some(manager) = workers.of {
        let ours = of_manager(look, manager, workers.key);
        if !ours.is_empty() {
            let last = ours.iter().filter_map(|process| process.started).max();
            add(ours.len(), last, format!("processes below {manager}"));
        }
        return;
    }
    for main in mains {
        if workers.unless.iter().any(|word| main.has_word(word)) {
            continue;
        }
        let children = look.table.iter().filter(|process| {
            process.parent == main.pid
                && workers.title.is_none_or(|title| process.says(title))
                && workers.leaving.is_none_or(|leaving| !process.says(leaving))
        });
        let from = format!("processes below {}", main.pid);
        add(children.count(), main.started, from);
    }
}

/// The processes that a manager runs for a service: a manager may run others'
/// programs too, ours lie below the directory of the file that counts them.
pub(super) fn of_manager<'t>(look: &Look<'t>, manager: &str, key: &str) -> Vec<&'t Process> {
    let Some(setting) = look.planned.setting(key) else {
        return Vec::new();
    };
    let mut files = look.settled.files.iter();
    let file = files.find(|file| file.sheet == setting.file);
    let Some((directory, _)) = file.and_then(|file| file.path.rsplit_once('/')) else {
        return Vec::new();
    };
    let directory = format!("{directory}/");
    let managers = look.table.iter().filter(|one| one.runs(&[manager], &[]));
    let managers: Vec<u32> = managers.map(|one| one.pid).collect();
    let children = look.table.iter();
    children
        .filter(|one| managers.contains(&one.parent) && one.says(&directory))
        .collect()
}
