//! `session-pool-starves`: clients that keep their server outnumber the servers.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "session-pool-starves",
    severity: Severity::Warning,
    rule: "connections that the pools open to a pooler <= its servers, where it pools sessions",
    because: "in session mode a client keeps its server until it disconnects, and a pool never does: whoever comes after the last server waits until it is given up, however idle the others are",
    help: "pool transactions, or leave pool_size out so that the plan gives no more connections than there are servers",
    sources: &[
        "https://www.pgbouncer.org/features.html",
        "https://github.com/pgbouncer/pgbouncer/issues/384",
        "https://github.com/autobase-tech/autobase/issues/89",
    ],
    cases: cases!("session-pool-starves"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let pooler = settled.traits.pooler.as_ref();
        let Some(pooler) = pooler.filter(|pooler| pooler.holds) else {
            continue;
        };
        let each = planned.load.div_ceil(planned.replicas.max(1));
        if each > pooler.servers {
            let message = format!(
                "the pools keep {each} connections open to '{}', which has {} servers and gives each to one client ({} = {})",
                planned.name, pooler.servers, pooler.mode.key, pooler.mode.value
            );
            let help = "pool transactions, or let the users open no more than there are servers";
            let written = planned.written(&pooler.mode);
            let users = plan
                .services
                .iter()
                .filter(|user| user.uses.contains(&planned.name));
            let breach = Breach::of(planned, message, help).written(written);
            breaches.push(users.fold(breach, |breach, user| breach.and(&user.name)));
        }
    }
}
