//! What services held against what the plan gives them, and the wants that
//! follow.

use std::collections::BTreeMap;

use super::runtime::{Held, Peak};
use crate::plan::Plan;
use crate::units::Bytes;

/// A want is lowered where less than one part of so many was held at the peak.
/// Source: docs/formulas.md, "measured wants".
const LOWER_BELOW: u64 = 2;

/// One service, all its replicas together unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its name.
    pub service: String,
    /// What it is given.
    pub limit: Bytes,
    /// What it would like.
    pub want: Bytes,
    /// What it held; nothing where that could not be known.
    pub held: Option<Held>,
    /// Whether its share is pinned, so that no want counts.
    pub pinned: bool,
    /// The want of one replica that follows from what it held, where that is
    /// another one.
    pub new_want: Option<Bytes>,
}

impl Budget {
    /// Whether it held more than it is given.
    pub fn is_over(&self) -> bool {
        self.held.is_some_and(|held| held.bytes > self.limit)
    }

    /// Whether it stays inside of its share, and its want is right.
    pub fn is_right(&self) -> bool {
        !self.is_over() && self.new_want.is_none()
    }
}

/// Every service of this host, by name.
pub fn budget(plan: &Plan, held: &BTreeMap<String, Held>) -> Vec<Budget> {
    let local = plan.services.iter().filter(|planned| !planned.external);
    let budget = |planned: &crate::plan::Planned| {
        let held = held.get(&planned.name).copied();
        let pinned = planned.keys.contains_key("memory");
        let want = planned.stake.want;
        let replicas = planned.replicas.max(1);
        let each = |bytes: Bytes| Bytes(bytes.0.div_ceil(replicas)).up_to_mib();
        let new_want = held
            .filter(|_| !pinned)
            .filter(|held| should_change(*held, want))
            .map(|held| each(held.bytes.max(planned.stake.floor)));
        Some(Budget {
            service: planned.name.clone(),
            limit: planned.limit?,
            want,
            held,
            pinned,
            new_want: new_want.filter(|new| *new != each(want)),
        })
    };
    local.filter_map(budget).collect()
}

/// More was held than wanted; or much less, over the whole life of the group.
/// What was sampled for a moment is no reason to lower anything.
fn should_change(held: Held, want: Bytes) -> bool {
    let much_less = held.from == Peak::Group && held.bytes.times(LOWER_BELOW) < want;
    held.bytes > want || much_less
}
