//! What to do with a stack that does not fit, and where one that fits is
//! tight. Each piece of advice is followed here, by weighing again, before it
//! is given: what it says of its effect is what following it gives.

mod burst;
mod room;
mod step;
mod unfit;

use schemars::JsonSchema;
use serde::Serialize;

pub use burst::{Burst, Bursting, Mode, burst};
pub use room::{Cut, Gain, Nearest, Room, Smaller, Uncut, room};
use step::Step;
pub use unfit::{advise, remark};

use super::weigh::{Weighed, weigh};
use crate::host::Host;
use crate::stack::Stack;
use crate::units::{Bytes, Money, MoneyChange};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Lower what services would like, or are pinned to, to what they cannot run below.
    Shrink,
    /// Leave optional services out.
    Drop,
    /// Take a larger host.
    Upgrade,
    /// Several of these together.
    Combine,
}

impl Action {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shrink => "shrink",
            Self::Drop => "drop",
            Self::Upgrade => "upgrade",
            Self::Combine => "combine",
        }
    }
}

/// One piece of advice with its effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Advice {
    /// What to do.
    pub action: Action,
    /// To whom.
    pub services: Vec<String>,
    /// Bytes that it brings: wanted less, or more memory.
    pub bytes: Bytes,
    /// The host to take.
    pub profile: Option<String>,
    /// Dollars a month that it costs more; nothing where a price is not known.
    pub usd_month: Option<MoneyChange>,
    /// What the host costs a month then.
    pub price_usd_month: Option<Money>,
    /// Whether the stack fits then.
    pub fits: bool,
    /// By how much it does not.
    pub short_bytes: Bytes,
    /// What all services would like then, together.
    pub wanted_bytes: Bytes,
    /// What there is to divide then.
    pub divisible_bytes: Bytes,
    /// A file that lays it over the stack.
    pub toml: String,
    /// What it is made of; for several services each alone.
    pub parts: Vec<Advice>,
}

impl Advice {
    /// The effect of some steps; nothing where they cannot be taken.
    fn of(action: Action, steps: &[Step], from: &From<'_>) -> Option<Self> {
        let (host, stack) = step::follow(from.host, from.stack, steps);
        let after = weigh(&host, &stack).ok()?;
        let price = host.price.or(from.host.price);
        let less = from.weighed.wants().less(after.wants());
        let more = host.usable_memory().less(from.host.usable_memory());
        Some(Self {
            action,
            services: steps.iter().filter_map(Step::service).collect(),
            bytes: less.plus(more),
            profile: steps.iter().find_map(Step::profile),
            usd_month: from
                .host
                .price
                .zip(price)
                .map(|(before, after)| MoneyChange::between(before, after)),
            price_usd_month: price,
            fits: after.short() == Bytes::ZERO,
            short_bytes: after.short(),
            wanted_bytes: after.wants(),
            divisible_bytes: after.divisible,
            toml: step::toml(from.host, from.stack, steps),
            parts: Vec::new(),
        })
    }
}

/// Where advice begins.
struct From<'a> {
    host: &'a Host,
    stack: &'a Stack,
    weighed: Weighed,
}
