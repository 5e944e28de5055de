//! A plan as one JSON document: a stable interface. Keys in `snake_case`,
//! sizes in bytes.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Counsel;
use crate::plan::advice::{Advice, Burst, Room};
use crate::plan::{Finding, Plan, Planned};
use crate::services::Reload;
use crate::setting::Setting;
use crate::units::{Bytes, Cpus, Money};

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    host: HostPart<'a>,
    /// The stack's name.
    stack: &'a str,
    runtime: &'static str,
    /// Whether the floors, and the wants that are strict, fit the host.
    fits: bool,
    /// Rendered although it does not fit.
    overcommitted: bool,
    /// What is missing where it does not fit.
    short_bytes: Bytes,
    /// The sum of all wants and the system reserve.
    wanted_bytes: Bytes,
    /// What the host keeps for itself.
    system_bytes: Bytes,
    /// What there is for services.
    divisible_bytes: Bytes,
    reserve: ReservePart,
    system: SystemPart<'a>,
    services: Vec<ServicePart<'a>>,
    /// The checks that fail.
    checks: &'a [Finding],
    /// Those that fail and that the stack silences, each with its reason.
    checks_silenced: &'a [Finding],
    /// The ids of those that hold.
    checks_held: &'a [&'static str],
    /// What to do, where it does not fit.
    advice: &'a [Advice],
    /// Why no host helps, where none does.
    advice_remark: Option<&'a str>,
    /// Where it is tight, where it fits.
    room: Option<&'a Room>,
    /// What runs above the sustained processors, where the host is burstable.
    burst: Option<&'a Burst>,
    /// What was asked for and cannot be had on this host.
    not_applicable: &'a [String],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct HostPart<'a> {
    name: &'a str,
    memory_bytes: Bytes,
    visible_memory_bytes: Option<Bytes>,
    memory_limit_bytes: Option<Bytes>,
    cpus: Cpus,
    sustained_cpus: Cpus,
    burstable: bool,
    arch: &'static str,
    layout: &'static str,
    place: &'static str,
    storage: StoragePart,
    price_usd_month: Option<Money>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StoragePart {
    kind: &'static str,
    size_bytes: Bytes,
    network: bool,
    assumed: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ReservePart {
    unseen_bytes: u64,
    unseen_why: String,
    os_bytes: u64,
    os_why: String,
    extra_bytes: Bytes,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SystemPart<'a> {
    settings: Option<&'a [Setting]>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ServicePart<'a> {
    name: &'a str,
    kind: &'static str,
    replicas: u64,
    external: bool,
    /// One replica cannot run below this.
    floor_bytes: Bytes,
    want_bytes: Bytes,
    max_bytes: Option<Bytes>,
    /// Of all replicas, as the limit.
    reserve_bytes: Option<Bytes>,
    limit_bytes: Option<Bytes>,
    cpus: Cpus,
    processes: Option<u64>,
    worst_case_bytes: Option<Bytes>,
    worst_case: Option<Vec<TermPart>>,
    connections_opened: u64,
    reload: Option<&'static str>,
    notes: &'a [String],
    settings: Option<&'a [Setting]>,
}

/// A term of the worst case of one replica.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct TermPart {
    name: &'static str,
    bytes: u64,
    why: String,
}

/// Its schema.
pub fn schema() -> Value {
    super::schema::of::<Document<'static>>("tune plan --format json")
}

/// The document, with a line break at its end.
pub fn plan(plan: &Plan, counsel: &Counsel) -> Result<String, serde_json::Error> {
    let document = Document {
        host: host(plan),
        stack: &plan.stack,
        runtime: plan.runtime.name(),
        fits: plan.fits,
        overcommitted: plan.overcommitted,
        short_bytes: plan.short,
        wanted_bytes: plan.wanted,
        system_bytes: plan.reserve.total(),
        divisible_bytes: plan.divisible,
        reserve: ReservePart {
            unseen_bytes: plan.reserve.unseen.ceiling(),
            unseen_why: plan.reserve.unseen.numbers(),
            os_bytes: plan.reserve.os.ceiling(),
            os_why: plan.reserve.os.numbers(),
            extra_bytes: plan.reserve.extra,
        },
        system: SystemPart {
            settings: match &plan.system {
                Some(settled) => Some(&settled.settings),
                // Where it fits and the kernel is not this host's, there are none to set.
                None => (plan.fits || plan.overcommitted).then_some(&[]),
            },
        },
        services: plan.services.iter().map(service).collect(),
        checks: &plan.findings,
        checks_silenced: &plan.silenced,
        checks_held: &plan.held,
        advice: &counsel.advice,
        advice_remark: counsel.remark.as_deref(),
        room: counsel.room.as_ref(),
        burst: counsel.burst.as_ref(),
        not_applicable: &plan.not_applicable,
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn host(plan: &Plan) -> HostPart<'_> {
    let host = &plan.host;
    HostPart {
        name: &host.name,
        memory_bytes: host.memory,
        visible_memory_bytes: host.visible_memory,
        memory_limit_bytes: host.memory_limit,
        cpus: host.cpus,
        sustained_cpus: host.sustained(),
        burstable: host.is_burstable(),
        arch: host.arch.name(),
        layout: host.layout.name(),
        place: host.place.name(),
        storage: StoragePart {
            kind: host.storage.kind.name(),
            size_bytes: host.storage.size,
            network: host.storage.network,
            assumed: host.storage.assumed,
        },
        price_usd_month: host.price,
    }
}

fn service(planned: &Planned) -> ServicePart<'_> {
    let settled = planned.settled.as_ref();
    let terms = settled.map(|settled| {
        let terms = settled.worst.terms().iter();
        terms
            .map(|(name, term)| TermPart {
                name,
                bytes: term.ceiling(),
                why: term.numbers(),
            })
            .collect()
    });
    ServicePart {
        name: &planned.name,
        kind: planned.kind,
        replicas: planned.replicas,
        external: planned.external,
        floor_bytes: planned.stake.floor,
        want_bytes: planned.stake.want,
        max_bytes: planned.stake.max,
        reserve_bytes: planned.reserve(),
        limit_bytes: planned.limit,
        cpus: planned.cpus,
        processes: planned.limit.map(|_| planned.processes),
        worst_case_bytes: planned.limit.and(planned.worst()),
        worst_case: terms.filter(|_| planned.limit.is_some()),
        connections_opened: planned.load,
        reload: settled.map(|settled| match settled.reload {
            Reload::Reload => "reload",
            Reload::Restart(_) | Reload::TooLarge(_) => "restart",
        }),
        notes: settled.map_or(&[], |settled| &settled.notes),
        settings: settled.map(|settled| settled.settings.as_slice()),
    }
}
