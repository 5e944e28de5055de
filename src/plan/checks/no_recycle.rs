//! `no-recycle`: a leak in a worker never ends, and memory is tight.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "no-recycle",
    severity: Severity::Info,
    rule: "workers are replaced now and then, or the limit holds what all of them would like",
    because: "a slow leak then ends only when the kernel kills the service",
    help: "replace each worker after a thousand requests, which is what the plan writes",
    sources: &[
        "docs/formulas.md#gunicorn",
        "https://docs.gunicorn.org/en/stable/settings.html#max-requests",
    ],
    cases: cases!("no-recycle"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(workers), Some(share)) = (&settled.traits.workers, planned.share) else {
            continue;
        };
        let Some(after) = &workers.replaced_after else {
            continue;
        };
        let limit = share.stated();
        if after.value == 0 && limit < workers.want {
            let message = format!(
                "no worker of '{}' is ever replaced, and its limit is {limit} where they would like {}",
                planned.name, workers.want
            );
            let help = format!(
                "leave {} out, or raise its memory to {}",
                after.key, workers.want
            );
            let pin = planned.pinned(&[after.key]);
            breaches.push(Breach::of(planned, message, help).at(pin));
        }
    }
}
