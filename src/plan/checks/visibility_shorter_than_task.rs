//! `visibility-shorter-than-task`: a task is given to another worker before it is over.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "visibility-shorter-than-task",
    severity: Severity::Error,
    rule: "seconds until a message is given again > seconds of the longest task",
    because: "a message that nobody acknowledged in time goes to the next worker: the task runs twice, and then again",
    help: "raise it above the longest task, or leave it out",
    sources: &[
        "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/redis.html#visibility-timeout",
        "https://github.com/celery/celery/issues/5935",
        "https://github.com/celery/celery/issues/3270",
    ],
    cases: cases!("visibility-shorter-than-task"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(tasks) = &settled.traits.tasks else {
            continue;
        };
        let (again, longest) = (tasks.redelivered.value, tasks.longest);
        if again <= longest {
            let message = format!(
                "the longest task of '{}' may take {longest} s, and its message is given to another after {again} s: it runs twice",
                planned.name
            );
            let help = format!(
                "raise {} above {longest}, or leave it out",
                tasks.redelivered.key
            );
            let pin = planned.pinned(&[tasks.redelivered.key]);
            breaches.push(Breach::of(planned, message, help).at(pin));
        }
    }
}
