//! `upstream-unreachable`: requests are to be passed on to a service that
//! takes none.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "upstream-unreachable",
    severity: Severity::Error,
    rule: "every upstream offers HTTP on a port",
    because: "requests passed on to nobody are answered with 502",
    help: "state the port of the upstream, or take it out of the list",
    sources: &["https://nginx.org/en/docs/http/ngx_http_upstream_module.html"],
    cases: cases!("upstream-unreachable"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, _) in plan.settled() {
        for upstream in &planned.upstreams {
            let target = plan.service(upstream);
            let takes = target
                .and_then(|other| other.settled.as_ref())
                .is_some_and(|settled| settled.offers.http.is_some());
            if !takes {
                let message = format!(
                    "'{}' passes requests on to '{upstream}', which says no port: they are answered with 502",
                    planned.name
                );
                let help =
                    format!("state the port of '{upstream}', or take it out of the upstreams");
                breaches.push(Breach::of(planned, message, help).and(upstream));
            }
        }
    }
}
