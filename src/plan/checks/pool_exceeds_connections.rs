//! `pool-exceeds-connections`: the pools can open more than the server admits.

use super::largest_user::LargestUser;
use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};

pub(super) static CHECK: Check = Check {
    id: "pool-exceeds-connections",
    severity: Severity::Error,
    rule: "sum of processes x (pool_size + max_overflow) <= max_connections - reserved",
    because: "the connection above the last is refused, at the peak, to whoever asks next",
    help: "lower what the largest user opens, or leave it out, so that the plan divides what there is; a pooler before the server admits more",
    sources: &["docs/formulas.md#connections"],
    cases: cases!("pool-exceeds-connections"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(offered) = settled.offers.connections else {
            continue;
        };
        let usable = offered.max.saturating_sub(offered.reserved);
        if planned.load > usable {
            let message = format!(
                "the pools can open {} connections to '{}', which admits {usable} ({} less {} reserved)",
                planned.load, planned.name, offered.max, offered.reserved
            );
            breaches.push(breach(plan, planned, message, usable));
        }
    }
}

/// At what its largest user opens, or else at what it admits itself.
fn breach(plan: &Plan, planned: &Planned, message: String, usable: u64) -> Breach {
    let admits = planned.written_key("connections");
    let raise = match admits {
        Some(_) => format!(
            "; or raise connections of '{}', or put a pooler before it",
            planned.name
        ),
        None => String::new(),
    };
    let largest = LargestUser::of(plan, planned);
    let remedy = largest.as_ref().map_or_else(
        || "let the users open fewer".to_owned(),
        |largest| largest.remedy(planned.load, usable),
    );
    let written = largest.and_then(|largest| largest.written).or(admits);
    let breach = Breach::of(planned, message, remedy + &raise).written(written);
    let users = plan.users_of(&planned.name);
    users.fold(breach, |breach, user| breach.and(&user.name))
}
