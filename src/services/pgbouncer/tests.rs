//! A test for each row of the formulas.

use crate::services::trial::{planned, refused, service, text};
use crate::services::{Meets, Settled};

fn pooled(keys: &str, user: &str) -> String {
    format!(
        "[services.db]\nkind = \"postgresql\"\n[services.p]\nkind = \"pgbouncer\"\nuses = [\"db\"]\n{keys}\n\
         [services.jobs]\nkind = \"process\"\ncommand = \"jobs\"\nuses = [\"p\"]\n{user}\n"
    )
}

fn value(keys: &str, key: &str) -> String {
    text(service(&planned("t3.small", &pooled(keys, "")), "p"), key)
}

fn settled(keys: &str) -> Settled {
    let plan = planned("t3.small", &pooled(keys, ""));
    service(&plan, "p").settled.clone().unwrap()
}

#[test]
fn the_pool_is_what_was_granted() {
    // 7 for each of 2 processors.
    assert_eq!(value("", "default_pool_size"), "14");
    assert_eq!(value("", "max_db_connections"), "14");
    assert_eq!(value("", "reserve_pool_size"), "0");
    let stated = "default_pool_size = 6\nmax_overflow = 2";
    assert_eq!(value(stated, "default_pool_size"), "6");
    assert_eq!(value(stated, "reserve_pool_size"), "2");
    assert_eq!(value(stated, "max_db_connections"), "8");
    let plan = planned("t3.small", &pooled(stated, ""));
    assert_eq!(service(&plan, "db").load, 8);
}

#[test]
fn clients_take_turns() {
    // Four for each server, and as many again.
    assert_eq!(value("", "max_client_conn"), "120");
    assert_eq!(value("max_client_conn = 333", "max_client_conn"), "333");
    assert_eq!(value("connections = 50", "max_client_conn"), "50");
    let plan = planned("t3.small", &pooled("", ""));
    let pool = text(service(&plan, "jobs"), "DB_POOL_SIZE");
    assert_eq!(pool, "56");
    assert_eq!(value("", "pool_mode"), "transaction");
    assert_eq!(value("pool_mode = \"session\"", "pool_mode"), "session");
}

#[test]
fn in_sessions_nobody_takes_turns() {
    for keys in [
        "pool_mode = \"session\"",
        "settings = { pool_mode = \"session\" }",
    ] {
        let plan = planned("t3.small", &pooled(keys, ""));
        let pool = text(service(&plan, "jobs"), "DB_POOL_SIZE");
        assert_eq!(pool, "14", "as many as there are servers");
        let notes = settled(keys).notes.join(" ");
        assert!(!notes.contains("pool_mode transaction"), "{notes}");
    }
}

#[test]
fn prepared_statements_by_version() {
    let has = |keys: &str| {
        let settings = settled(keys).settings;
        settings.iter().any(|s| s.key == "max_prepared_statements")
    };
    assert!(!has("version = \"1.18\""));
    assert!(has("version = \"1.21\""));
    let before = settled("version = \"1.18\"").notes.join(" ");
    assert!(before.contains("prepared statements"), "{before}");
}

#[test]
fn a_file_of_its_own_and_one_line_in_the_users() {
    let settled = settled("");
    let files: Vec<_> = settled
        .files
        .iter()
        .filter(|file| file.path.starts_with("/etc/pgbouncer"))
        .map(|file| (file.path.as_str(), file.meets))
        .collect();
    assert_eq!(
        files,
        [
            ("/etc/pgbouncer/90-tune-p.ini", Meets::Own),
            ("/etc/pgbouncer/pgbouncer.ini", Meets::Merge)
        ]
    );
    assert_eq!(settled.units[0].name, "pgbouncer.service");
}

#[test]
fn a_pin_beyond_the_grant_is_refused() {
    for pin in ["default_pool_size = 99", "max_db_connections = 0"] {
        let keys = format!("settings = {{ {pin} }}");
        let refused = refused("t3.small", &pooled(&keys, ""));
        assert!(refused.contains("given to it"), "{refused}");
    }
}

#[test]
fn nobody_waits_longer_than_the_least_patient() {
    let users = |keys: &str| {
        format!(
            "[services.db]\nkind = \"postgresql\"\n[services.p]\nkind = \"pgbouncer\"\nuses = [\"db\"]\n\
             [services.web]\nkind = \"gunicorn\"\nuses = [\"p\"]\n{keys}\n\
             [services.jobs]\nkind = \"celery\"\nuses = [\"p\"]\ntask_seconds = 90\n"
        )
    };
    let wait = |keys: &str| {
        let plan = planned("m6i.large", &users(keys));
        text(service(&plan, "p"), "query_wait_timeout")
    };
    assert_eq!(wait("timeout = 20"), "20");
    assert_eq!(wait("timeout = 300"), "90");
}
