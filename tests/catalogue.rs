//! Every host of the catalogue with the default stack: it fits and holds, or
//! says by how much it does not.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic, its helpers too"
)]
#![allow(missing_docs, reason = "a test binary")]

use std::sync::Arc;

use hosttune::catalog::{self, CatalogError};
use hosttune::host::{Host, Place};
use hosttune::input::{Problem, Source, Spot};
use hosttune::plan::{Plan, Severity, Unfit, plan};
use hosttune::render::artefacts;
use hosttune::services;
use hosttune::stack::{self, Stack};
use hosttune::units::Bytes;

fn web() -> Stack {
    let source = stack::bundled("web").unwrap();
    let extends_nothing =
        |name: &str, spot: &Spot| -> Result<Arc<Source>, Problem> { Err(Problem::at(spot, name)) };
    let tree = stack::load(&source, &extends_nothing).unwrap();
    let at = Spot::new(&source, 0..0);
    stack::from_tree("web", &at, &tree, &services::schemas()).unwrap()
}

/// The hosts whose memory is known.
fn hosts() -> Vec<Host> {
    let known = |name| match catalog::find(name) {
        Ok(host) => Some(host),
        Err(CatalogError::Incomplete { .. }) => None,
        Err(CatalogError::Unknown { .. }) => panic!("{name} is not found"),
    };
    catalog::names().filter_map(known).collect()
}

fn planned(host: &Host, stack: &Stack) -> Plan {
    plan(host, stack, Unfit::Refuse).unwrap_or_else(|error| panic!("{}: {error}", host.name))
}

#[test]
fn every_host_fits_and_holds_or_says_what_is_missing() {
    let (stack, hosts) = (web(), hosts());
    assert!(hosts.len() > 1395 + 74 + 150, "only {} hosts", hosts.len());
    let mut unfit = Vec::new();
    for host in &hosts {
        let plan = planned(host, &stack);
        if plan.fits {
            holds(&plan);
        } else {
            assert!(plan.short > Bytes::ZERO, "{}: short of nothing", host.name);
            assert!(
                plan.services
                    .iter()
                    .all(|planned| planned.settled.is_none())
            );
            unfit.push(format!("{}: {}", host.name, plan.short.exact()));
        }
    }
    println!("do not fit: {unfit:#?}");
    assert!(unfit.len() < 30, "{unfit:#?}");
}

fn holds(plan: &Plan) {
    let name = &plan.host.name;
    let limits: Bytes = plan
        .services
        .iter()
        .filter_map(|planned| planned.limit)
        .sum();
    let memory = plan.host.usable_memory();
    assert!(
        limits.plus(plan.reserve.total()) <= memory,
        "{name}: {limits}"
    );
    for planned in &plan.services {
        assert!(planned.worst() <= planned.limit, "{name}: {}", planned.name);
    }
    let errors = plan
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    assert_eq!(errors.count(), 0, "{name}: {:?}", plan.findings);
}

#[test]
fn every_tenth_host_renders() {
    let stack = web();
    for host in hosts().iter().step_by(10) {
        let plan = planned(host, &stack);
        if plan.fits {
            let files = artefacts(&plan).unwrap_or_else(|error| panic!("{}: {error}", host.name));
            assert!(files.len() > 5, "{}: {} files", host.name, files.len());
        }
    }
}

/// A task shares its kernel with others: nothing of the host's is set there.
#[test]
fn on_fargate_nothing_of_the_host_is_rendered() {
    let stack = web();
    let mut fitting = 0;
    for host in hosts().iter().filter(|host| host.place == Place::Fargate) {
        let plan = planned(host, &stack);
        if !plan.fits {
            continue;
        }
        fitting += 1;
        for what in ["sysctl", "swap", "systemd"] {
            let said = format!("{what}: not applicable");
            let lines = &plan.not_applicable;
            assert!(
                lines.iter().any(|line| line.starts_with(&said)),
                "{}: {lines:?}",
                host.name
            );
        }
        for file in artefacts(&plan).unwrap() {
            let of_the_host = [
                "/etc/sysctl",
                "/etc/systemd",
                "/usr/local/lib/tune",
                "/etc/logrotate",
            ]
            .iter()
            .any(|place| file.path.starts_with(place));
            assert!(!of_the_host, "{}: {}", host.name, file.path);
        }
    }
    assert!(fitting > 60, "only {fitting} sizes fit");
}
