//! `needs-pooler`: so many connections that a pooler should stand between.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "needs-pooler",
    severity: Severity::Warning,
    rule: "max_connections <= max(200, 7 x cpus) where users connect without a pooler",
    because: "every connection of a server with a process for each costs memory at rest and time to snapshot, whether it works or not",
    help: "put a pooler between the server and its users: services.pool with kind = \"pgbouncer\"",
    sources: &[
        "docs/formulas.md#connections",
        "https://github.com/pgbouncer/pgbouncer/issues/641",
    ],
    cases: cases!("needs-pooler"),
    run,
};

/// Source: docs/formulas.md, "connections"; pgbouncer#641.
const MOST_DIRECT: u64 = 200;
/// Backends that a processor keeps busy.
/// Source: docs/measurements.md, "Pools".
const BUSY_PER_CPU: u64 = 7;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    // What a large host can keep busy is no rest.
    let busy = plan.host.cpus.0.saturating_mul(BUSY_PER_CPU) / 1000;
    let most = busy.max(MOST_DIRECT);
    for (planned, settled) in plan.local_databases() {
        let Some(offered) = settled.offers.connections else {
            continue;
        };
        // Where the stack names no user, somebody unnamed connects.
        let mut users = plan.users_of(&planned.name).peekable();
        let is_direct = users.peek().is_none() || users.any(|user| !user.is_pooler());
        if is_direct && offered.max > most {
            let message = format!(
                "'{}' admits {} connections, more than {most}; each costs memory at rest",
                planned.name, offered.max
            );
            let help = "put a pooler between it and its users, and let them use the pooler";
            breaches.push(Breach::of(planned, message, help));
        }
    }
}
