//! `heap-uncapped`: nothing tells a collector how much memory it has.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "heap-uncapped",
    severity: Severity::Warning,
    rule: "a heap below a hard limit has a cap",
    because: "a collector that is told nothing guesses: about half of the limit that it sees, and more than all of a small one, so that it dies of a heap that is too small or is killed for one that is too large",
    help: "tell it the size of its heap; each finding names the option and where it belongs",
    sources: &[
        "docs/measurements.md#v8-heap",
        "https://github.com/nodejs/node/issues/64646",
        "https://github.com/TryGhost/ActivityPub/pull/2038",
        "https://github.com/get-bb/bb/issues/1748",
    ],
    cases: cases!("heap-uncapped"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(heap), Some(share)) = (&settled.traits.heap, planned.share) else {
            continue;
        };
        if heap.cap.value.is_none() {
            let collector = heap.collector;
            let limit = share.stated();
            let message = format!(
                "nothing caps the heap of '{}': {} takes what it makes of the {limit} that it sees",
                planned.name, collector.name
            );
            let fits = limit.less(heap.beyond).min(limit.over(4).times(3));
            let remedy = if fits < Bytes::MIB {
                format!(
                    "its limit is too small for a heap: at least {} lie beyond it",
                    heap.beyond
                )
            } else {
                let (fits, key) = (fits.whole_mib(), heap.cap.key);
                format!(
                    "tell it {}{fits} in its {key}; {}",
                    collector.cap, collector.passed_on
                )
            };
            let pin = planned.pinned(&[heap.cap.key]);
            breaches.push(Breach::of(planned, message, remedy).at(pin));
        }
    }
}
