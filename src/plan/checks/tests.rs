//! Every rule against its two stacks, and the table against itself.

#[cfg(test)]
mod databases;
#[cfg(test)]
mod places;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod references;

use super::*;
use crate::catalog;
use crate::input::{Problem, Source, Spot};
use crate::plan::{Unfit, plan};
use crate::services;
use crate::stack;

/// The plan of a case, as it would be made of a file.
pub(super) fn planned(id: &str, text: &str) -> Plan {
    let source = Source::new(format!("cases/{id}"), text);
    let none = |name: &str, spot: &Spot| Err(Problem::at(spot, format!("no file {name}")));
    let tree = stack::load(&source, &none).unwrap();
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree(id, &at, &tree, &services::schemas());
    let stack = stack.unwrap_or_else(|problems| panic!("{problems}"));
    let (profile, _) = stack.profile.clone().unwrap();
    let mut host = catalog::find(&profile).unwrap();
    if let Some((spot, tree)) = &stack.host {
        host = crate::host::from_tree(tree, &profile, spot, Some(&host)).unwrap();
    }
    plan(&host, &stack, Unfit::Refuse).unwrap_or_else(|problems| panic!("{id}: {problems}"))
}

/// What one check finds in a stack.
pub(super) fn found(id: &str, text: &str) -> Vec<Finding> {
    let findings = planned(id, text).findings.into_iter();
    findings.filter(|finding| finding.id == id).collect()
}

#[test]
fn every_check_has_an_id_of_its_own_in_order() {
    let ids: Vec<&str> = ALL.iter().map(|check| check.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

#[test]
fn every_check_fires_on_its_first_stack_and_holds_on_its_second() {
    for check in ALL {
        let id = check.id;
        let fires = planned(id, check.cases.fires);
        let found = fires.findings.iter().find(|finding| finding.id == id);
        let found = found.unwrap_or_else(|| panic!("{id} does not fire: {:?}", fires.findings));
        assert!(!found.message.is_empty() && !found.help.is_empty(), "{id}");
        let holds = planned(id, check.cases.holds);
        let found = holds.findings.iter().find(|finding| finding.id == id);
        assert_eq!(found, None, "{id} does not hold");
        assert!(holds.held.contains(&id), "{id}");
        assert!(holds.fits, "{id}: its second stack does not fit");
    }
}

/// Just inside the line: the two stacks of a rule differ in one or two lines.
#[test]
fn the_two_stacks_of_a_check_are_neighbours() {
    for check in ALL {
        let lines = |text: &'static str| text.lines().collect::<std::collections::BTreeSet<_>>();
        let (fires, holds) = (lines(check.cases.fires), lines(check.cases.holds));
        let only = fires.difference(&holds).count();
        let apart = only.max(holds.difference(&fires).count());
        assert!((1..=2).contains(&apart), "{}: {apart} lines", check.id);
    }
}

#[test]
fn every_check_is_documented() {
    for check in ALL {
        for text in [check.rule, check.because, check.help] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
        }
        assert!(!check.sources.is_empty(), "{}", check.id);
    }
}

/// The option of a program stands in a finding, taken from what the service says.
#[test]
fn no_check_is_written_for_one_collector() {
    for check in ALL {
        for text in [check.rule, check.because, check.help] {
            let named = ["V8", "npm", "--max-"]
                .iter()
                .find(|word| text.contains(**word));
            assert_eq!(named, None, "{}: {text}", check.id);
        }
    }
}

#[test]
fn no_rule_is_both_a_check_of_a_plan_and_looked_at_elsewhere() {
    for row in ELSEWHERE {
        assert!(ALL.iter().all(|check| check.id != row.id), "{}", row.id);
    }
}

#[test]
fn a_silenced_check_is_shown_with_its_reason_and_fails_nothing() {
    let check = ALL[0];
    let silenced = |text: &str, reason: &str| {
        let text = format!("{text}\n[silence]\n{} = \"{reason}\"\n", check.id);
        planned(check.id, &text)
    };
    let plan = silenced(check.cases.fires, "measured, and fine");
    assert!(plan.findings.iter().all(|finding| finding.id != check.id));
    let mut found = plan
        .silenced
        .iter()
        .filter(|finding| finding.id == check.id);
    let reason = found.next().unwrap().silenced.as_deref();
    assert_eq!(reason, Some("measured, and fine"));
    let idle = silenced(check.cases.holds, "no longer so");
    assert_eq!(idle.silent_for_nothing, [check.id]);
}

#[test]
fn a_service_silences_what_is_about_it_alone() {
    let id = "pool-oversized";
    let check = ALL.iter().find(|check| check.id == id).unwrap();
    let own = |name: &str| {
        let silence = format!("[services.{name}.silence]\n{id} = \"measured\"\n");
        planned(id, &format!("{}\n{silence}", check.cases.fires))
    };
    assert!(own("db").silenced.iter().any(|finding| finding.id == id));
    assert!(own("api").findings.iter().any(|finding| finding.id == id));
    assert_eq!(own("api").silent_for_nothing, ["pool-oversized of 'api'"]);
}
