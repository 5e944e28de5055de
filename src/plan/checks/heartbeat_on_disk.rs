//! `heartbeat-on-disk`: workers show signs of life on a disk.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "heartbeat-on-disk",
    severity: Severity::Info,
    rule: "the directory of the heartbeat is in memory",
    because: "a volume that stalls for half a minute stops the heartbeat, and healthy workers are killed for it",
    help: "use /dev/shm, which is what the plan writes",
    sources: &[
        "https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod",
        "https://github.com/benoitc/gunicorn/issues/1863",
    ],
    cases: cases!("heartbeat-on-disk"),
    run,
};

/// Directories that are memory: everywhere, and under systemd.
/// Source: <https://www.freedesktop.org/software/systemd/man/latest/file-hierarchy.html>
const IN_MEMORY: &[&str] = &["/dev/shm", "/run"];

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let workers = settled.traits.workers.as_ref();
        let Some(heartbeat) = workers.and_then(|workers| workers.heartbeat.as_ref()) else {
            continue;
        };
        if !in_memory(&heartbeat.value) {
            let message = format!(
                "the heartbeat of '{}' is in {:?}, which a slow disk may hold up",
                planned.name, heartbeat.value
            );
            let help = format!("set {} to /dev/shm, or leave it out", heartbeat.key);
            let pin = planned.pinned(&[heartbeat.key]);
            breaches.push(Breach::of(planned, message, help).at(pin));
        }
    }
}

fn in_memory(directory: &str) -> bool {
    IN_MEMORY.iter().any(|memory| {
        let below = directory.strip_prefix(memory);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}
