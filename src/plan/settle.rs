//! Shares become settings: every service after those that it refers to, then
//! what holds it, then what the host itself gets.

use std::collections::BTreeMap;

use super::cast::Member;
use super::pools::Pools;
use super::{Division, Ground, Plan, Planned, Raise, Stake, confine, pools, weigh};
use crate::host::Place;
use crate::input::{Problems, Spot};
use crate::services::{Given, KernelWant, Offers, Settled, Share, system};
use crate::setting::{Formula, Pins};
use crate::stack::{HOST_ITSELF, ServiceSpec, Stack};
use crate::units::Bytes;

/// Fills the plan's services and its system.
pub(super) fn services(
    plan: &mut Plan,
    stack: &Stack,
    ground: &Ground<'_, '_>,
    division: &Division,
) -> Result<(), Problems> {
    let cast = ground.cast;
    let pools = division
        .shares
        .as_ref()
        .map(|shares| pools::divide(cast, shares));
    let mut offers: BTreeMap<String, Offers> = BTreeMap::new();
    let mut problems = Problems::default();
    for member in cast.members() {
        let mut planned = unsettled(member, division);
        planned.raise = (!planned.external)
            .then(|| Raise::of(member, &weigh::least_load(cast, member), planned.stake))
            .flatten();
        let name = planned.name.as_str();
        let asked = ground.only.as_ref().is_none_or(|only| only.contains(name));
        if let (Some(shares), Some(pools), true) = (&division.shares, &pools, asked) {
            let given = Given {
                ceiling: ceiling(plan, member, division),
                ..given(member, shares, pools, &offers)
            };
            settle(member, &given, &mut planned, division, &mut problems);
            if let Some(settled) = &mut planned.settled {
                let units = settled.units.iter().map(|unit| unit.name.clone());
                settled.offers.units = units.collect();
                settled.offers.max_body = member.spec().max_body;
                offers.insert(planned.name.clone(), settled.offers.clone());
            }
        }
        plan.services.push(planned);
    }
    plan.services.sort_by(|a, b| a.name.cmp(&b.name));
    if pools.is_some() && ground.only.is_none() {
        host_itself(plan, stack, &mut problems);
        problems.0.extend(confine::whole(plan, stack).0);
    }
    problems.or(())
}

/// More floors than this are shown as one sum: nobody reads more.
const MOST_FLOORS: usize = 8;

/// What one replica could reach if all others were at their floors, with the
/// name of each.
fn ceiling(plan: &Plan, member: &Member<'_>, division: &Division) -> Formula {
    let name = member.spec().name.as_str();
    let share = division.shares.as_ref().and_then(|shares| shares.get(name));
    let Some(share) = share else {
        return Formula::number(0);
    };
    let left = Formula::size("memory", plan.host.usable_memory())
        - Formula::size("system reserve", plan.reserve.total());
    let others = division.stakes.iter().filter(|(other, _)| *other != name);
    let mut floors: Vec<Formula> = others
        .clone()
        .map(|(other, stake)| Formula::size(format!("floor of {other}"), stake.floor))
        .collect();
    if floors.len() > MOST_FLOORS {
        let sum = others.map(|(_, stake)| stake.floor).sum();
        floors = vec![Formula::size("floors of the others", sum)];
    }
    let replicas = member.spec().replicas.max(1);
    if let (Some(own), true) = (division.stakes.get(name), replicas > 1) {
        let others = own.floor.less(own.floor.over(replicas));
        floors.push(Formula::size("floors of its other replicas", others));
    }
    let left = floors.iter().fold(left, |left, floor| left - floor);
    if left.bytes() < share.ceiling {
        return left.at_least(&Formula::size("share", share.limit));
    }
    left
}

fn given<'a>(
    member: &Member<'a>,
    shares: &BTreeMap<String, Share>,
    pools: &Pools,
    offers: &BTreeMap<String, Offers>,
) -> Given<'a> {
    let name = &member.spec().name;
    Given {
        scene: member.scene,
        share: shares.get(name).copied().unwrap_or(Share::NOTHING),
        ceiling: Formula::number(0),
        load: pools.loads.get(name).cloned().unwrap_or_default(),
        grants: pools.grants.get(name).cloned().unwrap_or_default(),
        processes: pools
            .processes
            .get(name)
            .cloned()
            .unwrap_or_else(|| Formula::number(1)),
        peers: peers(member, offers),
        instances: member.instances(),
    }
}

fn settle(
    member: &Member<'_>,
    given: &Given<'_>,
    planned: &mut Planned,
    division: &Division,
    problems: &mut Problems,
) {
    let spec = member.spec();
    let pins = Pins::new(&spec.name, &spec.settings);
    let mut settled = member.service.settle(given, &pins);
    if !spec.external {
        confine::service(given, &mut settled, &pins);
        planned.share = Some(given.share);
        planned.limit = division.limits.get(&spec.name).copied();
        planned.crew = given.processes.clone();
        planned.processes = given.processes.whole().max(1).saturating_mul(spec.replicas);
    }
    if !spec.unread.decisive {
        problems.extend(pins.finish());
    }
    planned.load = given.load.total();
    planned.opened.clone_from(&given.load.users);
    planned.settled = Some(settled);
}

fn unsettled(member: &Member<'_>, division: &Division) -> Planned {
    let spec = member.spec();
    let nothing = Stake {
        floor: Bytes::ZERO,
        want: Bytes::ZERO,
        max: None,
        weight: 1,
    };
    Planned {
        name: spec.name.clone(),
        kind: member.service.schema().kind,
        version: member.scene.version,
        replicas: spec.replicas,
        external: spec.external,
        stake: division.stakes.get(&spec.name).copied().unwrap_or(nothing),
        raise: None,
        limit: None,
        cpus: division.cpus.get(&spec.name).copied().unwrap_or_default(),
        share: None,
        processes: 0,
        crew: Formula::number(1),
        settled: None,
        uses: spec.uses.iter().map(|(name, _)| name.clone()).collect(),
        upstreams: spec
            .references
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| !name.contains(':'))
            .collect(),
        load: 0,
        opened: Vec::new(),
        keys: keys(spec),
        divides_connections: member.service.divides_connections(),
    }
}

/// Where its keys stand: the common ones and those of its kind.
fn keys(spec: &ServiceSpec) -> BTreeMap<&'static str, Spot> {
    let own = spec.options.iter().map(|(key, (spot, _))| (*key, spot));
    let common = spec.spots.iter().map(|(key, spot)| (*key, spot));
    own.chain(common)
        .map(|(key, spot)| (key, spot.clone()))
        .collect()
}

fn peers(member: &Member<'_>, offers: &BTreeMap<String, Offers>) -> BTreeMap<String, Offers> {
    let spec = member.spec();
    let named = spec
        .uses
        .iter()
        .chain(&spec.references)
        .map(|(name, _)| name);
    named
        .filter_map(|name| Some((name.clone(), offers.get(name)?.clone())))
        .collect()
}

/// What the host itself gets, from what everybody needs of its kernel.
fn host_itself(plan: &mut Plan, stack: &Stack, problems: &mut Problems) {
    if !plan.host.place.owns_its_kernel() {
        let place = match plan.host.place {
            Place::Fargate => "on Fargate",
            _ => "in a container",
        };
        plan.not_applicable = ["sysctl", "swap", "systemd"]
            .iter()
            .map(|what| {
                format!("{what}: not applicable {place}: the kernel is not this host's to set")
            })
            .collect();
        return;
    }
    let wants: Vec<KernelWant> = plan
        .services
        .iter()
        .filter_map(|planned| planned.settled.as_ref())
        .flat_map(|settled: &Settled| settled.offers.kernel.iter().cloned())
        .collect();
    let pins = Pins::new(HOST_ITSELF, &stack.system.settings);
    plan.system = Some(system::settle(&plan.host, &stack.system, &wants, &pins));
    problems.0.extend(pins.finish().0);
}
