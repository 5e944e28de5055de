//! What everybody takes part with on a host and what there is to divide: all
//! that decides whether a stack fits, before anything is given or settled.

use std::collections::BTreeMap;

use super::budget::{self, Stake};
use super::cast::{Cast, Member};
use super::{Reserve, pools};
use crate::host::Host;
use crate::input::{Problem, Problems, Tree};
use crate::services::{Load, Scene, Service};
use crate::stack::{ServiceSpec, Stack};
use crate::units::{Bytes, Cpus};

/// A stack laid on the scales beside a host.
pub(super) struct Weighed {
    pub(super) reserve: Reserve,
    /// What is to be divided.
    pub(super) divisible: Bytes,
    /// By the names of the services that run here, in their order.
    pub(super) stakes: Vec<Stake>,
    /// The processors of each.
    pub(super) cpus: Vec<Cpus>,
}

impl Weighed {
    /// What nobody can run below, together.
    pub(super) fn floors(&self) -> Bytes {
        self.stakes.iter().map(|stake| stake.floor).sum()
    }

    /// What all would like, together.
    pub(super) fn wants(&self) -> Bytes {
        self.stakes.iter().map(|stake| stake.want).sum()
    }

    /// By how much the floors do not fit.
    pub(super) fn short(&self) -> Bytes {
        self.floors().less(self.divisible)
    }

    /// Whether every want is met.
    pub(super) fn is_uncut(&self) -> bool {
        self.wants() <= self.divisible
    }
}

/// A stack on a host, where only the scales are asked.
pub(super) fn weigh(host: &Host, stack: &Stack) -> Result<Weighed, Problems> {
    let cast = Cast::of(host, stack);
    let local = sorted_local(&cast);
    let mut problems = Problems::default();
    let weighed = weigh_cast(host, stack, &cast, &local, &mut problems);
    problems.or(weighed)
}

/// The same by name.
pub(super) fn stakes_by_name(
    host: &Host,
    stack: &Stack,
) -> Result<BTreeMap<String, Stake>, Problems> {
    let cast = Cast::of(host, stack);
    let local = sorted_local(&cast);
    let mut problems = Problems::default();
    let weighed = weigh_cast(host, stack, &cast, &local, &mut problems);
    problems.or(())?;
    let names = local.iter().map(|member| member.spec().name.clone());
    Ok(names.zip(weighed.stakes).collect())
}

/// Past mistakes, which are told: what is wrong has the least there can be.
pub(super) fn weigh_cast(
    host: &Host,
    stack: &Stack,
    cast: &Cast<'_>,
    local: &[&Member<'_>],
    problems: &mut Problems,
) -> Weighed {
    let reserve = Reserve::of(host, stack.system.extra);
    let stakes = stakes(cast, local, problems);
    check_external(stack, problems);
    let specs: Vec<&ServiceSpec> = local.iter().map(|member| member.spec()).collect();
    let cpus = budget::divide_cpus(host.cpus, &specs).unwrap_or_else(|found| {
        problems.extend(found);
        vec![Cpus(0); specs.len()]
    });
    let divisible = host.usable_memory().less(reserve.total());
    Weighed {
        reserve,
        divisible,
        stakes,
        cpus,
    }
}

/// The services that run here, by name: the order in which equals are served.
pub(super) fn sorted_local<'a, 'b>(cast: &'b Cast<'a>) -> Vec<&'b Member<'a>> {
    let mut local: Vec<_> = cast
        .members()
        .filter(|member| !member.spec().external)
        .collect();
    local.sort_by(|a, b| a.spec().name.cmp(&b.spec().name));
    local
}

/// What a service must at least be able to take.
pub(super) fn least_load(cast: &Cast<'_>, member: &Member<'_>) -> Load {
    if member.service.divides_connections() {
        pools::least_load(cast, &member.spec().name)
    } else {
        Load::default()
    }
}

fn stakes(cast: &Cast<'_>, local: &[&Member<'_>], problems: &mut Problems) -> Vec<Stake> {
    let mut stakes = Vec::new();
    for member in local {
        let load = least_load(cast, member);
        let demand = member.service.demand(&member.scene, &load);
        let spec = member.spec();
        let bare = ServiceSpec {
            settings: Tree::new(),
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
