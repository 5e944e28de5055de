//! `young-generation-shrunk`: a young generation is made to fit a small limit.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "young-generation-shrunk",
    severity: Severity::Warning,
    rule: "limit >= 2 GiB, or the semi-space is stated",
    because: "below 2 GiB the collector sizes its young generation by the limit that it sees, down to 1 MiB: that cost a third of the requests, and stating it brought all of them back",
    help: "tell it the size of a semi-space; each finding names the option and where it belongs",
    sources: &[
        "docs/measurements.md#load",
        "https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib",
    ],
    cases: cases!("young-generation-shrunk"),
    run,
};

/// From here on the collector takes the full young generation by itself.
/// Source: <https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib>
const AMPLE: Bytes = Bytes::gib(2);
/// What gave the requests back; half of it where there is little room.
/// Source: docs/measurements.md, "load" (second finding).
const SEMI_SPACE: Bytes = Bytes::mib(16);
/// Source: docs/formulas.md, "Node".
const ROOMY: Bytes = Bytes::mib(192);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(heap), Some(share)) = (&settled.traits.heap, planned.share) else {
            continue;
        };
        let limit = share.stated();
        if heap.semi_space.value.is_none() && limit < AMPLE {
            let message = format!(
                "{} shrinks the young generation of '{}' to fit the {limit} that it sees",
                heap.collector.name, planned.name
            );
            let roomy = limit.over(heap.processes.value) >= ROOMY;
            let semi = if roomy {
                SEMI_SPACE
            } else {
                SEMI_SPACE.over(2)
            };
            let (semi, key) = (semi.whole_mib(), heap.semi_space.key);
            let remedy = format!("tell it {}{semi} in its {key}", heap.collector.semi_space);
            let pin = planned.pinned(&[key]);
            breaches.push(Breach::of(planned, message, remedy).at(pin));
        }
    }
}
