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
pub use confine::TEMPLATES as COMMON_TEMPLATES;
mod pools;
mod reserve;
mod settle;

use std::collections::BTreeMap;

pub use budget::Stake;
pub use checks::{ALL as CHECKS, Check, Finding, Severity};
pub use reserve::Reserve;

use crate::host::Host;
use crate::input::{Problem, Problems};
use crate::services::{FileSpec, Scene, Service, Settled, Share};
use crate::stack::{Runtime, ServiceSpec, Stack};
use crate::units::{Bytes, Cpus};
use cast::{Cast, Member};

/// What becomes of a host and its stack.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The host.
    pub host: Host,
    /// The stack's name.
    pub stack: String,
    /// What starts and holds the services.
    pub runtime: Runtime,
    /// What is not divided.
    pub reserve: Reserve,
    /// What is.
    pub divisible: Bytes,
    /// What all services would like, together.
    pub wanted: Bytes,
    /// Whether the floors fit.
    pub fits: bool,
    /// By how much they do not.
    pub short: Bytes,
    /// Whether settings were made although it does not fit.
    pub overcommitted: bool,
    /// What the host itself gets; nothing where it is not ours to set.
    pub system: Option<Settled>,
    /// Files that belong to no single service.
    pub files: Vec<FileSpec>,
    /// What cannot be set here, and why.
    pub not_applicable: Vec<String>,
    /// The services, by name.
    pub services: Vec<Planned>,
    /// The checks that fail.
    pub findings: Vec<Finding>,
    /// The checks that hold.
    pub held: Vec<&'static str>,
}

/// What becomes of one service.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// How many of it.
    pub replicas: u64,
    /// Whether it runs elsewhere.
    pub external: bool,
    /// What it takes part with, all replicas together.
    pub stake: Stake,
    /// What it is given, all replicas together; nothing where the plan does not fit.
    pub limit: Option<Bytes>,
    /// Its processors, all replicas together.
    pub cpus: Cpus,
    /// The share of one replica.
    pub share: Option<Share>,
    /// Processes, all replicas together.
    pub processes: u64,
    /// What follows; nothing where the plan does not fit.
    pub settled: Option<Settled>,
    /// What it uses, by name.
    pub uses: Vec<String>,
    /// The services that it passes requests on to, by name.
    pub upstreams: Vec<String>,
    /// What others open to it.
    pub load: u64,
    /// Whether it has connections to divide.
    pub divides_connections: bool,
}

impl Planned {
    /// What it may count on: the smaller of want and limit.
    pub fn reserve(&self) -> Option<Bytes> {
        self.limit.map(|limit| limit.min(self.stake.want))
    }

    /// The most that all its replicas can hold.
    pub fn worst(&self) -> Option<Bytes> {
        self.settled
            .as_ref()
            .map(|settled| settled.worst.total().times(self.replicas))
    }
}

/// What to do with a stack whose floors do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// No settings.
    Refuse,
    /// Settings for everybody's floor.
    Overcommit,
}

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
    let mut problems = Problems::default();
    let ground = Ground::of(host, stack, &cast, &mut problems);
    problems.or(())?;
    let mut problems = Problems::default();
    let mut plan = settled(host, stack, &cast, &ground, unfit, &mut problems);
    problems.or(())?;
    checks::run(&mut plan);
    Ok(plan)
}

/// More memory than a plan could want.
const AMPLE: Bytes = Bytes::gib(65_536);

/// All that is wrong with a stack and that only a plan shows, each mistake once:
/// planned past them, on the same host with ample memory, so that nothing is
/// called wrong for want of room.
pub fn mistakes(host: &Host, stack: &Stack) -> Problems {
    let ample = Host {
        memory: AMPLE,
        visible_memory: None,
        memory_limit: None,
        ..host.clone()
    };
    let cast = Cast::of(&ample, stack);
    let mut problems = Problems::default();
    let ground = Ground::of(&ample, stack, &cast, &mut problems);
    let mut more = Problems::default();
    settled(&ample, stack, &cast, &ground, Unfit::Overcommit, &mut more);
    problems.extend_elsewhere(more);
    problems
}

/// What is divided, and among whom.
struct Ground<'a, 'b> {
    local: Vec<&'b Member<'a>>,
    reserve: Reserve,
    divisible: Bytes,
    stakes: Vec<Stake>,
    cpus: Vec<Cpus>,
}

impl<'a, 'b> Ground<'a, 'b> {
    fn of(host: &Host, stack: &Stack, cast: &'b Cast<'a>, problems: &mut Problems) -> Self {
        let local = sorted_local(cast);
        let reserve = Reserve::of(host, stack.system.extra);
        let divisible = host.usable_memory().less(reserve.total());
        let stakes = stakes(cast, &local, problems);
        check_external(stack, problems);
        let specs: Vec<&ServiceSpec> = local.iter().map(|member| member.spec()).collect();
        let cpus = budget::divide_cpus(host.cpus, &specs).unwrap_or_else(|found| {
            problems.extend(found);
            vec![Cpus(0); specs.len()]
        });
        Self {
            local,
            reserve,
            divisible,
            stakes,
            cpus,
        }
    }
}

/// Shares, and what follows from them.
fn settled(
    host: &Host,
    stack: &Stack,
    cast: &Cast<'_>,
    ground: &Ground<'_, '_>,
    unfit: Unfit,
    problems: &mut Problems,
) -> Plan {
    let (stakes, divisible) = (&ground.stakes, ground.divisible);
    let floors: Bytes = stakes.iter().map(|stake| stake.floor).sum();
    let limits = budget::divide(divisible, stakes);
    let mut plan = Plan {
        host: host.clone(),
        stack: stack.name.clone(),
        runtime: stack.runtime,
        divisible,
        wanted: stakes.iter().map(|stake| stake.want).sum(),
        fits: limits.is_some(),
        short: floors.less(divisible),
        overcommitted: limits.is_none() && unfit == Unfit::Overcommit,
        reserve: ground.reserve.clone(),
        system: None,
        files: Vec::new(),
        not_applicable: Vec::new(),
        services: Vec::new(),
        findings: Vec::new(),
        held: Vec::new(),
    };
    let limits = match unfit {
        Unfit::Overcommit => {
            limits.or_else(|| Some(stakes.iter().map(|stake| stake.floor).collect()))
        }
        Unfit::Refuse => limits,
    };
    let division = Division::of(
        &ground.local,
        stakes,
        &ground.cpus,
        limits.as_deref(),
        divisible,
    );
    if let Err(found) = settle::services(&mut plan, stack, cast, &division) {
        problems.extend(found);
    }
    plan
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
        let spec = member.spec();
        let bare = ServiceSpec {
            settings: BTreeMap::new(),
            ..spec.clone()
        };
        let scene = Scene {
            spec: &bare,
            ..member.scene
        };
        let unpinned = member.service.demand(&scene, &load).least;
        stakes.push(
            budget::stake(spec, &demand, unpinned).unwrap_or_else(|found| {
                if !spec.unread.decisive {
                    problems.extend(found);
                }
                budget::least(spec, &demand)
            }),
        );
    }
    stakes
}

/// What runs elsewhere must say how many connections it admits, if it divides them.
fn check_external(stack: &Stack, problems: &mut Problems) {
    for spec in stack.services.values().filter(|spec| spec.external) {
        let divides =
            crate::services::find(&spec.kind).is_some_and(<dyn Service>::divides_connections);
        if divides && spec.connections.is_none() && !spec.unread.keys.contains("connections") {
            let message = format!(
                "external service '{}' must state its 'connections'",
                spec.name
            );
            let problem = Problem::at(spec.spot_of("external"), message);
            let problem = problem.label("how many does it admit?");
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
