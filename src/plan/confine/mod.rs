//! How a share is enforced: what systemd or compose is told, and who rotates
//! the logs. The same for every kind, from what each of them settled.

mod compose;
mod duration;
mod logrotate;
mod ports;
mod systemd;
mod task;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::Plan;
use crate::host::Place;
use crate::input::{Problem, Problems};
use crate::services::{FileSpec, Given, Meets, Settled};
use crate::setting::Pins;
use crate::stack::{Runtime, Stack};

/// What systemd, compose and logrotate take where nothing is set, whatever the
/// service.
/// Source: systemd.resource-control(5), systemd.exec(5), systemd-system.conf(5);
/// <https://docs.docker.com/reference/compose-file/services/>; logrotate(8).
const DEFAULTS: &[(&str, &str)] = &[
    ("CPUWeight", "100"),
    ("LimitNOFILE", "1024:524288"),
    ("MemoryHigh", "infinity"),
    ("MemoryLow", "0"),
    ("MemoryMax", "infinity"),
    ("MemorySwapMax", "infinity"),
    ("OOMScoreAdjust", "0"),
    ("TimeoutStopSec", "90"),
    ("cpu_shares", "1024"),
    ("rotate", "0"),
    ("shm_size", "64m"),
    ("stop_grace_period", "10s"),
];

/// What holds a service where nothing is set.
pub(crate) fn default_of(key: &str) -> Option<&'static str> {
    let found = DEFAULTS.iter().find(|(name, _)| *name == key);
    found.map(|(_, value)| *value)
}

/// The templates that belong to no kind.
pub const TEMPLATES: &[(&str, &str)] = &[
    (
        "common/task.env",
        include_str!("../../../templates/common/task.env.tera"),
    ),
    (
        "common/drop-in.conf",
        include_str!("../../../templates/common/drop-in.conf.tera"),
    ),
    (
        "common/unit.service",
        include_str!("../../../templates/common/unit.service.tera"),
    ),
    (
        "common/logrotate",
        include_str!("../../../templates/common/logrotate.tera"),
    ),
    (
        "common/compose.override.yaml",
        include_str!("../../../templates/common/compose.override.yaml.tera"),
    ),
];

/// The sheets whose settings are the same for every kind.
pub(super) const SHEETS: &[&str] = &[systemd::SHEET, compose::SHEET, logrotate::SHEET];

/// Adds what holds one service.
pub(super) fn service(given: &Given<'_>, settled: &mut Settled, pins: &Pins<'_>) {
    match (given.scene.host.place, given.scene.runtime) {
        (Place::Fargate, _) => task::environment(given, settled),
        (_, Runtime::Compose) => compose::limits(given, settled, pins),
        (Place::Machine, _) => {
            systemd::hold(given, settled, pins);
            logrotate::rotate(given, settled, pins);
        }
        (Place::Container, _) => {}
    }
}

/// Adds what holds all of them, and refuses two services that would write the
/// same file.
pub(super) fn whole(plan: &mut Plan, stack: &Stack) -> Problems {
    if plan.runtime == Runtime::Compose && plan.host.place != Place::Fargate {
        let file = compose::file(plan, stack);
        plan.files.push(file);
    }
    share_rules(plan);
    let mut problems = ports::taken_twice(plan, stack);
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for planned in &plan.services {
        let files = planned.settled.iter().flat_map(|settled| &settled.files);
        for FileSpec { path, .. } in files {
            let Some(other) = owners.insert(path, &planned.name) else {
                continue;
            };
            let spec = |name: &str| {
                stack
                    .services
                    .get(name)
                    .filter(|spec| spec.unread.keys.is_empty())
            };
            if let (Some(other_spec), Some(spec)) = (spec(other), spec(&planned.name)) {
                let message = format!(
                    "services '{other}' and '{}' would both write {path}",
                    planned.name
                );
                let help =
                    "give one of them a 'unit', 'user', 'cwd' or 'data_directory' of its own";
                let problem = Problem::at(&spec.spot, message).label("would write it too");
                let problem = problem.also(&other_spec.spot, "writes it");
                problems.push(problem.help(help));
            }
        }
    }
    problems
}

/// Services of one kind share the rule of their package: it is written once.
fn share_rules(plan: &mut Plan) {
    let mut written: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    let settled = plan
        .services
        .iter_mut()
        .filter_map(|planned| planned.settled.as_mut());
    for settled in settled {
        settled.files.retain(|file| {
            if file.meets != Meets::Merge {
                return true;
            }
            if written.get(&file.path) == Some(&file.facts) {
                return false;
            }
            written.insert(file.path.clone(), file.facts.clone());
            true
        });
    }
}
