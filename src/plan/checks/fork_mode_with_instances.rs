//! `fork-mode-with-instances`: several processes of their own want one port.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "fork-mode-with-instances",
    severity: Severity::Error,
    rule: "processes on one port = 1, or they share its socket",
    because: "the first one takes the port, the others die of EADDRINUSE and are started again",
    help: "leave exec_mode out: the plan makes several of them a cluster",
    sources: &[
        "https://github.com/Unitech/pm2/issues/3163",
        "https://github.com/Unitech/pm2/issues/1117",
    ],
    cases: cases!("fork-mode-with-instances"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(heap) = &settled.traits.heap else {
            continue;
        };
        let Some(shares) = heap.shares_socket.as_ref().filter(|shares| !shares.value) else {
            continue;
        };
        // What listens nowhere, a worker of a queue, may have as many as it likes.
        let asked = plan
            .services
            .iter()
            .any(|other| other.upstreams.contains(&planned.name));
        let processes = heap.processes.value;
        if processes > 1 && (heap.port.is_some() || asked) {
            let port = heap
                .port
                .map_or_else(|| "the same port".to_owned(), |port| format!("port {port}"));
            let message = format!(
                "{processes} processes of '{}' each listen on {port} for themselves: only one can",
                planned.name
            );
            let remedy = format!(
                "leave {} out, or lower {} to 1",
                shares.key,
                planned.name_of(&heap.processes)
            );
            let written = planned.written(shares);
            let written = written.or_else(|| planned.written(&heap.processes));
            breaches.push(Breach::of(planned, message, remedy).written(written));
        }
    }
}
