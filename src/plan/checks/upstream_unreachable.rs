//! `upstream-unreachable`: requests are to be passed on to a service that
//! takes none.

use super::{Breach, Check, Severity};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "upstream-unreachable",
    severity: Severity::Error,
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in plan
        .services
        .iter()
        .filter(|planned| planned.settled.is_some())
    {
        for upstream in &planned.upstreams {
            let target = plan.services.iter().find(|other| &other.name == upstream);
            let takes = target
                .and_then(|other| other.settled.as_ref())
                .is_some_and(|settled| settled.offers.http.is_some());
            if !takes {
                breaches.push(Breach {
                    services: vec![planned.name.clone(), upstream.clone()],
                    message: format!(
                        "'{}' passes requests on to '{upstream}', which says no port: they are answered with 502",
                        planned.name
                    ),
                    help: format!("state the port of '{upstream}', or take it out of the upstreams"),
                });
            }
        }
    }
}
