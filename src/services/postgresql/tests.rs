//! The rows of the formulas, as plans of real hosts.

use crate::plan::{Unfit, plan};
use crate::services::trial::{failing, planned, refused, service, stack, text};

const ALONE: &str = "[services.db]\nkind = \"postgresql\"\n";

fn of(host: &str, keys: &str, key: &str) -> String {
    let plan = planned(host, &format!("{ALONE}{keys}"));
    text(service(&plan, "db"), key)
}

fn has(host: &str, keys: &str, key: &str) -> bool {
    let plan = planned(host, &format!("{ALONE}{keys}"));
    let settled = service(&plan, "db").settled.as_ref().unwrap();
    settled.settings.iter().any(|setting| setting.key == key)
}

#[test]
fn the_document_of_a_t3_small_gets_its_figures() {
    let keys = "connections = 50\nmemory = \"512MiB\"\nversion = 15\nworkload = \"web\"\n\
        [services.api]\nkind = \"node\"\nuses = [\"db\"]\npool_size = 20";
    for (key, value) in [
        ("shared_buffers", "128MB"),
        ("effective_cache_size", "512MB"),
        ("maintenance_work_mem", "32MB"),
        ("work_mem", "2MB"),
        ("max_connections", "50"),
        ("wal_buffers", "4MB"),
        ("checkpoint_completion_target", "0.9"),
        ("random_page_cost", "1.1"),
        ("effective_io_concurrency", "200"),
        ("jit", "off"),
        ("hash_mem_multiplier", "1.0"),
    ] {
        assert_eq!(of("t3.small", keys, key), value, "{key}");
    }
}

#[test]
fn what_the_server_counts_in_31_bits_is_not_passed_on_the_largest_hosts() {
    let host = "u7in-32tb.224xlarge";
    assert_eq!(of(host, "", "shared_buffers"), "8136415MB");
    assert_eq!(of(host, "", "effective_cache_size"), "16777215MB");
}

#[test]
fn each_version_gets_only_what_it_knows() {
    let small = |version: &str| format!("version = {version}\nmemory = \"512MiB\"");
    assert!(!has("t3.small", &small("12"), "hash_mem_multiplier"));
    assert!(has("t3.small", &small("13"), "hash_mem_multiplier"));
    assert!(has("t3.small", &small("17"), "effective_io_concurrency"));
    assert!(!has("t3.small", &small("18"), "effective_io_concurrency"));
}

#[test]
fn the_disk_and_the_workload_decide_what_a_random_page_costs() {
    let cost = |keys: &str| of("m6i.large", keys, "random_page_cost");
    assert_eq!(cost("workload = \"web\""), "1.1");
    assert_eq!(cost("workload = \"mixed\""), "2.0");
    let mut host = crate::catalog::find("m6i.large").unwrap();
    host.storage.kind = crate::host::StorageKind::Hdd;
    let plan = plan(&host, &stack(ALONE), Unfit::Refuse).unwrap();
    assert_eq!(text(service(&plan, "db"), "random_page_cost"), "4.0");
    assert_eq!(text(service(&plan, "db"), "effective_io_concurrency"), "2");
}

#[test]
fn a_pin_that_the_server_would_refuse_is_refused() {
    for (pin, said) in [
        ("wal_buffers = \"8GB\"", "2097144KiB"),
        ("checkpoint_completion_target = 7", "0 to 1"),
        ("work_memm = \"8MB\"", "work_mem"),
        ("work_mem = 8", "unit"),
    ] {
        let why = refused(
            "m6i.large",
            &format!("{ALONE}[services.db.settings]\n{pin}"),
        );
        assert!(why.contains(said), "{pin}: {why}");
    }
}

#[test]
fn connections_that_are_all_reserved_are_refused() {
    let why = |keys: &str| refused("m6i.large", &format!("{ALONE}{keys}"));
    for keys in ["connections = 3", "settings = { max_connections = 3 }"] {
        assert!(why(keys).contains("kept for superusers"), "{keys}");
    }
    assert_eq!(of("m6i.large", "connections = 4", "max_connections"), "4");
}

#[test]
fn all_autovacuum_workers_together_hold_an_eighth_of_the_share() {
    let each = |host: &str, keys: &str| {
        let keys = format!("memory = \"8GiB\"\n{keys}");
        of(host, &keys, "autovacuum_work_mem")
    };
    assert_eq!(each("m6i.xlarge", ""), "256MB", "3 workers: half of 512MB");
    assert_eq!(each("m6i.8xlarge", ""), "204MB", "5 workers: 1024 / 5");
    let many = "settings = { autovacuum_max_workers = 1100 }";
    assert_eq!(each("m6i.8xlarge", many), "1MB", "the server takes no less");
}

#[test]
fn pinned_work_mem_beside_pinned_memory_is_honoured_and_checked() {
    let keys = "memory = \"512MiB\"\nconnections = 50\n[services.db.settings]\nwork_mem = \"8MB\"";
    assert_eq!(of("t3.small", keys, "work_mem"), "8MB");
    let checks = failing("t3.small", &format!("{ALONE}{keys}"));
    assert!(checks.contains(&"worst-case-exceeds-limit"), "{checks:?}");
}

#[test]
fn behind_a_pooler_every_role_gets_the_pool_and_its_own_patience() {
    let text_of = |key: &str| {
        let stack = "[services.db]\nkind = \"postgresql\"\n[services.pool]\nkind = \"pgbouncer\"\nuses = [\"db\"]\n\
            [services.api]\nkind = \"gunicorn\"\nuses = [\"pool\"]\ndb_role = \"shop\"\n\
            [services.jobs]\nkind = \"celery\"\nuses = [\"pool\"]\ntask_seconds = 500\n";
        let plan = planned("m6i.large", stack);
        text(service(&plan, "db"), key)
    };
    assert_eq!(
        text_of("connection_limit.shop"),
        text_of("connection_limit.jobs")
    );
    assert_eq!(text_of("statement_timeout.shop"), "29000");
    assert_ne!(text_of("statement_timeout.jobs"), "29000");
}

#[test]
fn an_external_server_gets_only_its_roles() {
    let stack = "[services.db]\nkind = \"postgresql\"\nexternal = true\nconnections = 80\n\
        [services.api]\nkind = \"node\"\nuses = [\"db\"]\n";
    let plan = planned("t3.small", stack);
    let db = service(&plan, "db");
    assert_eq!(db.limit, None);
    assert_eq!(text(db, "connection_limit.api"), "14");
    let files = &db.settled.as_ref().unwrap().files;
    assert_eq!(files.len(), 1, "{files:?}");
}
