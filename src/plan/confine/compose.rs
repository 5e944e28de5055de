//! What a compose project is told: one override file with the limits of every
//! container, laid over the project's own file.

use serde_json::{Value, json};

use crate::plan::Plan;
use crate::services::{FileSpec, Given, Meets, Settled};
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};
use crate::stack::Stack;
use crate::units::{Bytes, Decimal};

/// The short name of the settings.
const SHEET: &str = "compose.override.yaml";
/// A weight of 1 is docker's default.
/// Source: docker run reference, `--cpu-shares`: default 1024, at least 2.
const DEFAULT_CPU_SHARES: u64 = 1024;
const SPEC: &str = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md";
const PAGE_CACHE: &str = "docs/measurements.md#load";

const fn rule(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Recreate,
        because,
    }
}

/// Adds a container's limits.
pub(super) fn limits(given: &Given<'_>, settled: &mut Settled, pins: &Pins<'_>) {
    let mut sheet = Sheet::new(SHEET, Spelling::Compose, pins);
    let share = Formula::size("share", given.share.limit).floor_to(Bytes::MIB);
    let (limit, because) = if settled.page_cache {
        let ceiling = Formula::size(
            "memory - system reserve - floors of the others",
            given.share.ceiling,
        );
        (
            ceiling.floor_to(Bytes::MIB),
            "held by its own settings: at its share it would strangle its page cache",
        )
    } else {
        (share.clone(), "its share: nobody else pays for its leak")
    };
    let source = if settled.page_cache { PAGE_CACHE } else { SPEC };
    let limit = sheet.size("mem_limit", &limit, rule(source, because));
    let reserve =
        Formula::size("reserve", given.share.reserve.min(given.share.limit)).floor_to(Bytes::MIB);
    sheet.size(
        "mem_reservation",
        &reserve.at_most(&limit),
        rule(SPEC, "what it may count on"),
    );
    sheet.size(
        "memswap_limit",
        &limit,
        rule(SPEC, "no swap of its own: unset it would be as much again"),
    );
    if given.share.cpus_pinned {
        let cpus = Decimal::thousandths(given.share.cpus.0);
        sheet.decimal("cpus", cpus, rule(SPEC, "the stack pins its processors"));
    } else {
        let shares = Formula::decimal(given.scene.spec.weight) * DEFAULT_CPU_SHARES;
        let shares = shares
            .floor()
            .at_least(&Formula::number(2))
            .at_most(&Formula::number(262_144));
        sheet.count(
            "cpu_shares",
            &shares,
            rule(
                SPEC,
                "its part when all are busy; idle processors are free to use",
            ),
        );
    }
    if settled.tasks > 0 {
        let tasks = Formula::count("processes and threads", settled.tasks);
        sheet.count(
            "pids_limit",
            &tasks,
            rule(SPEC, "a bound on runaway forks, above what it needs"),
        );
    }
    if let Some(shm) = settled.container.shm {
        let shm = Formula::size("64MiB and twice maintenance_work_mem", shm);
        sheet.size(
            "shm_size",
            &shm,
            rule(
                SPEC,
                "parallel work passes through /dev/shm, 64m unless told",
            ),
        );
    }
    if settled.stop_seconds > 0 {
        let seconds = format!("{}s", settled.stop_seconds);
        sheet.word(
            "stop_grace_period",
            &seconds,
            rule(SPEC, "longer than its own graceful ending"),
        );
    }
    settled.settings.extend(sheet.finish());
}

/// The override file of the whole project.
pub(super) fn file(plan: &Plan, stack: &Stack) -> FileSpec {
    let services: Vec<Value> = plan
        .services
        .iter()
        .filter(|planned| !planned.external)
        .filter_map(|planned| Some((planned, planned.settled.as_ref()?)))
        .map(|(planned, settled)| {
            let mine: Vec<&Setting> = settled.settings.iter().filter(|setting| setting.file == SHEET).collect();
            let mounts: Vec<String> =
                settled.container.mounts.iter().map(|(from, to)| format!("{from}:{to}:ro")).collect();
            json!({
                "name": planned.name, "replicas": planned.replicas, "settings": mine,
                "environment": settled.environment, "command": settled.container.command, "mounts": mounts,
            })
        })
        .collect();
    FileSpec {
        template: "common/compose.override.yaml",
        path: format!("{}/compose.override.yaml", stack.directory),
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        validator: "docker compose -f {} config -q",
        sheet: SHEET,
        facts: json!({ "services": services }),
    }
}
