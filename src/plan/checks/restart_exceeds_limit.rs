//! `restart-exceeds-limit`: the kernel kills a service before its supervisor restarts a process.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "restart-exceeds-limit",
    severity: Severity::Error,
    rule: "restart limit x processes + supervisor <= limit",
    because: "the hard limit comes first: the kernel kills what the supervisor would have replaced one by one",
    help: "lower the restart limit, or raise the memory; left out, the plan takes 0.83 of the room of a process",
    sources: &[
        "docs/formulas.md#node",
        "https://github.com/Unitech/pm2/issues/4238",
    ],
    cases: cases!("restart-exceeds-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(heap) = &settled.traits.heap else {
            continue;
        };
        let (Some(restart), Some(share)) = (&heap.restart, planned.share) else {
            continue;
        };
        let (limit, processes) = (share.stated(), heap.processes.value);
        let all = restart.value.times(processes).plus(heap.supervisor);
        if all > limit {
            let message = format!(
                "'{}' restarts a process at {}: {processes} of them and {} for what watches them are {all}, its limit is {limit}",
                planned.name, restart.value, heap.supervisor
            );
            let most = limit.less(heap.supervisor).over(processes);
            let remedy = format!("lower {} below {most}, or raise its memory", restart.key);
            let written = planned.written(restart);
            let written = written.or_else(|| planned.written(&heap.processes));
            breaches.push(Breach::of(planned, message, remedy).written(written));
        }
    }
}
