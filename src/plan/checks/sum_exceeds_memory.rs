//! `sum-exceeds-memory`: limits and the system reserve are more than the host has.

use super::{Breach, Check, Severity};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "sum-exceeds-memory",
    severity: Severity::Error,
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let given: Bytes = plan
        .services
        .iter()
        .map(|planned| planned.limit.unwrap_or(planned.stake.floor))
        .sum();
    let sum = given.plus(plan.reserve.total());
    let memory = plan.host.usable_memory();
    if sum > memory {
        breaches.push(Breach {
            services: plan.services.iter().map(|planned| planned.name.clone()).collect(),
            message: format!(
                "{given} for the services and {} for the system are {} more than the host's {memory}",
                plan.reserve.total(),
                sum.less(memory)
            ),
            help: "lower floors, drop a service, or take a larger host".to_owned(),
        });
    }
}
