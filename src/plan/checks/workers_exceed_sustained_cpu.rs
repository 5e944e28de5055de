//! `workers-exceed-sustained-cpu`: more workers than a burstable host serves all day.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "workers-exceed-sustained-cpu",
    severity: Severity::Warning,
    rule: "on a burstable host: workers that compute <= ceil(2 x sustained cpus) + 1",
    because: "when its credits are spent a t3.small has two fifths of a processor: more workers only make every request slower, or the bill larger",
    help: "lower the number, or let it run on surplus credits and pay for them; left out, the plan counts the sustained processors",
    sources: &[
        "docs/formulas.md#gunicorn",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html",
        "https://github.com/dimagi/commcare-cloud/pull/2276",
    ],
    cases: cases!("workers-exceed-sustained-cpu"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    if !plan.host.is_burstable() {
        return;
    }
    let sustained = plan.host.sustained();
    let most = sustained
        .0
        .saturating_mul(2)
        .div_ceil(1000)
        .saturating_add(1);
    for (planned, settled) in plan.settled() {
        let Some(workers) = settled
            .traits
            .workers
            .as_ref()
            .filter(|workers| workers.computes)
        else {
            continue;
        };
        let count = workers.count.value;
        if count > most {
            let message = format!(
                "'{}' has {count} {} that compute, the host has {sustained} processors all the time",
                planned.name, workers.called
            );
            let help = format!(
                "lower {} to {most}, or let them run on surplus credits and pay for those",
                planned.name_of(&workers.count)
            );
            let written = planned.written(&workers.count);
            breaches.push(Breach::of(planned, message, help).written(written));
        }
    }
}
