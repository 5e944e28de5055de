//! Where a stack that fits is tight: who is nearest to its floor, what more
//! memory would change, and what other hosts would mean.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::step;
use super::unfit::cheapest_uncut;
use crate::catalog;
use crate::host::Host;
use crate::plan::weigh::weigh;
use crate::plan::{Plan, Planned, Unfit, plan, whatif};
use crate::stack::Stack;
use crate::units::{Bytes, Money, MoneyChange};

/// The next step of memory.
const STEP: Bytes = Bytes::mib(256);

/// What a fitting plan has to spare, and what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Room {
    /// The service with the least above its floor, in proportion.
    pub nearest: Option<Nearest>,
    /// The services whose want is cut.
    pub cut: Vec<Cut>,
    /// What the next 256 MiB would bring.
    pub next_256_mib: Vec<Gain>,
    /// Settings that the next 256 MiB would change.
    pub settings_changed: u64,
    /// The cheapest host on which no want is cut.
    pub uncut: Option<Uncut>,
    /// The next smaller host of the same family.
    pub smaller: Option<Smaller>,
}

/// The service nearest to its floor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Nearest {
    /// Its name.
    pub service: String,
    /// What it is given.
    pub limit_bytes: Bytes,
    /// What it cannot run below.
    pub floor_bytes: Bytes,
}

/// A service that is given less than it wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Cut {
    /// Its name.
    pub service: String,
    /// What it is given.
    pub limit_bytes: Bytes,
    /// What it would like.
    pub want_bytes: Bytes,
}

/// What a service would be given more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gain {
    /// Its name.
    pub service: String,
    /// So much more.
    pub bytes: Bytes,
}

/// A host on which every want is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Uncut {
    /// Its profile.
    pub profile: String,
    /// Its price of a month.
    pub price_usd_month: Option<Money>,
    /// Dollars a month more than this one.
    pub usd_month: Option<MoneyChange>,
    /// Whether it is the host of the plan: nothing cheaper holds every want.
    pub here: bool,
}

/// What the next smaller host would mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Smaller {
    /// Its profile.
    pub profile: String,
    /// Its price of a month.
    pub price_usd_month: Option<Money>,
    /// Dollars a month more than this one: less, with its sign.
    pub usd_month: Option<MoneyChange>,
    /// Whether the stack fits there.
    pub fits: bool,
    /// By how much it does not.
    pub short_bytes: Bytes,
    /// Wants that would be cut there, and by how much together.
    pub cut: Vec<Cut>,
}

/// Looks for what is tight; nothing in a plan that does not fit.
pub fn room(host: &Host, stack: &Stack, plan: &Plan) -> Option<Room> {
    if !plan.fits {
        return None;
    }
    let (gains, settings_changed) = next_step(host, stack, plan);
    Some(Room {
        nearest: nearest(plan),
        cut: cuts(plan),
        next_256_mib: gains,
        settings_changed,
        uncut: uncut(host, stack),
        smaller: smaller(host, stack),
    })
}

/// Pinned shares are where they are meant to be.
fn nearest(plan: &Plan) -> Option<Nearest> {
    let free = plan.services.iter().filter(|planned| {
        let stake = planned.stake;
        stake.max.is_none_or(|max| max > stake.floor)
    });
    let parts = free.filter_map(|planned| {
        let (limit, floor) = (planned.limit?, planned.stake.floor);
        let above = u128::from(limit.less(floor).0) * 1000 / u128::from(floor.0.max(1));
        Some((above, &planned.name, limit, floor))
    });
    let (_, service, limit_bytes, floor_bytes) = parts.min()?;
    Some(Nearest {
        service: service.clone(),
        limit_bytes,
        floor_bytes,
    })
}

fn cuts(plan: &Plan) -> Vec<Cut> {
    let cut = |planned: &Planned| {
        let (limit, want) = (planned.limit?, planned.stake.want);
        (limit < want).then(|| Cut {
            service: planned.name.clone(),
            limit_bytes: limit,
            want_bytes: want,
        })
    };
    plan.services.iter().filter_map(cut).collect()
}

fn next_step(host: &Host, stack: &Stack, now: &Plan) -> (Vec<Gain>, u64) {
    let more = whatif::more_memory(host, stack, STEP);
    let Ok(then) = plan(&more.host, stack, Unfit::Refuse) else {
        return (Vec::new(), 0);
    };
    let mut changed = 0;
    let mut gains = Vec::new();
    for after in &then.services {
        let Some(before) = now.service(&after.name) else {
            continue;
        };
        changed += differing(before, after);
        let (Some(had), Some(has)) = (before.limit, after.limit) else {
            continue;
        };
        if has > had {
            gains.push(Gain {
                service: after.name.clone(),
                bytes: has.less(had),
            });
        }
    }
    (gains, changed)
}

/// Settings that are not the same in both.
fn differing(before: &Planned, after: &Planned) -> u64 {
    let texts = |planned: &Planned| -> BTreeMap<(String, &str), String> {
        let settings = planned.settled.iter().flat_map(|settled| &settled.settings);
        settings
            .map(|setting| {
                (
                    (setting.key.to_string(), setting.file),
                    setting.text.clone(),
                )
            })
            .collect()
    };
    let (before, after) = (texts(before), texts(after));
    let other = after
        .iter()
        .filter(|(key, text)| before.get(*key) != Some(*text));
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    u64::try_from(other.count() + gone.count()).unwrap_or(u64::MAX)
}

fn change(from: &Host, to: &Host) -> Option<MoneyChange> {
    let prices = from.price.zip(to.price);
    prices.map(|(before, after)| MoneyChange::between(before, after))
}

fn uncut(host: &Host, stack: &Stack) -> Option<Uncut> {
    let here = weigh(host, stack).is_ok_and(|weighed| weighed.is_uncut());
    let cheaper = cheapest_uncut(stack, host, host.price.filter(|_| here));
    let best = match cheaper {
        Some(best) => best,
        None if here => host.clone(),
        None => return None,
    };
    Some(Uncut {
        here: best == *host,
        price_usd_month: best.price,
        usd_month: change(host, &best),
        profile: best.name,
    })
}

fn smaller(host: &Host, stack: &Stack) -> Option<Smaller> {
    let offer = catalog::next_smaller(host)?;
    let smaller = step::host_of(offer.name, stack)?;
    let then = plan(&smaller, stack, Unfit::Refuse).ok()?;
    Some(Smaller {
        profile: smaller.name.clone(),
        price_usd_month: smaller.price,
        usd_month: change(host, &smaller),
        fits: then.fits,
        short_bytes: then.short,
        cut: cuts(&then),
    })
}
