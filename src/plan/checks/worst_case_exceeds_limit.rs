//! `worst-case-exceeds-limit`: the most that a service can hold is more than
//! it was given.

use super::{Breach, Check, Severity};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "worst-case-exceeds-limit",
    severity: Severity::Error,
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in &plan.services {
        if let (Some(worst), Some(limit)) = (planned.worst(), planned.limit)
            && worst > limit
        {
            breaches.push(Breach {
                services: vec![planned.name.clone()],
                message: format!(
                    "service '{}' can hold {worst} at worst; its limit is {limit}",
                    planned.name
                ),
                help: "raise its memory, or lower what its settings pin".to_owned(),
            });
        }
    }
}
