//! `heap-exceeds-restart-limit`: the supervisor restarts a process before its heap is full.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "heap-exceeds-restart-limit",
    severity: Severity::Error,
    rule: "most of a heap + what lies beyond it <= the restart limit",
    because: "the collector works hard only near its cap: below it a healthy process looks like a leak, and is restarted again and again",
    help: "lower the heap, or raise the restart limit; left out, the plan keeps them in order",
    sources: &[
        "docs/formulas.md#node",
        "docs/measurements.md#v8-heap",
        "https://github.com/Unitech/pm2/issues/2191",
    ],
    cases: cases!("heap-exceeds-restart-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(heap) = &settled.traits.heap else {
            continue;
        };
        let (Some(cap), Some(restart)) = (heap.cap.value, &heap.restart) else {
            continue;
        };
        let (most, at) = (cap.plus(heap.beyond), restart.value);
        if most > at {
            let message = format!(
                "a process of '{}' has a heap of {} at most and {} beyond it, {most} in all; it is restarted at {at}",
                planned.name, cap, heap.beyond
            );
            let remedy = format!(
                "lower {} to {}, or raise {} to {most}",
                heap.cap.key,
                at.less(heap.beyond),
                restart.key
            );
            let pin = planned.pinned(&[heap.cap.key, restart.key]);
            breaches.push(Breach::of(planned, message, remedy).at(pin));
        }
    }
}
