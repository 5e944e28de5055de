//! What a service's systemd unit is told: memory, processors, files, and who
//! is killed first.

use serde_json::json;

use crate::formats::Format;
use crate::host::Place;
use crate::services::traits::{Confinement, Ending, Stated};
use crate::services::{FileSpec, Given, Judged, Meets, Settled, Unit, Validator};
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};
use crate::units::{Bytes, Decimal};

/// The short name of the settings.
pub(super) const SHEET: &str = "systemd";
/// Reclaim begins here, before the hard limit.
/// Source: docs/formulas.md, "systemd"; systemd.resource-control(5) names `MemoryHigh` the main mechanism.
const HIGH: Decimal = Decimal::thousandths(900);
/// A weight of 1 is systemd's default.
/// Source: systemd.resource-control(5), `CPUWeight`: 1 to 10000, default 100.
const DEFAULT_CPU_WEIGHT: u64 = 100;
const MOST_CPU_WEIGHT: u64 = 10_000;

const CONTROL: &str =
    "https://www.freedesktop.org/software/systemd/man/252/systemd.resource-control.html";
const EXEC: &str = "https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html";
const SERVICE: &str = "https://www.freedesktop.org/software/systemd/man/252/systemd.service.html";
const PAGE_CACHE: &str = "docs/measurements.md#load";

const fn now(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Immediate,
        because,
    }
}

const fn restart(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Restart,
        because,
    }
}

/// Adds the settings and a drop-in, or the whole unit, for every replica.
pub(super) fn hold(given: &Given<'_>, settled: &mut Settled, pins: &Pins<'_>) {
    if settled.units.is_empty() || given.scene.host.place != Place::Machine {
        return;
    }
    let mut sheet = Sheet::new(SHEET, Spelling::Systemd, pins);
    memory(&mut sheet, given, settled.page_cache);
    processors(&mut sheet, given);
    limits(&mut sheet, settled, pins);
    ending(&mut sheet, settled);
    let made = sheet.finish();
    settled.traits.confinement = confinement(&made);
    settled.settings.extend(made);
    let files: Vec<FileSpec> = settled
        .units
        .iter()
        .map(|unit| file(given, settled, unit))
        .collect();
    settled.files.extend(files);
}

/// What checks may know of it.
fn confinement(made: &[Setting]) -> Confinement {
    Confinement {
        limit: Stated::size(made, "MemoryMax"),
        assured: Stated::size(made, "MemoryLow"),
        oom_score: Stated::word(made, "OOMScoreAdjust").and_then(|score| {
            let value = score.value.parse().ok()?;
            Some(Stated::new(value, score.key))
        }),
        open_files: Stated::count(made, "LimitNOFILE"),
        ..Confinement::default()
    }
}

fn memory(sheet: &mut Sheet<'_>, given: &Given<'_>, page_cache: bool) {
    let share = Formula::size("share", given.share.limit);
    let whole = share.floor_to(Bytes::MIB);
    // What lies below a hard limit that a person pinned follows it down.
    let below = |size: &Formula| match sheet.pinned_size("MemoryMax") {
        Some(max) => size.at_most(&Formula::size("MemoryMax", max)),
        None => size.clone(),
    };
    if page_cache {
        let because = "its share is the last to be reclaimed, page cache included";
        let low = below(&whole);
        sheet.size("MemoryLow", &low, now(PAGE_CACHE, because));
        let because =
            "held by its own settings: a hard limit at its share would strangle its page cache";
        sheet.size(
            "MemoryMax",
            &given.ceiling.floor_to(Bytes::MIB),
            now(PAGE_CACHE, because),
        );
    } else {
        let high = (&below(&share) * HIGH).floor_to(Bytes::MIB);
        sheet.size(
            "MemoryHigh",
            &high,
            now(
                CONTROL,
                "slowed down and reclaimed from before it is killed",
            ),
        );
        sheet.size(
            "MemoryMax",
            &whole,
            now(CONTROL, "its share: nobody else pays for its leak"),
        );
    }
    let because = "swap is divided as memory is: no service can fill it alone";
    sheet.size("MemorySwapMax", &whole, now(CONTROL, because));
}

fn processors(sheet: &mut Sheet<'_>, given: &Given<'_>) {
    let weight = Formula::part("weight", given.scene.spec.weight) * DEFAULT_CPU_WEIGHT;
    let weight = weight
        .floor()
        .at_least(&Formula::number(1))
        .at_most(&Formula::number(MOST_CPU_WEIGHT));
    sheet.count(
        "CPUWeight",
        &weight,
        now(
            CONTROL,
            "its part when all are busy; idle processors are free to use",
        ),
    );
    if given.share.cpus_pinned {
        let percent = Formula::cpus("cpus", given.share.cpus) * 100;
        let percent = percent.floor().at_least(&Formula::number(1));
        sheet.words(
            "CPUQuota",
            &format!("{}%", percent.whole()),
            &percent,
            now(CONTROL, "the stack pins its processors"),
        );
    }
}

fn limits(sheet: &mut Sheet<'_>, settled: &Settled, pins: &Pins<'_>) {
    if let Some(files) = &settled.open_files {
        sheet.count(
            "LimitNOFILE",
            files,
            restart(EXEC, "what its connections and files need at most"),
        );
    }
    if let Some(tasks) = &settled.tasks {
        sheet.count(
            "TasksMax",
            tasks,
            now(CONTROL, "a bound on runaway forks, above what it needs"),
        );
    }
    let score = settled.oom_score.to_string();
    let because = match settled.oom_score {
        i16::MIN..0 => "it holds data: the last to be killed when memory runs out",
        0 => "neither first nor last to be killed when memory runs out",
        _ => "its work can be done again: the first to be killed when memory runs out",
    };
    let score = sheet.word("OOMScoreAdjust", &score, restart(EXEC, because));
    if !matches!(score.parse::<i64>(), Ok(-1000..=1000)) {
        let message = format!("systemd ignores OOMScoreAdjust={score}");
        let help = "it takes \"-1000\", never to be killed, to \"1000\"";
        pins.reject("OOMScoreAdjust", &message, help);
    }
}

/// How long it is given to end: 0 is for ever here.
/// Source: `config_parse_service_timeout` in systemd's `src/core/load-fragment.c`.
fn ending(sheet: &mut Sheet<'_>, settled: &mut Settled) {
    let Some(seconds) = &settled.stop_seconds else {
        return;
    };
    let key = "TimeoutStopSec";
    let because = "longer than its own graceful ending";
    let given = match sheet.count(key, seconds, now(SERVICE, because)).whole() {
        0 => u64::MAX,
        seconds => seconds,
    };
    settled.traits.ending = Some(Ending {
        asks: settled.graceful_seconds,
        given: Stated::new(given, key),
    });
}

/// The units of what it uses here: they are up before it first connects.
fn after(given: &Given<'_>) -> Vec<String> {
    let used = given.scene.spec.uses.iter();
    let peers = used.filter_map(|(name, _)| given.peers.get(name));
    peers.flat_map(|peer| peer.units.iter().cloned()).collect()
}

fn file(given: &Given<'_>, settled: &Settled, unit: &Unit) -> FileSpec {
    let mut environment = settled.environment.clone();
    environment.extend(unit.exec.iter().flat_map(|exec| exec.environment.clone()));
    let environment: Vec<String> = environment
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let (template, path, facts) = match &unit.exec {
        None => (
            "common/drop-in.conf",
            format!("/etc/systemd/system/{}.d/90-tune.conf", unit.name),
            json!({ "environment": environment, "unit": unit.name }),
        ),
        Some(exec) => (
            "common/unit.service",
            format!("/etc/systemd/system/{}", unit.name),
            json!({
                "environment": environment, "unit": unit.name, "description": exec.description,
                "command": exec.command, "cwd": exec.cwd, "user": exec.user,
                "reload": exec.reload, "notifies": exec.notifies,
                "after": after(given),
            }),
        ),
    };
    FileSpec {
        template,
        path,
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Systemd,
        main: Some(unit.name.clone()),
        // It ends with 0 on what it ignores.
        validator: Validator {
            judged: Judged::Own(&["ignoring"]),
            cannot_tell: &[" not found."],
            ..Validator::of("systemd-analyze verify --man=no MAIN")
        },
        sheet: SHEET,
        facts,
    }
}
