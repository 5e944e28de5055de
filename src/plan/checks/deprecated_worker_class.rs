//! `deprecated-worker-class`: workers are of a class that its project gives up.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "deprecated-worker-class",
    severity: Severity::Warning,
    rule: "the class of the workers is one that its project keeps",
    because: "an upgrade takes the class away, and the service does not start after it",
    help: "name the class that follows it, and install its package; or leave worker_class out of settings",
    sources: &[
        "https://github.com/Kludex/uvicorn/pull/2302",
        "https://github.com/benoitc/gunicorn/pull/3623",
    ],
    cases: cases!("deprecated-worker-class"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let workers = settled.traits.workers.as_ref();
        let Some((class, instead)) = workers.and_then(|workers| workers.given_up.as_ref()) else {
            continue;
        };
        let message = format!(
            "the {} of '{}' are of the class {}, which its project gives up",
            workers.map_or("workers", |workers| workers.called),
            planned.name,
            class.value
        );
        let help = format!("set {} to {instead}", class.key);
        let written = planned.written(class);
        breaches.push(Breach::of(planned, message, help).written(written));
    }
}
