//! What only a kind of service can see in its files: the kind looks, here it
//! becomes a finding.

use super::{Breach, Seen};
use crate::formats::Reading;
use crate::plan::{Finding, Planned, Severity};
use crate::services::{Flaw, Meets, Service, find};

type Look<'a> = &'a dyn Fn(&Planned, &dyn Service, &Reading) -> Vec<Flaw>;

pub(super) fn run(seen: &Seen<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (_, reading, services) in seen.of_candidates(seen.live) {
        let look: Look<'_> = &|planned, kind, reading| kind.flaws(planned.version, reading);
        found.extend(of(seen, &services, reading, look));
    }
    // Whether the plan's own files come to anything shows before they are there.
    for (_, reading, services) in seen.of_candidates(seen.then) {
        let look: Look<'_> = &|planned, kind, reading| kind.unreached(&own(seen, planned), reading);
        found.extend(of(seen, &services, reading, look));
    }
    found
}

fn own<'a>(seen: &Seen<'a>, planned: &Planned) -> Vec<&'a str> {
    let own = seen
        .candidates
        .iter()
        .filter(|one| one.service == planned.name && one.meets == Meets::Own && !one.is_inside);
    own.map(|one| one.path.as_str()).collect()
}

fn of(seen: &Seen<'_>, services: &[&str], reading: &Reading, look: Look<'_>) -> Vec<Finding> {
    let planned = services.iter().filter_map(|name| seen.plan.service(name));
    let flaws = planned.filter_map(|planned| {
        let flaws = look(planned, find(planned.kind)?, reading);
        Some((planned, flaws))
    });
    let findings = flaws.flat_map(|(planned, flaws)| {
        flaws.into_iter().filter_map(|flaw| {
            let breach = Breach::new(&planned.name, flaw.message).at(&flaw.file, flaw.line);
            let breach = if flaw.refused {
                breach.severe(Severity::Error)
            } else {
                breach
            };
            breach.of(flaw.id)
        })
    });
    findings.collect()
}
