//! `child-uncapped`: children of a pool may outgrow the memory.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "child-uncapped",
    severity: Severity::Warning,
    rule: "every child has a cap, and children x cap + main process <= limit",
    because: "an interpreter gives no memory back: a child that grew once stays so, until the kernel kills the whole service in the middle of its tasks",
    help: "leave the cap out: the plan takes 0.8 of the room of a child",
    sources: &[
        "docs/formulas.md#celery",
        "https://github.com/Fergana-Labs/stash/pull/856",
        "https://github.com/mitodl/ol-infrastructure/pull/5475",
    ],
    cases: cases!("child-uncapped"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let traits = &settled.traits;
        let (Some(tasks), Some(workers)) = (&traits.tasks, &traits.workers) else {
            continue;
        };
        let (Some(cap), Some(share)) = (&tasks.child_cap, planned.share) else {
            continue;
        };
        let (limit, count) = (share.stated(), workers.count.value);
        let all = cap.value.times(count).plus(workers.main);
        let message = if cap.value.0 == 0 {
            format!("nothing caps the {} of '{}'", workers.called, planned.name)
        } else if all > limit && cap.value > workers.each {
            format!(
                "{count} {} of '{}' may keep {} each, with the main process {all}; its limit is {limit}",
                workers.called, planned.name, cap.value
            )
        } else {
            continue;
        };
        let help = format!("leave {} out: the plan gives each its part", cap.key);
        let written = planned.written(cap);
        let written = written.or_else(|| planned.written(&workers.count));
        breaches.push(Breach::of(planned, message, help).written(written));
    }
}
