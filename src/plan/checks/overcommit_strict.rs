//! `overcommit-strict`: the kernel promises no more memory than there is, to
//! programs that ask for more than they use.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::setting::Value;

pub(super) static CHECK: Check = Check {
    id: "overcommit-strict",
    severity: Severity::Error,
    rule: "vm.overcommit_memory < 2 beside a store in memory or a collected heap",
    because: "at 2 all promises together are held to swap and half of the memory: the fork of a store counts its data again, a collected heap reserves addresses that it never touches, and whoever asks next gets none and ends",
    help: "leave it out: 2 is for a host that runs nothing but a database",
    sources: &[
        "https://docs.kernel.org/mm/overcommit-accounting.html",
        "https://github.com/kubernetes/kubernetes/issues/90973",
        "https://github.com/microsoft/vscode/issues/115236",
    ],
    cases: cases!("overcommit-strict"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let setting = plan.host_setting("vm.overcommit_memory");
    if setting.is_none_or(|setting| setting.value != Value::Count(2)) {
        return;
    }
    let asks_for_more = plan
        .settled()
        .filter(|(_, settled)| settled.traits.store.is_some() || settled.traits.heap.is_some())
        .map(|(planned, _)| planned);
    for planned in asks_for_more {
        let message = format!(
            "vm.overcommit_memory = 2 promises no more than there is; '{}' asks for more than it uses, and ends where it is refused",
            planned.name
        );
        let help = "leave it out: 2 is for a host that runs nothing but a database";
        breaches.push(Breach::of(planned, message, help).at(setting));
    }
}
