//! `pool-ignores-child-limits`: limits of children are stated where there are none.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "pool-ignores-child-limits",
    severity: Severity::Info,
    rule: "limits of a child only where each task has a process of its own",
    because: "threads and greenlets live in one process, which nothing replaces: only the limit of the service holds them",
    help: "take the limits out, or a pool with children",
    sources: &[
        "https://github.com/celery/celery/issues/6312",
        "https://github.com/praekeltfoundation/docker-django-bootstrap/pull/44",
    ],
    cases: cases!("pool-ignores-child-limits"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let traits = &settled.traits;
        let (Some(tasks), Some(workers)) = (&traits.tasks, &traits.workers) else {
            continue;
        };
        if !tasks.idle_limits.is_empty() {
            let limits = tasks.idle_limits.join(" and ");
            let message = format!(
                "'{}' states {limits}, and its {} are one process",
                planned.name, workers.called
            );
            let help = format!("take {limits} out, or a pool with children");
            let pin = planned.pinned(&tasks.idle_limits);
            breaches.push(Breach::of(planned, message, help).at(pin));
        }
    }
}
