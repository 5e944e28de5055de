//! `cache-estimate-exceeds-memory`: the planner counts on a cache that cannot
//! be there.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cache-estimate-exceeds-memory",
    severity: Severity::Warning,
    rule: "effective_cache_size <= memory - system reserve - floors of the others",
    because: "the planner takes an index for cheap when it believes its pages to be cached: above the memory that can be cache they are read from the disk, one by one",
    help: "leave effective_cache_size out: the plan gives its share and some of the page cache",
    sources: &[
        "https://www.postgresql.org/docs/current/runtime-config-query.html",
        "docs/formulas.md#postgresql-memory",
    ],
    cases: cases!("cache-estimate-exceeds-memory"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(database), Some(share)) = (&settled.traits.database, planned.share) else {
            continue;
        };
        let cached = &database.cached;
        if cached.value > share.ceiling {
            let message = format!(
                "'{}' plans its queries for a cache of {}; the floors of the others leave {}",
                planned.name, cached.value, share.ceiling
            );
            let help = format!("leave {} out, or pin {} at most", cached.key, share.ceiling);
            let at = planned.setting(cached.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
