//! `no-swap-small`: a small host without any swap.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "no-swap-small",
    severity: Severity::Warning,
    rule: "swap > 0 where memory <= 2GiB",
    because: "without swap the first peak above the memory is an OOM kill; what rests could have waited on the disk",
    help: "leave [system] swap out: the plan gives as much swap as there is memory",
    sources: &[
        "docs/formulas.md#swap",
        "https://github.com/hetzneronline/installimage/issues/82",
    ],
    cases: cases!("no-swap-small"),
    run,
};

/// Source: docs/formulas.md, "swap".
const SMALL: Bytes = Bytes::gib(2);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let memory = plan.host.usable_memory();
    if plan.system.is_some() && memory <= SMALL && plan.host_setting("swap").is_none() {
        breaches.push(Breach::new(
            format!("a host of {memory} without swap kills at the first peak"),
            "leave [system] swap out: the plan gives as much as there is memory",
        ));
    }
}
