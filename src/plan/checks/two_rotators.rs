//! `two-rotators`: two rules rotate one log file.

use super::glob::overlap;
use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::Rotation;

pub(super) static CHECK: Check = Check {
    id: "two-rotators",
    severity: Severity::Error,
    rule: "no log file is matched by two rules, or twice by one",
    because: "logrotate takes the first rule and fails every day; its older versions leave out the whole second one, so that its other logs grow for ever. And of two rotators one moves the file away from under the other",
    help: "let one of them rotate it: take the path out of the other's log_files",
    sources: &[
        "https://github.com/ajgon/opsworks_ruby/issues/117",
        "https://github.com/simp/simp-doc/pull/361",
        "docs/formulas.md#logs",
    ],
    cases: cases!("two-rotators"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let settled = plan.settled();
    let rules: Vec<(&Planned, &Rotation)> = settled
        .filter_map(|(planned, settled)| Some((planned, settled.traits.rotation.as_ref()?)))
        .collect();
    for (place, (planned, rotation)) in rules.iter().enumerate() {
        within(planned, rotation, breaches);
        for (other, second) in rules.iter().skip(place + 1) {
            // Services of one package share its rule: it is written once.
            let shared = rotation.rule == second.rule && rotation.paths == second.paths;
            let pairs = rotation.paths.iter().flat_map(|one| {
                let matching = second.paths.iter().filter(|two| overlap(one, two));
                matching.map(move |two| (one, two))
            });
            let first = pairs.take(1).filter(|_| !shared);
            breaches.extend(first.map(|(one, two)| {
                let message = format!(
                    "the log rules of '{}' ({one}) and '{}' ({two}) match one file",
                    planned.name, other.name
                );
                let help = format!("take it out of log_files of '{}'", other.name);
                Breach::of(planned, message, help).and(&other.name)
            }));
        }
    }
}

/// A rule that matches a file twice fails as well, and rotates all the same.
fn within(planned: &Planned, rotation: &Rotation, breaches: &mut Vec<Breach>) {
    for (place, one) in rotation.paths.iter().enumerate() {
        let mut later = rotation.paths.iter().skip(place + 1);
        if let Some(two) = later.find(|two| overlap(one, two)) {
            let message = format!(
                "the log rule of '{}' matches one file twice: {one} and {two}",
                planned.name
            );
            let help = format!("take one of them out of log_files of '{}'", planned.name);
            breaches.push(Breach::of(planned, message, help).severe(Severity::Warning));
            return;
        }
    }
}
