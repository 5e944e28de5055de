//! `child-cap-unit`: the cap of a child looks like bytes or MiB taken for KiB.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "child-cap-unit",
    severity: Severity::Error,
    rule: "12000 KiB <= cap of a child <= memory of the host",
    because: "the cap is counted in KiB and any number is taken: too small a one replaces a child after every task, too large a one never does",
    help: "write the cap with its unit, as in 200MiB",
    sources: &[
        "https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-max-memory-per-child",
        "docs/measurements.md#celery-child",
    ],
    cases: cases!("child-cap-unit"),
    run,
};

/// The example of the manual, and less than an interpreter holds.
/// Source: <https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-max-memory-per-child>
const LEAST: Bytes = Bytes::kib(12_000);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let tasks = settled.traits.tasks.as_ref();
        let Some(cap) = tasks.and_then(|tasks| tasks.child_cap.as_ref()) else {
            continue;
        };
        let most = plan.host.memory;
        let wrong = if cap.value > most {
            format!("more than the host's {most}")
        } else if cap.value.0 > 0 && cap.value < LEAST {
            "less than an interpreter holds".to_owned()
        } else {
            continue;
        };
        let message = format!(
            "a child of '{}' may keep {}, {wrong}: is the unit right?",
            planned.name, cap.value
        );
        let help = format!("write {} with its unit, as in 200MiB", cap.key);
        let pin = planned.pinned(&[cap.key]);
        breaches.push(Breach::of(planned, message, help).at(pin));
    }
}
