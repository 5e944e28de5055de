//! Where a finding points to, and what it calls what a person wrote there.

use super::*;

fn found(id: &str, services: &str) -> Finding {
    let plan = planned(id, &format!("profile = \"t3.small\"\n{services}"));
    let mut found = plan.findings.into_iter();
    let found = found.find(|finding| finding.id == id);
    found.unwrap_or_else(|| panic!("{id} does not fire"))
}

/// The line of a finding's place.
fn line(finding: &Finding) -> Option<&str> {
    finding.at.as_ref()?.rsplit(':').nth(1)
}

/// A setting may be spelt otherwise than the key of the stack that states it.
#[test]
fn a_key_of_the_stack_has_a_place_and_its_own_name() {
    let id = "workers-exceed-sustained-cpu";
    let stated = found(id, "[services.w]\nkind = \"celery\"\nconcurrency = 5\n");
    assert_eq!(line(&stated), Some("4"));
    assert!(stated.help.contains("lower concurrency"), "{}", stated.help);
    let pinned = found(
        id,
        "[services.w]\nkind = \"celery\"\nsettings = { worker_concurrency = 5 }\n",
    );
    assert_eq!(line(&pinned), Some("4"));
    assert!(pinned.help.contains("lower worker_concurrency"));
}

#[test]
fn too_many_connections_are_laid_to_the_user_that_opens_the_most() {
    let services = "[services.db]\nkind = \"postgresql\"\nconnections = 50\n\
                    [services.pool]\nkind = \"pgbouncer\"\nuses = [\"db\"]\ndefault_pool_size = 60\n\
                    [services.api]\nkind = \"node\"\nuses = [\"db\"]\npool_size = 2\ninstances = 1\n";
    for id in ["pool-exceeds-connections", "pool-oversized"] {
        let finding = found(id, services);
        assert_eq!(line(&finding), Some("8"), "{id}");
        let named = finding
            .help
            .contains("'pool' opens the most, 60: lower its default_pool_size");
        assert!(named, "{id}: {}", finding.help);
    }
}

#[test]
fn what_runs_elsewhere_takes_no_memory_here() {
    let services = "[services.db]\nkind = \"postgresql\"\nexternal = true\nconnections = 50\n\
                    [services.big]\nkind = \"process\"\ncommand = \"x\"\nmemory = \"4GiB\"\n";
    assert_eq!(found("sum-exceeds-memory", services).services, ["big"]);
}

/// A check that fails twice is one that fails.
#[test]
fn checks_are_counted_not_findings() {
    let api = |name: &str| format!("[services.{name}]\nkind = \"celery\"\nconcurrency = 5\n");
    let text = format!("profile = \"t3.medium\"\n{}{}", api("a"), api("b"));
    let plan = planned("counted", &text);
    assert!(plan.failed() < plan.findings.len());
    let ids = plan.silenced.len() + plan.failed() + plan.held.len();
    assert_eq!(ids, ALL.len());
}
