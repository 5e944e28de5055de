//! One host and one stack become shares, settings and checks. Pure: no clock,
//! no file, no environment; the same input gives the same bytes.
//!
//! *Invariant:* limits and the system reserve never exceed the host, and every
//! worst case is inside its limit, in every plan that fits.

pub mod advice;
mod apportion;
mod budget;
mod cast;
mod checks;
pub(crate) mod confine;
pub mod explain;
mod mistakes;
mod outcome;
pub use confine::TEMPLATES as COMMON_TEMPLATES;
mod pools;
mod raise;
mod reserve;
pub mod row;
mod settle;
mod weigh;
pub mod whatif;

use std::collections::{BTreeMap, BTreeSet};

pub use budget::Stake;
pub(crate) use checks::overlap;
pub use checks::{
    ALL as CHECKS, Check, ELSEWHERE, Elsewhere, Finding, Looked, Needs, REFERENCE, Reference,
    Severity, silenced,
};
pub use mistakes::mistakes;
pub use outcome::{Plan, Planned, Unfit, Written};
pub use raise::{Raise, RaisingPin};
pub use reserve::Reserve;

use crate::host::Host;
use crate::input::Problems;
use crate::services::Share;
use crate::stack::Stack;
use crate::units::{Bytes, Cpus};
use cast::{Cast, Member};
use weigh::Weighed;

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
    let local = weigh::sorted_local(&cast);
    let mut problems = checks::unknown_silences(stack);
    let weighed = weigh::weigh_cast(host, stack, &cast, &local, &mut problems);
    problems.or(())?;
    let mut problems = Problems::default();
    let ground = Ground {
        cast: &cast,
        local: &local,
        weighed: &weighed,
        only: None,
    };
    let mut plan = settled(host, stack, &ground, unfit, &mut problems);
    problems.or(())?;
    checks::run(&mut plan, stack);
    Ok(plan)
}

/// The plan as far as one service goes: everybody is weighed and given, that
/// one is settled, and those that it refers to; no check is run.
pub(crate) fn plan_for(service: &str, host: &Host, stack: &Stack) -> Result<Plan, Problems> {
    let cast = Cast::of(host, stack);
    let local = weigh::sorted_local(&cast);
    let mut problems = Problems::default();
    let weighed = weigh::weigh_cast(host, stack, &cast, &local, &mut problems);
    let ground = Ground {
        cast: &cast,
        local: &local,
        weighed: &weighed,
        only: Some(stack.within_reach(service)),
    };
    let plan = settled(host, stack, &ground, Unfit::Refuse, &mut problems);
    problems.or(plan)
}

/// What is divided, and among whom.
struct Ground<'a, 'b> {
    cast: &'b Cast<'a>,
    local: &'b [&'b Member<'a>],
    weighed: &'b Weighed,
    /// The services that are settled, where it is not all.
    only: Option<BTreeSet<&'a str>>,
}

/// Shares, and what follows from them.
fn settled(
    host: &Host,
    stack: &Stack,
    ground: &Ground<'_, '_>,
    unfit: Unfit,
    problems: &mut Problems,
) -> Plan {
    let weighed = ground.weighed;
    let (stakes, divisible) = (&weighed.stakes, weighed.divisible);
    let limits = budget::divide(divisible, stakes);
    let mut plan = Plan {
        host: host.clone(),
        stack: stack.name.clone(),
        runtime: stack.runtime,
        divisible,
        wanted: weighed.wants(),
        fits: limits.is_some(),
        short: weighed.short(),
        overcommitted: limits.is_none() && unfit == Unfit::Overcommit,
        reserve: weighed.reserve.clone(),
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
    let cpus = &weighed.cpus;
    let division = Division::of(ground.local, stakes, cpus, limits.as_deref(), divisible);
    if let Err(found) = settle::services(&mut plan, stack, ground, &division) {
        problems.extend(found);
    }
    plan
}

fn by_name<T: Copy>(local: &[&Member<'_>], values: &[T]) -> BTreeMap<String, T> {
    local
        .iter()
        .map(|member| member.spec().name.clone())
        .zip(values.iter().copied())
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::input::{Problem, Spot};
    use crate::{services, stack};

    /// What is explained of one service is what the whole plan says of it.
    #[test]
    fn a_plan_for_one_service_is_the_plan_as_far_as_it_goes() {
        for (name, _) in stack::BUNDLED {
            let source = stack::bundled(name).unwrap();
            let none = |name: &str, spot: &Spot| Err(Problem::at(spot, name));
            let tree = stack::load(&source, &none).unwrap();
            let at = Spot::new(&source, 0..0);
            let stack = stack::from_tree(name, &at, &tree, &services::schemas()).unwrap();
            for host in ["t3.small", "m6i.large", "u7in-24tb.224xlarge"] {
                let host = catalog::find(host).unwrap();
                let whole = plan(&host, &stack, Unfit::Refuse).unwrap();
                for planned in whole.services.iter().filter(|_| whole.fits) {
                    let part = plan_for(&planned.name, &host, &stack).unwrap();
                    let other = part.service(&planned.name).unwrap();
                    assert_eq!(other.limit, planned.limit, "{name}: {}", planned.name);
                    let settings = |planned: &Planned| {
                        let settled = planned.settled.as_ref();
                        settled.unwrap().settings.clone()
                    };
                    assert_eq!(settings(other), settings(planned));
                }
            }
        }
    }
}
