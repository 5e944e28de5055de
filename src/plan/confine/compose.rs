//! What a compose project is told: one override file with the limits of every
//! container, laid over the project's own file.

use serde_json::{Value, json};

use super::duration;
use crate::formats::Format;
use crate::plan::Plan;
use crate::services::traits::{Confinement, Ending, Stated};
use crate::services::{FileSpec, Given, Meets, Settled, Validator};
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};
use crate::stack::Stack;
use crate::units::Bytes;

/// The short name of the settings.
pub(super) const SHEET: &str = "compose.override.yaml";
/// A weight of 1 is docker's default.
/// Source: docker run reference, `--cpu-shares`: default 1024, at least 2.
const DEFAULT_CPU_SHARES: u64 = 1024;
const MOST_CPU_SHARES: u64 = 262_144;
const SPEC: &str = "https://github.com/compose-spec/compose-spec/blob/main/05-services.md";
/// Docker makes no container with less.
/// Source: <https://docs.docker.com/engine/containers/resource_constraints/>
const LEAST_MEMORY: Bytes = Bytes::mib(6);
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
    memory(&mut sheet, given, settled.page_cache);
    processors(&mut sheet, given, pins);
    if let Some(tasks) = &settled.tasks {
        let because = "a bound on runaway forks, above what it needs";
        sheet.count("pids_limit", tasks, rule(SPEC, because));
    }
    if let Some(shm) = &settled.container.shm {
        let because = "parallel work passes through /dev/shm, 64m unless told";
        sheet.size("shm_size", shm, rule(SPEC, because));
    }
    ending(&mut sheet, settled, pins);
    let made = sheet.finish();
    settled.traits.confinement = confinement(&made);
    refuse(&settled.traits.confinement, pins);
    settled.settings.extend(made);
}

/// What checks may know of it.
fn confinement(made: &[Setting]) -> Confinement {
    Confinement {
        limit: Stated::size(made, "mem_limit"),
        assured: Stated::size(made, "mem_reservation"),
        with_swap: Stated::size(made, "memswap_limit"),
        cpus: Stated::decimal(made, "cpus"),
        shared_memory: Stated::size(made, "shm_size"),
        ..Confinement::default()
    }
}

/// Refuses what docker would refuse.
fn refuse(confinement: &Confinement, pins: &Pins<'_>) {
    let (Some(limit), Some(with_swap)) = (&confinement.limit, &confinement.with_swap) else {
        return;
    };
    if limit.value < LEAST_MEMORY {
        let message = format!("a container with {} is not made", limit.value);
        let help = format!("it takes {LEAST_MEMORY} or more");
        pins.reject(limit.key, &message, &help);
    }
    if with_swap.value > Bytes::ZERO && with_swap.value < limit.value {
        let message = format!(
            "{} is memory and swap together, and {} less than {}: the container is not made",
            with_swap.key, with_swap.value, limit.key
        );
        let help = format!("state {} or more, or leave it out", limit.value.exact());
        pins.reject(with_swap.key, &message, &help);
    }
}

fn ending(sheet: &mut Sheet<'_>, settled: &mut Settled, pins: &Pins<'_>) {
    let Some(seconds) = &settled.stop_seconds else {
        return;
    };
    let key = "stop_grace_period";
    let computed = format!("{}s", seconds.whole());
    let because = "longer than its own graceful ending";
    let period = sheet.words(key, &computed, seconds, rule(SPEC, because));
    let Some(given) = duration::seconds(&period) else {
        let message = format!("{key} = \"{period}\" is no duration");
        pins.reject(key, &message, "as in \"90s\" or \"1m30s\"");
        return;
    };
    settled.traits.ending = Some(Ending {
        asks: settled.graceful_seconds,
        given: Stated::new(given, key),
    });
}

fn memory(sheet: &mut Sheet<'_>, given: &Given<'_>, page_cache: bool) {
    let share = Formula::size("share", given.share.limit).floor_to(Bytes::MIB);
    let (limit, because, source) = if page_cache {
        let because = "held by its own settings: at its share it would strangle its page cache";
        (given.ceiling.floor_to(Bytes::MIB), because, PAGE_CACHE)
    } else {
        (share, "its share: nobody else pays for its leak", SPEC)
    };
    let limit = sheet.size("mem_limit", &limit, rule(source, because));
    let reserve = given.share.reserve.min(given.share.limit);
    let reserve = Formula::size("reserve", reserve).floor_to(Bytes::MIB);
    let because = "what it may count on";
    sheet.size(
        "mem_reservation",
        &reserve.at_most(&limit),
        rule(SPEC, because),
    );
    let because = "no swap of its own: unset it would be as much again";
    sheet.size("memswap_limit", &limit, rule(SPEC, because));
}

fn processors(sheet: &mut Sheet<'_>, given: &Given<'_>, pins: &Pins<'_>) {
    if given.share.cpus_pinned || pins.node("cpus").is_some() {
        let cpus = Formula::cpus("cpus", given.share.cpus);
        sheet.decimal("cpus", &cpus, rule(SPEC, "the stack pins its processors"));
        return;
    }
    let shares = Formula::part("weight", given.scene.spec.weight) * DEFAULT_CPU_SHARES;
    let shares = shares
        .floor()
        .at_least(&Formula::number(2))
        .at_most(&Formula::number(MOST_CPU_SHARES));
    let because = "its part when all are busy; idle processors are free to use";
    sheet.count("cpu_shares", &shares, rule(SPEC, because));
}

fn text<'a>(settings: &[&'a Setting], key: &str) -> Option<&'a str> {
    let found = settings.iter().find(|setting| setting.key == key)?;
    Some(found.text.as_str())
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
                "limit": text(&mine, "mem_limit"), "reservation": text(&mine, "mem_reservation"),
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
        format: Format::Compose,
        main: None,
        validator: Validator::never(
            "docker compose -f {} config -q",
            "it reads the files of a project, which tune does not know",
        ),
        sheet: SHEET,
        facts: json!({ "services": services }),
    }
}
