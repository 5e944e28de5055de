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
    advice.extend(combine(&from, &shrinks, &drops));
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

/// The hosts that hold more than this one with no processor less, cheapest first.
fn larger(from: &From<'_>) -> impl Iterator<Item = Host> {
    let host = from.host;
    let offers = match host.place {
        // A container's limit is no host that could be bought.
        Place::Container => Vec::new(),
        Place::Machine | Place::Fargate => catalog::alternatives(host),
    };
    let enough = |offer: &catalog::Offer| offer.memory > host.memory && offer.cpus >= host.cpus;
    let found = offers
        .into_iter()
        .filter(enough)
        .filter_map(|offer| step::host_of(offer.name, from.stack));
    found.filter(|other| other.sustained() >= host.sustained())
}

/// The cheapest hosts that hold the whole stack as wanted.
fn upgrades(from: &From<'_>) -> Vec<Step> {
    let holds = |host: &Host| weigh(host, from.stack).is_ok_and(|weighed| weighed.is_uncut());
    larger(from)
        .filter(holds)
        .take(UPGRADES)
        .map(|host| Step::Upgrade(Box::new(host)))
        .collect()
}

/// The cheapest mixture: the cheapest host on which it fits with everything
/// shrunk and dropped, and there as little of both as is enough.
fn combine(from: &From<'_>, shrinks: &[Step], drops: &[Step]) -> Option<Advice> {
    let fits = |host: &Host, steps: &[Step]| {
        let (_, stack) = step::follow(host, from.stack, steps);
        weigh(host, &stack).is_ok_and(|weighed| weighed.short() == Bytes::ZERO)
    };
    let all: Vec<Step> = shrinks.iter().chain(drops).cloned().collect();
    let host = if fits(from.host, &all) {
        from.host.clone()
    } else {
        larger(from).find(|host| fits(host, &all))?
    };
    let (shrunk, dropped) = fewest(&host, shrinks, drops, fits)?;
    let mut steps: Vec<Step> = Vec::new();
    let mut parts: Vec<Advice> = Vec::new();
    for (action, part) in [(Action::Shrink, shrunk), (Action::Drop, dropped)] {
        if !part.is_empty() {
            parts.extend(Advice::of(action, part, from));
            steps.extend(part.iter().cloned());
        }
    }
    if host != *from.host {
        let step = Step::Upgrade(Box::new(host));
        parts.extend(Advice::of(
            Action::Upgrade,
            std::slice::from_ref(&step),
            from,
        ));
        steps.push(step);
    }
    let mut whole = Advice::of(Action::Combine, &steps, from)?;
    whole.parts = parts;
    Some(whole)
}

/// The fewest services to drop, and whether shrinking is needed beside it.
fn fewest<'a>(
    host: &Host,
    shrinks: &'a [Step],
    drops: &'a [Step],
    fits: impl Fn(&Host, &[Step]) -> bool,
) -> Option<(&'a [Step], &'a [Step])> {
    for count in 0..=drops.len() {
        let dropped = drops.get(..count)?;
        for shrunk in [&[][..], shrinks] {
            let steps: Vec<Step> = shrunk.iter().chain(dropped).cloned().collect();
            if fits(host, &steps) {
                return Some((shrunk, dropped));
            }
        }
    }
    None
}

/// The cheapest host on which no want is cut.
pub(super) fn cheapest_uncut(stack: &Stack, host: &Host, below: Option<Money>) -> Option<Host> {
    let offers = match host.place {
        Place::Container => Vec::new(),
        Place::Machine | Place::Fargate => catalog::alternatives(host),
    };
    let cheap = |offer: &catalog::Offer| below.is_none_or(|below| offer.price < below);
    let enough = |offer: &catalog::Offer| offer.cpus >= host.cpus;
    let mut found = offers
        .into_iter()
        .filter(|offer| cheap(offer) && enough(offer))
        .filter_map(|offer| step::host_of(offer.name, stack))
        .filter(|other| other.sustained() >= host.sustained());
    found.find(|other| weigh(other, stack).is_ok_and(|weighed| weighed.is_uncut()))
}
