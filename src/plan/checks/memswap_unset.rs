//! `memswap-unset`: a container is limited in memory, and not in swap.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "memswap-unset",
    severity: Severity::Warning,
    rule: "memswap_limit > 0 where mem_limit is stated",
    because: "it is memory and swap together, and 0 is as if nobody stated it: the container may then swap as much again as its memory, and take the swap that the others were to share",
    help: "leave it out: the plan states the limit itself, so that there is no swap beside it",
    sources: &["https://docs.docker.com/engine/containers/resource_constraints/"],
    cases: cases!("memswap-unset"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let confinement = &settled.traits.confinement;
        if let (Some(limit), Some(both)) = (&confinement.limit, &confinement.with_swap)
            && both.value == Bytes::ZERO
        {
            let message = format!(
                "{} = 0 of '{}' is no limit: it may swap {} beside the {} of its memory",
                both.key, planned.name, limit.value, limit.value
            );
            let help = format!("leave {} out, or pin {} or more", both.key, limit.value);
            let at = planned.setting(both.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
