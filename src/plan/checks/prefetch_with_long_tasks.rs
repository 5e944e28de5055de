//! `prefetch-with-long-tasks`: long tasks wait behind each other while others are free.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "prefetch-with-long-tasks",
    severity: Severity::Warning,
    rule: "messages taken ahead <= 1, or tasks <= 60 s",
    because: "who takes four messages ahead keeps the fourth waiting for three long tasks, while another worker has nothing to do",
    help: "take one message ahead, which is what the plan writes for long tasks",
    sources: &[
        "docs/formulas.md#celery",
        "https://docs.celeryq.dev/en/stable/userguide/optimizing.html#prefetch-limits",
        "https://github.com/saleor/saleor/pull/16488",
    ],
    cases: cases!("prefetch-with-long-tasks"),
    run,
};

/// Tasks from here on are long.
/// Source: docs/formulas.md, "celery".
const LONG_SECONDS: u64 = 60;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(tasks) = &settled.traits.tasks else {
            continue;
        };
        let Some(seconds) = tasks.seconds.filter(|seconds| *seconds > LONG_SECONDS) else {
            continue;
        };
        let ahead = match tasks.prefetch.value {
            1 => continue,
            0 => "any number of".to_owned(),
            n => n.to_string(),
        };
        let message = format!(
            "'{}' takes {ahead} messages ahead for each task at once, and a task may take {seconds} s",
            planned.name
        );
        let help = format!("leave {} out, or set it to 1", tasks.prefetch.key);
        let pin = planned.pinned(&[tasks.prefetch.key]);
        breaches.push(Breach::of(planned, message, help).at(pin));
    }
}
