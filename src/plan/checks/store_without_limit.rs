//! `store-without-limit`: nothing bounds the data that are kept in memory.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "store-without-limit",
    severity: Severity::Error,
    rule: "maxmemory > 0",
    because: "0 is no limit: the data grow until the kernel kills the store, and what was not saved is gone; with a limit it drops the oldest copies, or refuses to take more",
    help: "leave maxmemory out: the plan gives what its share holds, copies and clients included",
    sources: &[
        "https://redis.io/docs/latest/develop/reference/eviction/",
        "docs/formulas.md#redis",
    ],
    cases: cases!("store-without-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let store = settled.traits.store.as_ref();
        let Some(store) = store.filter(|store| store.most.value == Bytes::ZERO) else {
            continue;
        };
        let limit = planned.share.map_or(Bytes::ZERO, |share| share.limit);
        let key = store.most.key;
        let message = format!(
            "{key} = 0 bounds nothing: the data of '{}' grow until it is killed at {limit}",
            planned.name
        );
        let help = format!("leave {key} out, or state its share with memory = \"...\"");
        let at = planned.setting(key);
        breaches.push(Breach::of(planned, message, help).at(at));
    }
}
