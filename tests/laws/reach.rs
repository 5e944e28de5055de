//! The generators themselves: laws over cases that never fit would be empty.

use std::collections::BTreeMap;

use hosttune::plan::{Unfit, plan};
use hosttune::services;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::generator::{any_host, any_stack};

#[test]
fn most_cases_fit_and_everything_is_reached() {
    let mut runner = TestRunner::deterministic();
    let (mut fitting, mut refused) = (0, 0);
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    let all = 600;
    for _ in 0..all {
        let host = any_host().new_tree(&mut runner).unwrap().current();
        let stack = any_stack().new_tree(&mut runner).unwrap().current();
        let made = match plan(&host.host(), &stack.stack().unwrap(), Unfit::Refuse) {
            Ok(made) => made,
            Err(problems) => {
                println!("refused: {problems}");
                refused += 1;
                continue;
            }
        };
        if !made.fits {
            continue;
        }
        fitting += 1;
        let mut reach = |what: &str| *reached.entry(what.to_owned()).or_default() += 1;
        for (at, service) in stack.services.iter().enumerate() {
            let planned = made
                .services
                .iter()
                .find(|planned| planned.name == format!("s{at}"))
                .unwrap();
            reach(&format!("kind {}", planned.kind));
            for (what, is) in [
                ("memory pin", service.memory.is_some()),
                ("cpu pin", service.cpus.is_some()),
                ("replicas", service.replicas > 1),
                ("uses", !planned.uses.is_empty()),
                ("external", planned.external),
                ("strict", service.strict),
                (
                    "setting pin",
                    planned
                        .settled
                        .iter()
                        .flat_map(|s| &s.settings)
                        .any(|s| s.pinned.is_some()),
                ),
            ] {
                if is {
                    reach(what);
                }
            }
        }
    }
    println!("{fitting} of {all} fit, {refused} were refused: {reached:#?}");
    assert!(refused * 100 <= all * 10, "{refused} of {all} were refused");
    assert!(fitting * 100 >= all * 60, "only {fitting} of {all} fit");
    for kind in services::schemas() {
        assert!(
            reached.contains_key(&format!("kind {}", kind.kind)),
            "no {} in a plan that fits",
            kind.kind
        );
    }
    for what in [
        "memory pin",
        "cpu pin",
        "replicas",
        "uses",
        "external",
        "strict",
        "setting pin",
    ] {
        assert!(reached.contains_key(what), "no {what} in a plan that fits");
    }
}
