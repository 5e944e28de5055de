//! `sum-exceeds-memory`: limits and the system reserve are more than the host has.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "sum-exceeds-memory",
    severity: Severity::Error,
    rule: "sum of limits x replicas + system reserve <= memory",
    because: "the kernel has no memory for the peak that was promised, and kills",
    help: "shrink, drop or upgrade: the plan's advice says how much each gives",
    sources: &["docs/formulas.md#system-reserve"],
    cases: cases!("sum-exceeds-memory"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let promised = |planned: &crate::plan::Planned| planned.limit.unwrap_or(planned.stake.floor);
    let given: Bytes = plan.services.iter().map(promised).sum();
    let system = plan.reserve.total();
    let memory = plan.host.usable_memory();
    let sum = given.plus(system);
    if sum > memory {
        let message = format!(
            "{given} for the services and {system} for the system are {} more than the host's {memory}",
            sum.less(memory)
        );
        let help = "lower floors, drop a service, or take a larger host";
        let breach = Breach::new(message, help);
        let all = plan.services.iter().filter(|planned| !planned.external);
        breaches.push(all.fold(breach, |breach, planned| breach.and(&planned.name)));
    }
}
