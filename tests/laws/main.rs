//! The laws of the budget, over random hosts and random stacks: what holds for
//! every plan, whoever wrote the stack and whatever the host.
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test binary"
)]

mod generator;
mod reach;

use std::collections::BTreeSet;

use generator::{AnyStack, any_host, any_service, any_stack, read};
use hosttune::plan::{Plan, Unfit, plan};
use hosttune::render::artefacts;
use hosttune::report::{Counsel, plan_json};
use hosttune::units::{Bytes, Cpus};
use proptest::prelude::*;

/// The plan, where stack and host are accepted and it fits.
fn fitting(host: &generator::AnyHost, stack: &AnyStack) -> Option<Plan> {
    let stack = stack
        .stack()
        .unwrap_or_else(|problems| panic!("{problems}\n{}", stack.toml()));
    plan(&host.host(), &stack, Unfit::Refuse)
        .ok()
        .filter(|plan| plan.fits)
}

fn limit(plan: &Plan, name: &str) -> Option<Bytes> {
    plan.services
        .iter()
        .find(|planned| planned.name == name)?
        .limit
}

/// Everything that a service opens connections to, directly or through another.
fn used(plan: &Plan, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        let Some(planned) = plan.services.iter().find(|planned| planned.name == name) else {
            continue;
        };
        for next in &planned.uses {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

/// Rules that no plan breaks by itself: only a pin can.
const KEPT: &[&str] = &[
    "child-cap-unit",
    "child-uncapped",
    "deprecated-worker-class",
    "fork-mode-with-instances",
    "heap-exceeds-restart-limit",
    "heartbeat-on-disk",
    "no-recycle",
    "pool-ignores-child-limits",
    "prefetch-with-long-tasks",
    "restart-exceeds-limit",
    "results-never-expire",
    "visibility-shorter-than-task",
    "workers-exceed-memory",
];

/// The checks that only a pinned setting can break: the plan's own formulas
/// never do.
const OF_SETTINGS: &[&str] = &[
    "autovacuum-memory",
    "burst-cost",
    "cache-estimate-exceeds-memory",
    "cache-strangled",
    "connections-exceed-files",
    "fork-headroom",
    "jit-on-web",
    "limit-below-reservation",
    "memswap-unset",
    "oom-priority",
    "overcommit-off",
    "overcommit-strict",
    "random-page-cost-below-volume",
    "shm-too-small",
    "store-evicts",
    "store-without-limit",
    "wal-exceeds-disk",
    "worst-case-exceeds-limit",
];

fn cases() -> ProptestConfig {
    ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A plan without the lines that its checks point to: those are of the file, where
/// the order is.
fn without_places(json: &str) -> serde_json::Value {
    let mut plan: serde_json::Value = serde_json::from_str(json).unwrap();
    for finding in plan["checks"].as_array_mut().unwrap() {
        finding.as_object_mut().unwrap().remove("at");
    }
    plan
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn shares_and_cpus_never_exceed_the_host(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        let given: Bytes = plan.services.iter().filter_map(|planned| planned.limit).sum();
        prop_assert!(given.plus(plan.reserve.total()) <= plan.host.usable_memory());
        let cpus: u64 = plan.services.iter().map(|planned| planned.cpus.0).sum();
        prop_assert!(Cpus(cpus) <= plan.host.cpus);
    }

    #[test]
    fn nobody_is_under_its_floor_in_a_plan_that_fits(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        for (at, service) in stack.services.iter().enumerate() {
            let planned = plan.services.iter().find(|planned| planned.name == format!("s{at}")).unwrap();
            if planned.external { continue }
            prop_assert!(planned.limit.unwrap() >= planned.stake.floor);
            if let (Some(floor), None) = (service.floor, service.memory) {
                prop_assert!(planned.limit.unwrap() >= Bytes::mib(floor * service.replicas));
            }
        }
    }

    #[test]
    fn every_worst_case_is_inside_its_limit(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        for planned in plan.services.iter().filter(|planned| !planned.external) {
            let (worst, limit) = (planned.worst().unwrap(), planned.limit.unwrap());
            let said = plan.findings.iter().any(|finding| {
                finding.id == "worst-case-exceeds-limit" && finding.services.contains(&planned.name)
            });
            // Only what a person pinned may pass a limit that a person set, and it is said.
            let both = planned.settled.iter().flat_map(|settled| &settled.settings).any(|setting| setting.pinned.is_some())
                && planned.stake.max == planned.limit;
            prop_assert!(worst <= limit || (both && said), "{} ({}): {worst} of {limit}\n{}\n{}", planned.name, planned.kind, stack.toml(), host.toml());
            prop_assert!(worst > Bytes::ZERO, "{} states no worst case", planned.kind);
        }
    }

    #[test]
    fn more_memory_never_shrinks_a_share(host in any_host(), stack in any_stack(), more in 1u64..4096) {
        let Some(before) = fitting(&host, &stack) else { return Ok(()) };
        let larger = generator::AnyHost { memory_mib: host.memory_mib + more, ..host.clone() };
        let after = fitting(&larger, &stack).expect("it fitted in less");
        for planned in &before.services {
            prop_assert!(planned.limit <= limit(&after, &planned.name), "{}", planned.name);
        }
    }

    #[test]
    fn a_service_more_never_grows_a_share_that_it_does_not_use(
        host in any_host(), stack in any_stack(), more in any_service()
    ) {
        let mut larger = stack.clone();
        larger.services.push(more);
        let Some(after) = fitting(&host, &larger) else { return Ok(()) };
        let Some(before) = fitting(&host, &stack) else {
            // Its memory pin may have been refused for another reason; less can never fit worse.
            return Ok(());
        };
        let used = used(&after, &format!("s{}", stack.services.len()));
        for planned in before.services.iter().filter(|planned| !used.contains(&planned.name)) {
            prop_assert!(planned.limit >= limit(&after, &planned.name), "{}", planned.name);
        }
    }

    #[test]
    fn the_order_of_services_never_matters(host in any_host(), stack in any_stack()) {
        let reversed: Vec<usize> = (0..stack.services.len()).rev().collect();
        let shown = |text: &str| {
            let stack = read("random.toml", text).unwrap();
            let plan = plan(&host.host(), &stack, Unfit::Refuse).ok()?;
            Some(without_places(&plan_json(&plan, &Counsel::default()).unwrap()))
        };
        prop_assert_eq!(shown(&stack.toml()), shown(&stack.toml_in(&reversed)));
    }

    #[test]
    fn a_pin_is_honoured_exactly_or_refused(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        for (at, service) in stack.services.iter().enumerate() {
            let planned = plan.services.iter().find(|planned| planned.name == format!("s{at}")).unwrap();
            if let (Some(pin), false) = (service.memory, planned.external) {
                prop_assert_eq!(planned.limit.unwrap(), Bytes::mib(pin * service.replicas));
            }
            for setting in planned.settled.iter().flat_map(|settled| &settled.settings) {
                let pinned = service.pin.filter(|_| setting.pinned.is_some());
                if let Some(mib) = pinned {
                    prop_assert_eq!(&setting.value, &hosttune::setting::Value::Size(Bytes::mib(mib * 8)));
                }
            }
        }
    }

    #[test]
    fn only_what_a_person_pinned_breaks_what_the_plan_keeps_itself(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        for finding in plan.findings.iter().filter(|finding| KEPT.contains(&finding.id)) {
            let about = plan.service(&finding.services[0]).unwrap();
            let mut settings = about.settled.iter().flat_map(|settled| &settled.settings);
            prop_assert!(settings.any(|setting| setting.pinned.is_some()), "{finding:?}\n{}\n{}", stack.toml(), host.toml());
        }
    }

    #[test]
    fn pools_open_no_more_than_is_admitted(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        for planned in &plan.services {
            let offered = planned.settled.as_ref().and_then(|settled| settled.offers.connections);
            let Some(offered) = offered.filter(|_| planned.divides_connections) else { continue };
            let said = plan.findings.iter().any(|finding| finding.id == "pool-exceeds-connections");
            prop_assert!(planned.load + offered.reserved <= offered.max || said);
        }
    }

    #[test]
    fn a_setting_that_nobody_pinned_breaks_no_check(host in any_host(), stack in any_stack()) {
        let mut free = stack.clone();
        for service in &mut free.services {
            (service.pin, service.pool, service.cpus) = (None, None, None);
        }
        let Some(plan) = fitting(&host, &free) else { return Ok(()) };
        for finding in &plan.findings {
            // The least log that a server takes is too much for some disks.
            if finding.id == "wal-exceeds-disk" && host.disk_gib < 4 { continue }
            prop_assert!(!OF_SETTINGS.contains(&finding.id), "{}: {}\n{}\n{}", finding.id, finding.message, free.toml(), host.toml());
        }
    }

    #[test]
    fn rendering_is_the_same_every_time(host in any_host(), stack in any_stack()) {
        let Some(plan) = fitting(&host, &stack) else { return Ok(()) };
        let once = artefacts(&plan).unwrap_or_else(|error| panic!("{error}\n{}", stack.toml()));
        let again = artefacts(&fitting(&host, &stack).unwrap()).unwrap();
        prop_assert_eq!(&once, &again);
        for file in &once {
            let head: Vec<&str> = file.content.lines().take(4).collect();
            prop_assert!(head.iter().any(|line| line.contains("Made by tune")), "{}", file.path);
        }
    }
}
