//! `sync-worker-with-long-requests`: workers that do one thing at a time get long requests.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "sync-worker-with-long-requests",
    severity: Severity::Warning,
    rule: "2 x seconds of a slow request <= timeout, or workers take others meanwhile",
    because: "a slow request holds its whole worker up, and the next delay takes it to the timeout, where the worker is killed in the middle",
    help: "take workers with threads or an event loop, or raise the timeout",
    sources: &[
        "https://docs.gunicorn.org/en/stable/design.html#choosing-a-worker-type",
        "https://github.com/benoitc/gunicorn/issues/1493",
        "https://github.com/benoitc/gunicorn/issues/1974",
    ],
    cases: cases!("sync-worker-with-long-requests"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let workers = settled.traits.workers.as_ref();
        let Some(held) = workers.and_then(|workers| workers.held_up.as_ref()) else {
            continue;
        };
        let (request, timeout) = (held.request, held.timeout.value);
        if request.saturating_mul(2) > timeout {
            let message = format!(
                "a slow request takes {request} s of the {timeout} s after which its worker of '{}' is killed, and nothing else meanwhile",
                planned.name
            );
            let remedy = format!(
                "take workers with threads or an event loop, or raise {} to {}",
                planned.name_of(&held.timeout),
                request.saturating_mul(2)
            );
            let written = planned.written(&held.timeout);
            breaches.push(Breach::of(planned, message, remedy).written(written));
        }
    }
}
