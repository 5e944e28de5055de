//! Two services that would listen on one port of the host.

use std::collections::BTreeMap;

use crate::input::{Problem, Problems};
use crate::plan::{Plan, Planned};
use crate::stack::{Runtime, ServiceSpec, Stack};

/// Refuses every port that is taken twice. Containers of a compose project have
/// an address each, so theirs do not meet.
pub(super) fn taken_twice(plan: &Plan, stack: &Stack) -> Problems {
    let mut problems = Problems::default();
    if plan.runtime == Runtime::Compose {
        return problems;
    }
    let mut owners: BTreeMap<u64, &ServiceSpec> = BTreeMap::new();
    for planned in plan.services.iter().filter(|planned| !planned.external) {
        let Some(spec) = stack
            .services
            .get(&planned.name)
            .filter(|spec| is_sure(spec))
        else {
            continue;
        };
        for port in ports(planned, spec.port) {
            if let Some(other) = owners.insert(port, spec) {
                problems.push(twice(port, other, spec));
            }
        }
    }
    problems
}

/// Whether all was read that decides where it listens.
fn is_sure(spec: &ServiceSpec) -> bool {
    let decides = ["port", "replicas", "external", "kind"];
    !decides.iter().any(|key| spec.unread.keys.contains(*key))
}

/// Told at the later of the two in the file.
fn twice(port: u64, one: &ServiceSpec, other: &ServiceSpec) -> Problem {
    let mut both = [one, other];
    both.sort_by_key(|spec| spec.spot_of("port"));
    let [first, last] = both;
    let message = format!(
        "services '{}' and '{}' both listen on port {port}",
        one.name, other.name
    );
    Problem::at(last.spot_of("port"), message)
        .label("taken")
        .also(first.spot_of("port"), "the port is taken first here")
        .help("give one of them a 'port' of its own")
}

/// The ports of a service: those that it offers, else those that it states.
fn ports(planned: &Planned, stated: Option<u64>) -> Vec<u64> {
    let offers = planned.settled.as_ref().map(|settled| &settled.offers);
    let http = offers.and_then(|offers| offers.http.as_ref());
    if let Some(http) = http {
        let port = |server: &String| server.rsplit_once(':')?.1.parse().ok();
        return http.servers.iter().filter_map(port).collect();
    }
    let address = offers.and_then(|offers| offers.address.as_ref());
    let first = stated.or(address.map(|(_, port)| *port));
    first.map_or_else(Vec::new, |first| {
        (first..first + planned.replicas).collect()
    })
}
