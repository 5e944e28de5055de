//! One host and one stack become shares, settings and checks. Pure: no clock,
//! no file, no environment; the same input gives the same bytes.
//!
//! *Invariant:* limits and the system reserve never exceed the host, and every
//! worst case is inside its limit, in every plan that fits.

mod apportion;
mod budget;
mod cast;
mod checks;
mod confine;
mod outcome;
pub use confine::TEMPLATES as COMMON_TEMPLATES;
mod pools;
mod reserve;
mod settle;

use std::collections::BTreeMap;

pub use budget::Stake;
pub use checks::{
    ALL as CHECKS, Check, ELSEWHERE, Elsewhere, Finding, Needs, REFERENCE, Reference, Severity,
};
pub use outcome::{Plan, Planned, Unfit};
pub use reserve::Reserve;

use crate::host::Host;
use crate::input::{Problem, Problems};
use crate::services::{Scene, Service, Share};
use crate::stack::{ServiceSpec, Stack};
use crate::units::{Bytes, Cpus};
use cast::{Cast, Member};

/// What everybody was given, by name.
struct Division {
    stakes: BTreeMap<String, Stake>,
    cpus: BTreeMap<String, Cpus>,
    limits: BTreeMap<String, Bytes>,
    /// Of one replica; nothing where no settings are to be made.
    shares: Option<BTreeMap<String, Share>>,
}

impl Division {
    fn of(
        local: &[&Member<'_>],
        stakes: &[Stake],
        cpus: &[Cpus],
        limits: Option<&[Bytes]>,
        divisible: Bytes,
    ) -> Self {
        Self {
            stakes: by_name(local, stakes),
            cpus: by_name(local, cpus),
            limits: limits
                .map(|limits| by_name(local, limits))
                .unwrap_or_default(),
            shares: limits.map(|limits| shares(local, stakes, limits, cpus, divisible)),
        }
    }
}

/// Plans a stack on a host.
pub fn plan(host: &Host, stack: &Stack, unfit: Unfit) -> Result<Plan, Problems> {
    let cast = Cast::of(host, stack);
    let local: Vec<&Member<'_>> = sorted_local(&cast);
    let reserve = Reserve::of(host, stack.system.extra);
    let divisible = host.usable_memory().less(reserve.total());
    let mut problems = Problems::default();
    let stakes = stakes(&cast, &local, &mut problems);
    check_external(stack, &mut problems);
    checks::silences_are_known(stack, &mut problems);
    let specs: Vec<&ServiceSpec> = local.iter().map(|member| member.spec()).collect();
    let cpus = budget::divide_cpus(host.cpus, &specs).unwrap_or_else(|found| {
        problems.0.extend(found.0);
        vec![Cpus(0); specs.len()]
    });
    problems.or(())?;
    let floors: Bytes = stakes.iter().map(|stake| stake.floor).sum();
    let limits = budget::divide(divisible, &stakes);
    let mut plan = Plan {
        host: host.clone(),
        stack: stack.name.clone(),
        runtime: stack.runtime,
        divisible,
        wanted: stakes.iter().map(|stake| stake.want).sum(),
        fits: limits.is_some(),
        short: floors.less(divisible),
        overcommitted: limits.is_none() && unfit == Unfit::Overcommit,
        reserve,
        system: None,
        files: Vec::new(),
        not_applicable: Vec::new(),
        services: Vec::new(),
        findings: Vec::new(),
        silenced: Vec::new(),
        held: Vec::new(),
        silent_for_nothing: Vec::new(),
    };
    let limits = match unfit {
        Unfit::Overcommit => {
            limits.or_else(|| Some(stakes.iter().map(|stake| stake.floor).collect()))
        }
        Unfit::Refuse => limits,
    };
    let division = Division::of(&local, &stakes, &cpus, limits.as_deref(), divisible);
    settle::services(&mut plan, stack, &cast, &division)?;
    checks::run(&mut plan, stack);
    Ok(plan)
}

/// The services that run here, by name: the order in which equals are served.
fn sorted_local<'a, 'b>(cast: &'b Cast<'a>) -> Vec<&'b Member<'a>> {
    let mut local: Vec<_> = cast
        .members()
        .filter(|member| !member.spec().external)
        .collect();
    local.sort_by(|a, b| a.spec().name.cmp(&b.spec().name));
    local
}

fn by_name<T: Copy>(local: &[&Member<'_>], values: &[T]) -> BTreeMap<String, T> {
    local
        .iter()
        .map(|member| member.spec().name.clone())
        .zip(values.iter().copied())
        .collect()
}

fn stakes(cast: &Cast<'_>, local: &[&Member<'_>], problems: &mut Problems) -> Vec<Stake> {
    let mut stakes = Vec::new();
    for member in local {
        let load = if member.service.divides_connections() {
            pools::least_load(cast, &member.spec().name)
        } else {
            crate::services::Load::default()
        };
        let demand = member.service.demand(&member.scene, &load);
        let bare = ServiceSpec {
            settings: BTreeMap::new(),
            ..member.spec().clone()
        };
        let scene = Scene {
            spec: &bare,
            ..member.scene
        };
        let unpinned = member.service.demand(&scene, &load).least;
        match budget::stake(member.spec(), &demand, unpinned) {
            Ok(stake) => stakes.push(stake),
            Err(found) => problems.0.extend(found.0),
        }
    }
    stakes
}

/// What runs elsewhere must say how many connections it admits, if it divides them.
fn check_external(stack: &Stack, problems: &mut Problems) {
    for spec in stack.services.values().filter(|spec| spec.external) {
        let divides =
            crate::services::find(&spec.kind).is_some_and(<dyn Service>::divides_connections);
        if divides && spec.connections.is_none() {
            let message = format!(
                "external service '{}' must state its 'connections'",
                spec.name
            );
            let problem = Problem::at(spec.spot_of("external"), message);
            problems.push(problem.help("the plan divides them among its users: connections = 100"));
        }
    }
}

fn shares(
    local: &[&Member<'_>],
    stakes: &[Stake],
    limits: &[Bytes],
    cpus: &[Cpus],
    divisible: Bytes,
) -> BTreeMap<String, Share> {
    let floors: Bytes = stakes.iter().map(|stake| stake.floor).sum();
    let each = local.iter().zip(stakes).zip(limits.iter().zip(cpus));
    each.map(|((member, stake), (limit, cpus))| {
        let replicas = member.spec().replicas.max(1);
        let own = limit.over(replicas);
        let others = floors.less(stake.floor.over(replicas));
        let share = Share {
            limit: own,
            reserve: own.min(stake.want.over(replicas)),
            ceiling: divisible.less(others).max(own),
            cpus: Cpus(cpus.0 / replicas),
            cpus_pinned: member.spec().cpus.is_some(),
        };
        (member.spec().name.clone(), share)
    })
    .collect()
}
