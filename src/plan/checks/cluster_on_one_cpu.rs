//! `cluster-on-one-cpu`: more event loops than processors.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cluster-on-one-cpu",
    severity: Severity::Warning,
    rule: "processes with an event loop each <= cpus",
    because: "each loop keeps one processor busy: more of them take turns and hold memory for nothing",
    help: "start as many as there are processors; left out, the plan counts them",
    sources: &["https://github.com/Unitech/pm2/issues/1348"],
    cases: cases!("cluster-on-one-cpu"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(heap), Some(share)) = (&settled.traits.heap, planned.share) else {
            continue;
        };
        let cpus = if share.cpus_pinned {
            share.cpus
        } else {
            plan.host.cpus
        };
        let (processes, most) = (heap.processes.value, cpus.0.div_ceil(1000));
        if processes > 1 && processes > most {
            let message = format!(
                "'{}' has {processes} event loops on {cpus} processors",
                planned.name
            );
            let remedy = format!("lower {} to {most}", planned.name_of(&heap.processes));
            let written = planned.written(&heap.processes);
            breaches.push(Breach::of(planned, message, remedy).written(written));
        }
    }
}
