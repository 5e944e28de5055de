//! `store-evicts`: the only copy of data is dropped when memory is short.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::services::traits::Holds;

pub(super) static CHECK: Check = Check {
    id: "store-evicts",
    severity: Severity::Warning,
    rule: "a store that holds the only copy removes none of it: maxmemory-policy is noeviction",
    because: "what is dropped when memory is short can be asked of nobody else; without eviction the writer gets an error and the data stay",
    help: "leave the policy out: a store gets noeviction; or state role = \"cache\" where the data are copies",
    sources: &[
        "https://redis.io/docs/latest/develop/reference/eviction/",
        "docs/formulas.md#redis",
    ],
    cases: cases!("store-evicts"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let store = settled.traits.store.as_ref();
        let originals = store.filter(|store| store.evicts && store.holds == Holds::Originals);
        let Some(policy) = originals.map(|store| &store.policy) else {
            continue;
        };
        let message = format!(
            "'{}' holds the only copy of its data and drops them once it is full: {} = {}",
            planned.name, policy.key, policy.value
        );
        let help = "leave the policy out, or state role = \"cache\" where the data are copies";
        let at = planned.setting(policy.key);
        breaches.push(Breach::of(planned, message, help).at(at));
    }
}
