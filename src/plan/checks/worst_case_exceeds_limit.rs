//! `worst-case-exceeds-limit`: the most that a service can hold is more than
//! it was given.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};

pub(super) static CHECK: Check = Check {
    id: "worst-case-exceeds-limit",
    severity: Severity::Error,
    rule: "worst case of a service <= its limit, and <= MemoryMax or mem_limit where they are pinned",
    because: "the kernel kills the service when the worst case comes: 45 sessions at once were enough for a database",
    help: "raise its memory, or lower what its settings pin; for a database fewer connections, or a pooler",
    sources: &["docs/measurements.md#load"],
    cases: cases!("worst-case-exceeds-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in &plan.services {
        if let (Some(worst), Some(limit)) = (planned.worst(), planned.limit)
            && worst > limit
        {
            breaches.push(Breach::of(
                planned,
                format!(
                    "service '{}' can hold {worst} at worst; its limit is {limit}",
                    planned.name
                ),
                "raise its memory, or lower what its settings pin",
            ));
        } else {
            beyond_the_pin(planned, breaches);
        }
    }
}

/// A hard limit of one replica that a person pinned below its worst case.
fn beyond_the_pin(planned: &Planned, breaches: &mut Vec<Breach>) {
    let Some(settled) = &planned.settled else {
        return;
    };
    let worst = settled.worst.total();
    let Some(hard) = &settled.traits.confinement.limit else {
        return;
    };
    let setting = planned.setting(hard.key);
    if setting.is_some_and(|setting| setting.pinned.is_some()) && worst > hard.value {
        let message = format!(
            "service '{}' can hold {worst} at worst; {} = {} is pinned",
            planned.name, hard.key, hard.value
        );
        let help = format!("leave {} out, or pin {worst} or more", hard.key);
        breaches.push(Breach::of(planned, message, help).at(setting));
    }
}
