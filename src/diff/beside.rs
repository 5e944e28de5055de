//! What runs, laid beside the differences of files: the values that something
//! running has, and what a command line, a role or a database sets over files.

use std::collections::BTreeMap;

use super::model::{SettingDifference, Shadow, ShadowKind};
use super::runtime::{Runtime, Value};
use super::{Candidate, Old};
use crate::formats::{COMMAND_LINE, Format};
use crate::plan::Plan;
use crate::services::find;

/// Fills in what is known of each setting of the plan.
pub(super) fn lay(
    runtime: &Runtime,
    plan: &Plan,
    candidates: &[Candidate],
    settings: &mut [SettingDifference],
) {
    let all = candidates.iter();
    let formats: BTreeMap<&str, Format> = all.map(|one| (one.path.as_str(), one.format)).collect();
    for setting in settings.iter_mut().filter(|setting| setting.planned) {
        let Some(format) = formats.get(setting.path.as_str()) else {
            continue;
        };
        let lines = runtime.command_lines.get(&setting.service);
        let lines = lines.into_iter().flatten();
        let shadows: Vec<Shadow> = lines
            .filter_map(|argv| by_command_line(*format, argv, setting))
            .collect();
        setting.shadows.extend(shadows);
        setting.shadows.dedup();
        let (sessions, running): (Vec<&Value>, Vec<&Value>) = runtime
            .values(&setting.service, &setting.key)
            .iter()
            .partition(|value| value.in_sessions);
        setting
            .shadows
            .extend(sessions.into_iter().map(in_sessions));
        let is_count = counts(plan, setting);
        let running = running
            .into_iter()
            .filter(|value| is_news(*format, setting, value, is_count));
        setting.running = running.cloned().collect();
    }
}

/// Whether a running value says something that the files do not: it is neither
/// what they say nor what they would say. What is counted is told as well where
/// it is already as it would be.
fn is_news(format: Format, setting: &SettingDifference, value: &Value, is_count: bool) -> bool {
    let is_old = match &setting.old {
        Old::File { value: old, .. } | Old::Default(old) => {
            let normal = |text: &str| format.normal(&setting.key, text.as_bytes());
            normal(old) == normal(&value.text)
        }
        Old::Unset | Old::Unknown => false,
    };
    // A count is told even where it is as planned, unless the files say it already.
    let is_known = value.holds && (setting.same || !is_count);
    !is_old && !is_known
}

/// Whether the setting is a number of processes, which were counted.
fn counts(plan: &Plan, setting: &SettingDifference) -> bool {
    let kind = plan.service(&setting.service);
    let live = kind.and_then(|planned| find(planned.kind)?.live());
    let workers = live.and_then(|live| live.workers);
    workers.is_some_and(|workers| workers.key == setting.key)
}

/// What a running server was started with.
fn by_command_line(format: Format, argv: &[String], setting: &SettingDifference) -> Option<Shadow> {
    if !setting.within.is_empty() {
        return None;
    }
    let said = format.arguments(argv);
    let (key, value) = said.into_iter().rfind(|(key, _)| *key == setting.key)?;
    let normal = format.normal(&key, &value);
    Some(Shadow {
        by: COMMAND_LINE.to_owned(),
        line: 0,
        value: format.spell(&key, &normal),
        kind: ShadowKind::Wins,
    })
}

fn in_sessions(value: &Value) -> Shadow {
    Shadow {
        by: value.by.clone().unwrap_or_else(|| value.from.clone()),
        line: 0,
        value: value.text.clone(),
        kind: ShadowKind::InSessions,
    }
}

#[cfg(test)]
mod tests;
