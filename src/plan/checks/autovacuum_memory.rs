//! `autovacuum-memory`: what cleans up may hold a large part of the share.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "autovacuum-memory",
    severity: Severity::Warning,
    rule: "autovacuum workers x autovacuum_work_mem <= share / 8",
    because: "every worker may hold all of its memory at once, whenever tables have gathered dead rows: at the load that leaves the least for queries",
    help: "leave autovacuum_work_mem out: the plan gives an eighth of the share to all workers together at most; or pin fewer workers",
    sources: &[
        "https://www.postgresql.org/docs/current/runtime-config-resource.html",
        "docs/formulas.md#autovacuum",
    ],
    cases: cases!("autovacuum-memory"),
    run,
};

/// Source: docs/formulas.md, "autovacuum".
const PART: u64 = 8;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(database), Some(share)) = (&settled.traits.database, planned.share) else {
            continue;
        };
        let (workers, each) = (&database.cleaners, &database.cleaner_memory);
        let all = each.value.times(workers.value);
        let most = share.stated().over(PART);
        if all > most {
            let message = format!(
                "the {} autovacuum workers of '{}' may hold {} each, {all} together: more than {most}, an eighth of its share",
                workers.value, planned.name, each.value
            );
            let pinned = |key| planned.setting(key).filter(|made| made.pinned.is_some());
            let help = match pinned(each.key) {
                Some(_) => format!(
                    "leave {} out, or pin {} at most",
                    each.key,
                    most.over(workers.value)
                ),
                None => format!(
                    "leave {} out, or pin {} at most",
                    workers.key,
                    most.0 / each.value.0.max(1)
                ),
            };
            let at = pinned(each.key).or(pinned(workers.key));
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
