//! `pool-exceeds-connections`: the pools can open more than the server admits.

use super::{Breach, Check, Severity};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "pool-exceeds-connections",
    severity: Severity::Error,
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in &plan.services {
        let offered = planned
            .settled
            .as_ref()
            .and_then(|settled| settled.offers.connections);
        let Some(offered) = offered else { continue };
        let usable = offered.max.saturating_sub(offered.reserved);
        if planned.load > usable {
            let users = plan
                .services
                .iter()
                .filter(|user| user.uses.contains(&planned.name));
            breaches.push(Breach {
                services: users.map(|user| user.name.clone()).chain([planned.name.clone()]).collect(),
                message: format!(
                    "the pools can open {} connections to '{}', which admits {usable} ({} less {} reserved)",
                    planned.load, planned.name, offered.max, offered.reserved
                ),
                help: "leave pool_size out, so that the plan divides what there is, or lower it".to_owned(),
            });
        }
    }
}
