//! `jit-on-web`: short queries are compiled.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::services::traits::Queries;

pub(super) static CHECK: Check = Check {
    id: "jit-on-web",
    severity: Severity::Warning,
    rule: "jit is off where the workload is web or oltp",
    because: "compiling a query can take longer than the query, and a backend that did it once holds 10 MiB more from then on: 45 heavy sessions needed 961 MiB with it and 512 without",
    help: "leave jit out, or state workload = \"olap\" where long queries are the point",
    sources: &[
        "docs/measurements.md#postgresql-jit",
        "https://github.com/uyuni-project/uyuni/pull/7451",
        "https://github.com/Secure-Compliance-Solutions-LLC/GVM-Docker/pull/125",
    ],
    cases: cases!("jit-on-web"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let short = |queries| queries == Queries::Short;
        let database = settled.traits.database.as_ref();
        let database = database.filter(|database| short(database.queries));
        let Some(compiles) = database.and_then(|database| database.compiles.as_ref()) else {
            continue;
        };
        if compiles.value {
            let message = format!(
                "'{}' is asked short queries and compiles them: {} is on",
                planned.name, compiles.key
            );
            let help = "leave it out, or state workload = \"olap\" or \"mixed\" where long queries are asked";
            let at = planned.setting(compiles.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
