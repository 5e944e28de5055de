//! `pool-oversized`: more backends can work at once than the processors serve.

use super::largest_user::LargestUser;
use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "pool-oversized",
    severity: Severity::Warning,
    rule: "connections that the pools can open <= 10 x cpus",
    because: "beyond about seven active backends for a processor the others only wait, and hold memory that work_mem could have had: pools of that size were worth a third more requests",
    help: "leave the size of the largest pool out: the plan gives 7 for a processor, by weight",
    sources: &["docs/measurements.md#load"],
    cases: cases!("pool-oversized"),
    run,
};

/// Active backends for a processor from which on all of them only wait.
/// Source: docs/measurements.md, "load" (first finding).
const MOST_PER_CPU: u64 = 10;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let cpus = plan.host.cpus;
    let most = cpus.0.saturating_mul(MOST_PER_CPU).div_ceil(1000);
    let most = most.max(MOST_PER_CPU);
    for (planned, _) in plan.local_databases() {
        if planned.load > most {
            let message = format!(
                "{} backends of '{}' can work at once on {cpus} processors; beyond {most} they only wait",
                planned.load, planned.name
            );
            let largest = LargestUser::of(plan, planned);
            let help = largest.as_ref().map_or_else(
                || CHECK.help.to_owned(),
                |largest| largest.remedy(planned.load, most),
            );
            let written = largest.and_then(|largest| largest.written);
            breaches.push(Breach::of(planned, message, help).written(written));
        }
    }
}
