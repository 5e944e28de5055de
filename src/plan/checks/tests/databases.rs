//! What the two stacks of a rule leave open about databases and poolers.

use super::*;

const POOLER: &str = "[services.pool]\nkind = \"pgbouncer\"\nuses = [\"db\"]\n";
const LARGE: &str = "[services.db]\nkind = \"postgresql\"\nconnections = 300\n";

fn fires(id: &str, profile: &str, services: &str) -> bool {
    let plan = planned(id, &format!("profile = \"{profile}\"\n{services}"));
    plan.findings.iter().any(|finding| finding.id == id)
}

fn needs_pooler(services: &str) -> bool {
    fires("needs-pooler", "r6i.2xlarge", services)
}

#[test]
fn a_database_whose_users_all_go_through_a_pooler_needs_no_other() {
    let api = |uses: &str| format!("[services.api]\nkind = \"node\"\nuses = [\"{uses}\"]\n");
    assert!(!needs_pooler(&format!("{LARGE}{POOLER}{}", api("pool"))));
    assert!(needs_pooler(&format!("{LARGE}{POOLER}{}", api("db"))));
    assert!(needs_pooler(&format!("{LARGE}{}", api("db"))));
}

/// Its processors are not this host's.
#[test]
fn a_database_elsewhere_is_not_measured_against_this_host() {
    let services = "[services.db]\nkind = \"postgresql\"\nexternal = true\nconnections = 400\n\
                    [services.api]\nkind = \"node\"\npool_size = 10\nuses = [\"db\"]\n";
    assert!(!needs_pooler(services));
}

/// A database is one whatever it uses itself.
#[test]
fn a_database_that_uses_a_cache_is_still_a_database() {
    let with = |connections: u64, pool: u64| {
        format!(
            "[services.cache]\nkind = \"redis\"\n\
             [services.db]\nkind = \"postgresql\"\nuses = [\"cache\"]\nconnections = {connections}\n\
             [services.api]\nkind = \"node\"\ninstances = 1\npool_size = {pool}\nuses = [\"db\"]\n"
        )
    };
    assert!(needs_pooler(&with(210, 60)));
    assert!(!needs_pooler(&with(200, 60)));
    assert!(fires("pool-oversized", "m6i.large", &with(100, 60)));
    assert!(!fires("pool-oversized", "m6i.large", &with(100, 20)));
}

/// Whom it passes its clients on to is not in the stack.
#[test]
fn clients_of_a_pooler_are_no_backends() {
    let services = "[services.pool]\nkind = \"pgbouncer\"\n\
                    [services.api]\nkind = \"node\"\ninstances = 1\npool_size = 60\nuses = [\"pool\"]\n";
    assert!(!fires("pool-oversized", "m6i.large", services));
    let many = services.replace(
        "kind = \"pgbouncer\"",
        "kind = \"pgbouncer\"\nmax_client_conn = 500",
    );
    assert!(!needs_pooler(&many));
}
