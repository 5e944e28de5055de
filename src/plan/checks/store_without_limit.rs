//! `store-without-limit`: nothing bounds the data that are kept in memory.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "store-without-limit",
    severity: Severity::Error,
    rule: "maxmemory > 0",
    because: "0 is no limit: the data grow until the kernel kills the store, and what was not saved is gone; with a limit it drops the oldest copies, or refuses to take more",
    help: "leave maxmemory out: the plan gives what its share holds, copies and clients included",
    sources: &[
        "https://redis.io/docs/latest/develop/reference/eviction/",
        "docs/formulas.md#redis",
    ],
    cases: cases!("store-without-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let store = settled.traits.store.as_ref();
        let Some(store) = store.filter(|store| store.most.value == Bytes::ZERO) else {
            continue;
        };
        let share = planned.share.map_or(Bytes::ZERO, |share| share.limit);
        // What holds it from outside may be pinned below its share.
        let hard = settled.traits.confinement.limit.as_ref();
        let limit = hard.map_or(share, |hard| hard.value.min(share));
        let key = store.most.key;
        let message = format!(
            "{key} = 0 bounds nothing: the data of '{}' grow until it is killed at {limit}",
            planned.name
        );
        let help = format!("leave {key} out, or state its share with memory = \"...\"");
        let at = planned.setting(key);
        breaches.push(Breach::of(planned, message, help).at(at));
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::checks::tests::found;

    #[test]
    fn it_is_killed_at_the_smaller_of_share_and_pinned_limit() {
        let store = |pins: &str| {
            found(
                "store-without-limit",
                &format!(
                    "profile = \"t3.small\"\nruntime = \"compose\"\n[services.r]\nkind = \"redis\"\n\
                     memory = \"300MiB\"\nsettings = {{ maxmemory = \"0MiB\"{pins} }}\n"
                ),
            )
        };
        let message = |pins| store(pins).remove(0).message;
        assert!(message("").contains("killed at 300 MiB"));
        assert!(message(", mem_limit = \"128MiB\"").contains("killed at 128 MiB"));
    }
}
