//! `oom-priority`: what the others wait for is killed as readily as they are.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "oom-priority",
    severity: Severity::Warning,
    rule: "OOMScoreAdjust < 0 of what holds data or connections for others, where it is not alone on the host",
    because: "at 0 and above the kernel takes what is largest, and that is the database: all sessions end, and it recovers before anybody works again, where one worker less would have done",
    help: "leave OOMScoreAdjust out: the plan gives -900 to a database, as its own unit has it",
    sources: &[
        "docs/formulas.md#who-dies-first",
        "https://www.postgresql.org/docs/current/kernel-resources.html",
        "https://github.com/kubernetes/kubernetes/issues/90973",
    ],
    cases: cases!("oom-priority"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let here = plan.services.iter().filter(|planned| !planned.external);
    if here.count() < 2 {
        return;
    }
    for (planned, settled) in plan.settled() {
        let score = settled.traits.confinement.oom_score.as_ref();
        let Some(score) = score.filter(|score| settled.oom_score < 0 && score.value >= 0) else {
            continue;
        };
        let message = format!(
            "the others wait for '{}', and {} = {} makes it no less likely to be killed than they are",
            planned.name, score.key, score.value
        );
        let help = format!(
            "leave it out: the plan gives {}, and the others die first",
            settled.oom_score
        );
        let at = planned.setting(score.key);
        breaches.push(Breach::of(planned, message, help).at(at));
    }
}
