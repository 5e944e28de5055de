//! `worst-case-exceeds-limit`: the most that a service can hold is more than
//! it was given.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "worst-case-exceeds-limit",
    severity: Severity::Error,
    rule: "worst case of a service <= its limit",
    because: "the kernel kills the service when the worst case comes: 45 sessions at once were enough for a database",
    help: "raise its memory, or lower what its settings pin; for a database fewer connections, or a pooler",
    sources: &["docs/measurements.md#load"],
    cases: cases!("worst-case-exceeds-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in &plan.services {
        if let (Some(worst), Some(limit)) = (planned.worst(), planned.limit)
            && worst > limit
        {
            breaches.push(Breach::of(
                planned,
                format!(
                    "service '{}' can hold {worst} at worst; its limit is {limit}",
                    planned.name
                ),
                "raise its memory, or lower what its settings pin",
            ));
        }
    }
}
