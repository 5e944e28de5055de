//! The override of a compose project.

use super::rendered;
use crate::compose::understood;
use crate::support::place::Scratch;
use serde_json::json;

const STACK: &str = r#"
runtime = "compose"

[services.db]
kind = "postgresql"
version = 15
settings = { shm_size = "1MiB", stop_grace_period = "1s" }

[services.cache]
kind = "redis"

[services.cache.settings]
maxmemory = "0B"
cpus = 0.75
mem_limit = "100MiB"
mem_reservation = "4000MiB"
memswap_limit = "0MiB"

[services.nginx]
kind = "nginx"
upstreams = ["app"]
settings = { pids_limit = 3, stop_grace_period = "1m30s" }

[services.app]
kind = "gunicorn"
port = 8000
cpus = 0.5
"#;

#[test]
fn compose_understands_what_is_pinned() {
    let scratch = Scratch::new();
    let services = understood(&rendered(&scratch, STACK));
    for (service, key, value) in [
        ("db", "shm_size", json!("1m")),
        ("db", "stop_grace_period", json!("1s")),
        ("cache", "cpus", json!(0.75)),
        ("cache", "mem_limit", json!("100m")),
        ("cache", "mem_reservation", json!("4000m")),
        ("cache", "memswap_limit", json!("0b")),
        ("nginx", "pids_limit", json!("3")),
        ("nginx", "stop_grace_period", json!("1m30s")),
        ("app", "cpus", json!(0.5)),
    ] {
        assert_eq!(services[service][key], value, "{service}.{key}");
    }
}

#[test]
fn redis_of_a_container_starts_with_what_is_pinned() {
    let scratch = Scratch::new();
    crate::redis::holds([&rendered(&scratch, STACK)].into_iter());
}
