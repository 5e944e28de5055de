//! What only a kind of service can see in its files: the kind looks, here it
//! becomes a finding.

use super::{Breach, Seen};
use crate::plan::{Finding, Severity};
use crate::services::find;

pub(super) fn run(seen: &Seen<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (_, reading, services) in seen.readings() {
        let planned = services.iter().filter_map(|name| seen.plan.service(name));
        let flaws = planned.filter_map(|planned| {
            let flaws = find(planned.kind)?.flaws(planned.version, reading);
            Some((planned, flaws))
        });
        for (planned, flaws) in flaws {
            found.extend(flaws.into_iter().filter_map(|flaw| {
                let breach = Breach::new(&planned.name, flaw.message).at(&flaw.file, flaw.line);
                let breach = if flaw.refused {
                    breach.severe(Severity::Error)
                } else {
                    breach
                };
                breach.of(flaw.id)
            }));
        }
    }
    found
}
