//! `reload-headroom`: a reload would not fit inside the service's own limit.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::services::Reload;

pub(super) static CHECK: Check = Check {
    id: "reload-headroom",
    severity: Severity::Info,
    rule: "memory of old and new processes at once <= limit",
    because: "a reload runs the new processes before the old ones end; what does not fit is killed in the middle of it, so the plan restarts instead",
    help: "give it more memory, or fewer processes, if requests must not wait during a change",
    sources: &["docs/measurements.md#gunicorn-hup"],
    cases: cases!("reload-headroom"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        if let Reload::TooLarge(why) = &settled.reload {
            breaches.push(Breach::of(
                planned,
                format!(
                    "service '{}' takes up changes by a restart: {why}",
                    planned.name
                ),
                "give it more memory, or fewer processes",
            ));
        }
    }
}
