//! `stop-timeout-order`: a service is killed before it could finish what it
//! began.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "stop-timeout-order",
    severity: Severity::Warning,
    rule: "time to stop >= graceful time of the service's own settings",
    because: "a release or a reboot then kills in the middle of the requests and tasks that its settings promise to finish",
    help: "leave the time to stop out: the plan gives 5 s more than the service takes",
    sources: &[
        "docs/formulas.md#timeouts",
        "https://www.freedesktop.org/software/systemd/man/252/systemd.service.html#TimeoutStopSec=",
        "https://github.com/compose-spec/compose-spec/blob/main/05-services.md#stop_grace_period",
        "https://github.com/GilbN/geometrikks/pull/151",
    ],
    cases: cases!("stop-timeout-order"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(ending) = &settled.traits.ending else {
            continue;
        };
        let (given, asks) = (&ending.given, ending.asks);
        if given.value < asks {
            let message = format!(
                "'{}' is killed {} s after it is told to end; its own settings let it finish for {asks} s",
                planned.name, given.value
            );
            let help = format!(
                "leave {} out, or raise it to {} s",
                given.key,
                asks.saturating_add(5)
            );
            let at = planned.setting(given.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
