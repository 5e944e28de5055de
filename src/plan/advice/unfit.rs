//! Shrink, drop, upgrade, and the cheapest of them together.

use super::step::{self, Step};
use super::{Action, Advice, From};
use crate::catalog;
use crate::host::{Host, Place};
use crate::input::Problems;
use crate::plan::weigh::{stakes_by_name, weigh};
use crate::stack::{ServiceSpec, Stack};
use crate::units::{Bytes, Money};

/// Hosts that are named.
const UPGRADES: usize = 3;

/// What to do with a stack that does not fit on a host; nothing where it does.
pub fn advise(host: &Host, stack: &Stack) -> Result<Vec<Advice>, Problems> {
    let weighed = weigh(host, stack)?;
    if weighed.short() == Bytes::ZERO {
        return Ok(Vec::new());
    }
    let from = From {
        host,
        stack,
        weighed,
    };
    let shrinks = shrinks(host, stack)?;
    let drops = drops(stack);
    let mut advice = Vec::new();
    advice.extend(shrink(&from, &shrinks));
    advice.extend(drop(&from, &drops));
    let upgrades = upgrades(&from);
    advice.extend(
        upgrades
            .iter()
            .filter_map(|step| Advice::of(Action::Upgrade, std::slice::from_ref(step), &from)),
    );
    let mixed = combine(&from, &shrinks, &drops, &advice);
    advice.extend(mixed);
    Ok(advice)
}

/// What lowers each service to what it cannot run below, where it has more.
fn shrinks(host: &Host, stack: &Stack) -> Result<Vec<Step>, Problems> {
    let stakes = stakes_by_name(host, stack)?;
    let mut relaxed = stack.clone();
    for spec in relaxed.services.values_mut() {
        spec.memory = None;
        spec.strict = false;
    }
    let lowest = stakes_by_name(host, &relaxed)?;
    let lowered = stack.services.iter().filter_map(|(name, spec)| {
        let least = lowest.get(name)?.floor;
        let service = name.clone();
        let to = least.over(spec.replicas);
        let less = least < stakes.get(name)?.want;
        less.then_some(Step::Shrink { service, to })
    });
    Ok(lowered.collect())
}

/// What leaves the optional services out, the lowest `drop_order` first.
fn drops(stack: &Stack) -> Vec<Step> {
    let here = |spec: &&ServiceSpec| spec.optional && !spec.external;
    let mut optional: Vec<&ServiceSpec> = stack.services.values().filter(here).collect();
    optional.sort_by_key(|spec| (spec.drop_order.unwrap_or(u64::MAX), &spec.name));
    // A stack of no services is no stack.
    optional.truncate(stack.services.len().saturating_sub(1));
    let names = optional.iter().map(|spec| spec.name.clone());
    names.map(Step::Drop).collect()
}

fn shrink(from: &From<'_>, shrinks: &[Step]) -> Option<Advice> {
    if shrinks.is_empty() {
        return None;
    }
    let mut all = Advice::of(Action::Shrink, shrinks, from)?;
    if shrinks.len() > 1 {
        let each = shrinks.iter().map(std::slice::from_ref);
        all.parts = each
            .filter_map(|step| Advice::of(Action::Shrink, step, from))
            .collect();
    }
    Some(all)
}

/// As few as are enough; all of them where that is not enough either.
fn drop(from: &From<'_>, drops: &[Step]) -> Option<Advice> {
    let mut last = None;
    for count in 1..=drops.len() {
        last = Advice::of(Action::Drop, drops.get(..count)?, from);
        if last.as_ref().is_some_and(|advice| advice.fits) {
            break;
        }
    }
    last
}

/// The hosts that could take this one's place, cheapest first: no processor
/// less, and at least as much memory.
fn others(from: &From<'_>) -> impl Iterator<Item = Host> {
    let host = from.host;
    let enough = |offer: &catalog::Offer| offer.memory >= host.memory && offer.cpus >= host.cpus;
    let found = sold(host)
        .into_iter()
        .filter(enough)
        .filter_map(|offer| step::host_of(offer.name, from.stack));
    found.filter(|other| other.sustained() >= host.sustained())
}

/// A container's limit is no host that could be bought.
fn sold(host: &Host) -> Vec<catalog::Offer> {
    match host.place {
        Place::Container => Vec::new(),
        Place::Machine | Place::Fargate => catalog::alternatives(host),
    }
}

/// The cheapest hosts that hold the whole stack as wanted.
fn upgrades(from: &From<'_>) -> Vec<Step> {
    let holds = |host: &Host| weigh(host, from.stack).is_ok_and(|weighed| weighed.is_uncut());
    others(from)
        .filter(|host| host.memory > from.host.memory && holds(host))
        .take(UPGRADES)
        .map(|host| Step::Upgrade(Box::new(host)))
        .collect()
}

/// Why no host helps, where none does.
pub fn remark(host: &Host, stack: &Stack, advice: &[Advice]) -> Option<String> {
    if advice.iter().any(|piece| piece.action == Action::Upgrade) || advice.is_empty() {
        return None;
    }
    let overruled = stack.host.as_ref().is_some_and(|(_, tree)| {
        ["memory", "memory_limit", "visible_memory"]
            .iter()
            .any(|key| tree.contains_key(*key))
    });
    Some(if host.place == Place::Container {
        "the limit of this container decides: raise it on its host".to_owned()
    } else if overruled {
        "[host] states the memory, whatever the profile: without it hosts could be named".to_owned()
    } else {
        "no host of the catalogue with as many CPUs holds it as wanted".to_owned()
    })
}

/// Whether a stack fits after some steps.
fn fits(from: &From<'_>, host: &Host, steps: &[Step]) -> bool {
    let (_, stack) = step::follow(host, from.stack, steps);
    weigh(host, &stack).is_ok_and(|weighed| weighed.short() == Bytes::ZERO)
}

/// The cheapest mixture: the cheapest host on which it fits with everything
/// shrunk and dropped, and there as little of both as is enough. Nothing where
/// one piece of advice is that already.
fn combine(from: &From<'_>, shrinks: &[Step], drops: &[Step], advice: &[Advice]) -> Option<Advice> {
    let all: Vec<Step> = shrinks.iter().chain(drops).cloned().collect();
    let here = fits(from, from.host, &all).then(|| from.host.clone());
    let other = others(from).find(|host| fits(from, host, &all));
    let host = match (here, other) {
        (Some(here), Some(other)) if other.price < here.price => other,
        (Some(host), _) | (None, Some(host)) => host,
        (None, None) => return None,
    };
    let (shrunk, dropped) = fewest(from, &host, shrinks, drops)?;
    let mut steps: Vec<Step> = Vec::new();
    let mut parts: Vec<Advice> = Vec::new();
    for (action, part) in [
        (Action::Shrink, shrunk),
        (Action::Drop, dropped),
        (Action::Upgrade, upgrade_to(from, host)),
    ] {
        if !part.is_empty() {
            parts.extend(Advice::of(action, &part, from));
            steps.extend(part);
        }
    }
    let mut whole = Advice::of(Action::Combine, &steps, from)?;
    whole.parts = parts;
    let said = advice.iter().any(|piece| piece.toml == whole.toml);
    (!said).then_some(whole)
}

fn upgrade_to(from: &From<'_>, host: Host) -> Vec<Step> {
    if host == *from.host {
        Vec::new()
    } else {
        vec![Step::Upgrade(Box::new(host))]
    }
}

/// The fewest services to drop, and beside them the fewest to shrink.
fn fewest(
    from: &From<'_>,
    host: &Host,
    shrinks: &[Step],
    drops: &[Step],
) -> Option<(Vec<Step>, Vec<Step>)> {
    for count in 0..=drops.len() {
        let dropped = drops.get(..count)?;
        let shrunk = fewest_shrunk(from, host, shrinks, dropped);
        if let Some(shrunk) = shrunk {
            return Some((shrunk, dropped.to_vec()));
        }
    }
    None
}

/// Those that bring the most first, until it fits; the last only as far as is
/// needed. Wants that nothing holds to give way by themselves and are left alone.
fn fewest_shrunk(
    from: &From<'_>,
    host: &Host,
    shrinks: &[Step],
    dropped: &[Step],
) -> Option<Vec<Step>> {
    if fits(from, host, dropped) {
        return Some(Vec::new());
    }
    let short = |steps: &[Step]| {
        let (_, stack) = step::follow(host, from.stack, steps);
        weigh(host, &stack).map_or(Bytes::MAX, |weighed| weighed.short())
    };
    let with = |steps: &[Step]| -> Vec<Step> { dropped.iter().chain(steps).cloned().collect() };
    let before = short(dropped);
    let alone = |step: &Step| before.less(short(&with(std::slice::from_ref(step))));
    let mut decisive: Vec<(Bytes, &Step)> = shrinks
        .iter()
        .map(|step| (alone(step), step))
        .filter(|(brings, _)| *brings > Bytes::ZERO)
        .collect();
    decisive.sort_by_key(|(brings, _)| std::cmp::Reverse(*brings));
    let mut taken: Vec<Step> = Vec::new();
    for (_, step) in decisive {
        let left = short(&with(&taken));
        taken.push(step.clone());
        if fits(from, host, &with(&taken)) {
            ease(from, host, &mut taken, dropped, left);
            return Some(taken);
        }
    }
    None
}

/// Gives the last service back what it need not give up of what was short.
fn ease(from: &From<'_>, host: &Host, taken: &mut Vec<Step>, dropped: &[Step], short: Bytes) {
    let Some(Step::Shrink { service, to }) = taken.last().cloned() else {
        return;
    };
    let Some(spec) = from.stack.services.get(&service) else {
        return;
    };
    let has = spec.memory.or(spec.want).unwrap_or(to);
    let each = Bytes(short.0.div_ceil(spec.replicas.max(1)));
    let enough = has.less(each).floor_to(Bytes::MIB);
    if enough <= to {
        return;
    }
    let tight = taken.pop();
    taken.push(Step::Shrink {
        service,
        to: enough,
    });
    let steps: Vec<Step> = dropped.iter().chain(taken.iter()).cloned().collect();
    if !fits(from, host, &steps) {
        taken.pop();
        taken.extend(tight);
    }
}

/// The cheapest host on which no want is cut.
pub(super) fn cheapest_uncut(stack: &Stack, host: &Host, below: Option<Money>) -> Option<Host> {
    let cheap = |offer: &catalog::Offer| below.is_none_or(|below| offer.price < below);
    let enough = |offer: &catalog::Offer| offer.cpus >= host.cpus;
    let mut found = sold(host)
        .into_iter()
        .filter(|offer| cheap(offer) && enough(offer))
        .filter_map(|offer| step::host_of(offer.name, stack))
        .filter(|other| other.sustained() >= host.sustained());
    found.find(|other| weigh(other, stack).is_ok_and(|weighed| weighed.is_uncut()))
}
