//! `needs-pooler`: so many connections that a pooler should stand between.

use super::{Breach, Check, Severity};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "needs-pooler",
    severity: Severity::Warning,
    run,
};

/// Source: docs/formulas.md, "connections"; pgbouncer#641.
const MOST_DIRECT: u64 = 200;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in plan
        .services
        .iter()
        .filter(|planned| planned.uses.is_empty())
    {
        let offered = planned
            .settled
            .as_ref()
            .and_then(|settled| settled.offers.connections);
        let divides = planned.divides_connections;
        if let Some(offered) = offered.filter(|offered| divides && offered.max > MOST_DIRECT) {
            breaches.push(Breach {
                services: vec![planned.name.clone()],
                message: format!(
                    "'{}' admits {} connections; each costs memory at rest",
                    planned.name, offered.max
                ),
                help: "put a pooler between it and its users, and let them use the pooler"
                    .to_owned(),
            });
        }
    }
}
