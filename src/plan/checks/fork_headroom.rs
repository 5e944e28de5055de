//! `fork-headroom`: a store that saves has no room for the copy of its data.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "fork-headroom",
    severity: Severity::Error,
    rule: "2 x maxmemory + the empty process <= limit, where data are saved",
    because: "a save forks, and every page that is written meanwhile is copied: with all keys written again, parent and child held 1.83 times the data",
    help: "leave maxmemory out, or pin half of what the limit leaves, or give it more memory",
    sources: &[
        "docs/measurements.md#redis-saves",
        "https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",
    ],
    cases: cases!("fork-headroom"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let saving = settled.traits.store.as_ref().filter(|store| store.saves);
        let (Some(store), Some(share)) = (saving, planned.share) else {
            continue;
        };
        let hard = settled.traits.confinement.limit.as_ref();
        let limit = hard.map_or(share.limit, |hard| hard.value.min(share.limit));
        let whole = store.most.value.times(2).plus(store.base);
        if whole > limit {
            let message = format!(
                "'{}' holds up to {whole} while it saves, {} of data twice; its limit is {limit}",
                planned.name, store.most.value
            );
            let help = format!(
                "leave {} out, or pin {} at most, or give it {whole}",
                store.most.key,
                limit.less(store.base).over(2)
            );
            let at = planned.setting(store.most.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
