//! `overcommit-off`: the kernel may refuse the fork of a save.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::setting::Value;

pub(super) static CHECK: Check = Check {
    id: "overcommit-off",
    severity: Severity::Warning,
    rule: "vm.overcommit_memory = 1 where a store saves (2 is overcommit-strict's)",
    because: "a save forks, and at 0 the kernel may count the whole of the data a second time and refuse, although next to nothing is copied: the data are not saved, and writes are refused in turn",
    help: "leave it out: the plan gives 1; it is the host's to set, no container can",
    sources: &[
        "https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",
        "https://github.com/redis/docker-library-redis/issues/346",
        "https://github.com/pulibrary/bibdata/issues/500",
    ],
    cases: cases!("overcommit-off"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let setting = plan.host_setting("vm.overcommit_memory");
    if setting.is_none_or(|setting| setting.value != Value::Count(0)) {
        return;
    }
    for (planned, settled) in plan.settled() {
        let store = settled.traits.store.as_ref();
        if store.is_some_and(|store| store.saves) {
            let message = format!(
                "'{}' saves by a fork, which vm.overcommit_memory = 0 lets the kernel refuse",
                planned.name
            );
            let help = "leave it out: the plan gives 1";
            breaches.push(Breach::of(planned, message, help).at(setting));
        }
    }
}
