//! `localhost-upstream`: an application is named by a host that has two
//! addresses.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::stack::Runtime;

pub(super) static CHECK: Check = Check {
    id: "localhost-upstream",
    severity: Severity::Info,
    rule: "no upstream is named localhost",
    because: "localhost is 127.0.0.1 and ::1, and an application that listens on one refuses every other request on the other; in a container it is the container itself",
    help: "name the service itself, or write 127.0.0.1",
    sources: &[
        "https://github.com/graphite-project/docker-graphite-statsd/issues/87",
        "https://github.com/google/CodeCity/issues/416",
    ],
    cases: cases!("localhost-upstream"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let stated = settled.traits.proxy.iter();
        for address in stated.flat_map(|proxy| &proxy.localhost) {
            let port = address.rsplit_once(':').map_or("", |(_, port)| port);
            let listener = plan.listener(port);
            let meant = match (plan.runtime, listener) {
                (Runtime::Compose, _) => "in a container that is the container itself".to_owned(),
                (_, _) => "that may be ::1, where it need not listen; the plan writes 127.0.0.1"
                    .to_owned(),
            };
            let message = format!(
                "'{}' passes requests on to {address}: {meant}",
                planned.name
            );
            let help = match listener {
                Some(listener) => {
                    format!("upstreams = [\"{listener}\"]: the service that listens there")
                }
                None => format!("name the service that listens there, or write 127.0.0.1:{port}"),
            };
            breaches.push(Breach::of(planned, message, help));
        }
    }
}
