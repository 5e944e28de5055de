//! `shm-too-small`: a container's shared memory does not hold what parallel
//! work passes through it.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::setting::Formula;

pub(super) static CHECK: Check = Check {
    id: "shm-too-small",
    severity: Severity::Warning,
    rule: "shm_size >= 64MiB + 2 x maintenance_work_mem",
    because: "parallel queries and index builds share their work in /dev/shm, and fail with 'No space left on device' where it is full, while the disk is not",
    help: "leave shm_size out: the plan gives what the settings need",
    sources: &[
        "https://github.com/docker-library/postgres/issues/416",
        "https://github.com/als-apg/osprey/issues/1026",
        "https://github.com/openremote/openremote/issues/2612",
    ],
    cases: cases!("shm-too-small"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let given = settled.traits.confinement.shared_memory.as_ref();
        let (Some(given), Some(needed)) =
            (given, settled.container.shm.as_ref().map(Formula::bytes))
        else {
            continue;
        };
        if given.value < needed {
            let message = format!(
                "the container of '{}' has {} of shared memory; its settings can fill {needed}",
                planned.name, given.value
            );
            let help = format!("leave {} out, or pin {needed} or more", given.key);
            let at = planned.setting(given.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
