//! `pool-oversized`: more backends can work at once than the processors serve.

use super::{Breach, Check, Severity};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "pool-oversized",
    severity: Severity::Warning,
    run,
};

/// Active backends for a processor from which on all of them only wait.
/// Source: docs/measurements.md, "load" (first finding).
const MOST_PER_CPU: u64 = 10;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let most = plan
        .host
        .cpus
        .0
        .saturating_mul(MOST_PER_CPU)
        .div_ceil(1000)
        .max(MOST_PER_CPU);
    for planned in plan.services.iter().filter(|planned| !planned.external) {
        let divides = planned.divides_connections;
        let pooled = planned.uses.is_empty();
        if divides && pooled && planned.load > most {
            breaches.push(Breach {
                services: vec![planned.name.clone()],
                message: format!(
                    "{} backends of '{}' can work at once on {} processors; beyond {most} they only wait",
                    planned.load, planned.name, plan.host.cpus
                ),
                help: "leave pool_size out: the plan gives 7 for a processor, by weight".to_owned(),
            });
        }
    }
}
