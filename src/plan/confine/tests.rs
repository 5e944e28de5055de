//! Pins of what holds a service, as plans of a real host.

use crate::catalog;
use crate::input::{Node, Problems, Source, Spot};
use crate::plan::{Plan, Unfit, plan};
use crate::services;
use crate::setting::Setting;
use crate::stack;

fn planned(text: &str) -> Result<Plan, Problems> {
    let source = Source::new("held.toml", text);
    let tree = Node::parse(&source).unwrap();
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree("held", &at, &tree, &services::schemas()).unwrap();
    plan(&catalog::find("t3.medium").unwrap(), &stack, Unfit::Refuse)
}

fn text(stack: &str, key: &str) -> String {
    let plan = planned(stack).unwrap();
    let setting: Option<&Setting> = plan.services[0].setting(key);
    setting.unwrap_or_else(|| panic!("no {key}")).text.clone()
}

fn refused(stack: &str) -> String {
    planned(stack).unwrap_err().to_string()
}

const NODE: &str = "[services.api]\nkind = \"node\"\nmemory = \"512MiB\"\nsettings = ";
const DATABASE: &str = "[services.db]\nkind = \"postgresql\"\nmemory = \"512MiB\"\nsettings = ";

#[test]
fn what_lies_below_a_pinned_limit_follows_it_down() {
    let of = |kind: &str, key: &str| text(&format!("{kind}{{ MemoryMax = \"400MiB\" }}"), key);
    assert_eq!(of(NODE, "MemoryHigh"), "360M");
    assert_eq!(of(DATABASE, "MemoryLow"), "400M");
    assert_eq!(
        text(&format!("{NODE}{{ MemoryMax = \"1GiB\" }}"), "MemoryHigh"),
        "460M"
    );
}

#[test]
fn a_pinned_limit_below_the_worst_case_is_said() {
    let checks = |pin: &str| -> Vec<&str> {
        let plan = planned(&format!("{DATABASE}{{ MemoryMax = \"{pin}\" }}")).unwrap();
        plan.findings.iter().map(|finding| finding.id).collect()
    };
    assert_eq!(
        checks("300MiB"),
        ["worst-case-exceeds-limit", "cache-strangled"]
    );
    assert_eq!(checks("900MiB"), ["cache-strangled"]);
    assert!(checks("3GiB").is_empty());
}

#[test]
fn what_docker_makes_no_container_of_is_refused() {
    let compose = |pin: &str| format!("runtime = \"compose\"\n{NODE}{{ {pin} }}");
    let swap = refused(&compose("memswap_limit = \"511MiB\""));
    assert!(swap.contains("the container is not made"), "{swap}");
    let little = refused(&compose("mem_limit = \"5MiB\""));
    assert!(little.contains("6 MiB or more"), "{little}");
    let free = compose("mem_limit = \"400MiB\"");
    assert_eq!(text(&free, "memswap_limit"), "400m");
    assert_eq!(text(&free, "mem_reservation"), "400m");
}

#[test]
fn processors_of_a_container_can_be_pinned_as_a_setting() {
    let stack = format!("runtime = \"compose\"\n{NODE}{{ cpus = 3 }}");
    assert_eq!(text(&stack, "cpus"), "3.0");
    let plan = planned(&stack).unwrap();
    let found = plan
        .findings
        .iter()
        .find(|finding| finding.id == "limit-below-reservation");
    let message = &found.unwrap().message;
    assert!(message.contains("a host that has 2"), "{message}");
}

#[test]
fn a_score_that_systemd_ignores_is_refused() {
    for score in ["first", "1001", "-1001", ""] {
        let why = refused(&format!("{NODE}{{ OOMScoreAdjust = \"{score}\" }}"));
        assert!(why.contains("OOMScoreAdjust"), "{score}: {why}");
    }
    let least = format!("{NODE}{{ OOMScoreAdjust = \"-1000\" }}");
    assert_eq!(text(&least, "OOMScoreAdjust"), "-1000");
}
