//! `pool-exceeds-connections`: the pools can open more than the server admits.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::setting::Setting;

pub(super) static CHECK: Check = Check {
    id: "pool-exceeds-connections",
    severity: Severity::Error,
    rule: "sum of processes x (pool_size + max_overflow) <= max_connections - reserved",
    because: "the connection above the last is refused, at the peak, to whoever asks next",
    help: "leave pool_size out, so that the plan divides what there is, or lower it",
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
            let help = "leave pool_size out, so that the plan divides what there is, or lower it";
            let users = plan
                .services
                .iter()
                .filter(|user| user.uses.contains(&planned.name));
            let pin = users.clone().find_map(pinned_count);
            let breach = Breach::of(planned, message, help).at(pin);
            breaches.push(users.fold(breach, |breach, user| breach.and(&user.name)));
        }
    }
}

/// How many processes a person gave it, whatever its connections are.
fn pinned_count(user: &Planned) -> Option<&Setting> {
    let workers = user.settled.as_ref()?.traits.workers.as_ref()?;
    user.pinned(&[workers.count.key])
}
