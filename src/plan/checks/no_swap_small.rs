//! `no-swap-small`: a small host without any swap.

use super::{Breach, Check, Severity};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "no-swap-small",
    severity: Severity::Warning,
    run,
};

const SMALL: Bytes = Bytes::gib(2);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let Some(system) = &plan.system else { return };
    let swaps = system.settings.iter().any(|setting| setting.key == "swap");
    if plan.host.usable_memory() <= SMALL && !swaps {
        breaches.push(Breach {
            services: Vec::new(),
            message: format!(
                "a host of {} without swap kills at the first peak",
                plan.host.usable_memory()
            ),
            help: "leave [system] swap out: the plan gives as much as there is memory".to_owned(),
        });
    }
}
