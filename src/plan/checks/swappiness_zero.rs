//! `swappiness-zero`: the kernel is told not to swap what rests.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::setting::Value;

pub(super) static CHECK: Check = Check {
    id: "swappiness-zero",
    severity: Severity::Warning,
    rule: "vm.swappiness > 0",
    because: "at 0 the kernel empties the page cache and then kills, before it swaps what rests",
    help: "leave it out: the plan gives 10",
    sources: &[
        "docs/formulas.md#swappiness",
        "https://github.com/elastic/elasticsearch/issues/6166",
    ],
    cases: cases!("swappiness-zero"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let setting = plan.host_setting("vm.swappiness");
    if setting.is_some_and(|setting| setting.value == Value::Count(0)) {
        let message = "vm.swappiness is 0: the kernel kills before it swaps what rests";
        let help = "leave it out: the plan gives 10";
        breaches.push(Breach::new(message, help).at(setting));
    }
}
