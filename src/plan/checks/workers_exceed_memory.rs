//! `workers-exceed-memory`: more workers than the memory holds.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "workers-exceed-memory",
    severity: Severity::Error,
    rule: "workers x the least of one + the main process <= limit",
    because: "a count by the processors alone knows nothing of memory: 2n+1 workers got small hosts killed",
    help: "lower the number, or raise the memory; left out, the plan starts as many as fit",
    sources: &[
        "docs/formulas.md#gunicorn",
        "https://github.com/benoitc/gunicorn/issues/1250",
        "https://github.com/GSA/notifications-admin/pull/1643",
    ],
    cases: cases!("workers-exceed-memory"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(workers), Some(share)) = (&settled.traits.workers, planned.share) else {
            continue;
        };
        let (limit, count) = (share.stated(), workers.count.value);
        let all = workers.main.plus(workers.each.times(count));
        if all > limit {
            let message = format!(
                "{count} {} of '{}' need {} each, and {} for what starts them: {all}, its limit is {limit}",
                workers.called, planned.name, workers.each, workers.main
            );
            let fit = limit.less(workers.main).0 / workers.each.0.max(1);
            let help = format!(
                "lower {} to {fit}, or raise its memory to {all}",
                planned.name_of(&workers.count)
            );
            let written = planned.written(&workers.count);
            breaches.push(Breach::of(planned, message, help).written(written));
        }
    }
}
