//! `results-never-expire`: results of tasks are kept for ever.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "results-never-expire",
    severity: Severity::Warning,
    rule: "results are kept for a finite time",
    because: "nobody asks for most results again: they fill the store until it refuses what matters, or is killed",
    help: "keep them for a day, which is what the plan writes; or let tasks ignore their results",
    sources: &[
        "https://docs.celeryq.dev/en/stable/userguide/configuration.html#result-expires",
        "https://github.com/celery/celery/issues/7801",
    ],
    cases: cases!("results-never-expire"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(tasks) = &settled.traits.tasks else {
            continue;
        };
        if tasks.results_kept.value == 0 {
            let message = format!("the results of '{}' are kept for ever", planned.name);
            let help = format!(
                "leave {} out: they are kept for a day then; or let tasks ignore their results",
                tasks.results_kept.key
            );
            let pin = planned.pinned(&[tasks.results_kept.key]);
            breaches.push(Breach::of(planned, message, help).at(pin));
        }
    }
}
