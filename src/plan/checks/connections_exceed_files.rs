//! `connections-exceed-files`: a process may not open as many sockets as it
//! admits clients.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::setting::Formula;

pub(super) static CHECK: Check = Check {
    id: "connections-exceed-files",
    severity: Severity::Warning,
    rule: "connections that one process admits + 32 <= LimitNOFILE",
    because: "each connection is a file: a store then lowers its maxclients by itself and says so in its log alone, a pooler refuses whoever comes next",
    help: "leave LimitNOFILE out: the plan gives what its connections and files need",
    sources: &[
        "docs/measurements.md#redis-clients",
        "https://github.com/redis/redis/issues/2225",
        "https://www.pgbouncer.org/config.html",
    ],
    cases: cases!("connections-exceed-files"),
    run,
};

/// Files beside the sockets of clients: the log, what is listened on, data.
/// Source: docs/measurements.md, "redis clients".
const BESIDE: u64 = 32;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let files = settled.traits.confinement.open_files.as_ref();
        let (Some(files), Some(admitted)) = (files, settled.offers.connections) else {
            continue;
        };
        if files.value < admitted.max.saturating_add(BESIDE) {
            let message = format!(
                "'{}' admits {} connections, and may open {} files; it needs {BESIDE} beside them",
                planned.name, admitted.max, files.value
            );
            let help = format!(
                "leave {} out: the plan gives {}",
                files.key,
                settled.open_files.as_ref().map_or(0, Formula::whole)
            );
            let at = planned.setting(files.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
