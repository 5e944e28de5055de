//! `sum-exceeds-memory`: limits and the system reserve are more than the host has.

use std::fmt::Write as _;

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned, Raise, Written};
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
    let promised = |planned: &Planned| planned.limit.unwrap_or(planned.stake.floor);
    let given: Bytes = plan.services.iter().map(promised).sum();
    let system = plan.reserve.total();
    let memory = plan.host.usable_memory();
    let sum = given.plus(system);
    if sum > memory {
        let raised = raised(plan);
        let mut message = format!(
            "{} for the services and {} for the system are {} more than the host's {memory}",
            given.up_to_mib(),
            system.up_to_mib(),
            sum.less(memory).up_to_mib()
        );
        let mut help = "lower floors, drop a service, or take a larger host".to_owned();
        for (planned, raise) in &raised {
            let (name, by) = (&planned.name, raise.by);
            let _ = write!(
                message,
                "; the floor of '{name}' is {by} higher for its pinned {}",
                raise.keys()
            );
        }
        if !raised.is_empty() {
            let places: Vec<String> = raised
                .iter()
                .map(|(planned, raise)| format!("{} of '{}'", raise.keys(), planned.name))
                .collect();
            help = format!("lower {}, or {help}", places.join(", "));
        }
        let first = raised.first().and_then(|(_, raise)| raise.pins.first());
        let written = first.map(|pin| Written {
            key: &pin.key,
            spot: &pin.spot,
        });
        let breach = Breach::new(message, help).written(written);
        let all = plan.services.iter().filter(|planned| !planned.external);
        breaches.push(all.fold(breach, |breach, planned| breach.and(&planned.name)));
    }
}

/// The services whose floors pins lift, the highest lift first.
fn raised(plan: &Plan) -> Vec<(&Planned, &Raise)> {
    let services = plan.services.iter();
    let mut raised: Vec<(&Planned, &Raise)> = services
        .filter_map(|planned| Some((planned, planned.raise.as_ref()?)))
        .collect();
    raised.sort_by_key(|(_, raise)| std::cmp::Reverse(raise.by));
    raised
}
