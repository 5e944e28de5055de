//! Where each rule went that tune set out to have: under its own name, under
//! another, or to those that need more than a plan.
//!
//! A name that belonged to one program became one that every program can share.

/// One rule, under the name that it first had.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// That name; two where they were thought of together.
    pub was: &'static str,
    /// What it is now: checks, or rules that are looked at elsewhere.
    pub now: &'static [&'static str],
    /// How it differs from what it was; nothing where it does not.
    pub note: &'static str,
}

const fn same(now: &'static [&'static str; 1]) -> Reference {
    let [was] = *now;
    Reference { was, now, note: "" }
}

const fn renamed(was: &'static str, now: &'static [&'static str]) -> Reference {
    Reference { was, now, note: "" }
}

const fn with(reference: Reference, note: &'static str) -> Reference {
    Reference { note, ..reference }
}

/// All of them, in their first order.
pub static ALL: &[Reference] = &[
    same(&["sum-exceeds-memory"]),
    with(
        renamed(
            "postgres-worst-case-exceeds-limit",
            &["worst-case-exceeds-limit"],
        ),
        "of every service, not of a database alone",
    ),
    same(&["pool-exceeds-connections"]),
    with(
        same(&["needs-pooler"]),
        "pools of more than the server admits, of four times as much too, are pool-exceeds-connections",
    ),
    same(&["async-persistent-connections"]),
    same(&["heap-exceeds-restart-limit"]),
    same(&["restart-exceeds-limit"]),
    same(&["heap-uncapped"]),
    same(&["cluster-on-one-cpu"]),
    same(&["instances-max-in-cgroup"]),
    same(&["fork-mode-with-instances"]),
    same(&["workers-exceed-memory"]),
    same(&["workers-exceed-sustained-cpu"]),
    same(&["burst-cost"]),
    with(
        same(&["reload-headroom"]),
        "first thought of as a warning: worth knowing, for the plan already restarts where a reload has no room",
    ),
    same(&["preload-with-hup"]),
    renamed("deprecated-uvicorn-worker", &["deprecated-worker-class"]),
    same(&["heartbeat-on-disk"]),
    same(&["sync-worker-with-long-requests"]),
    same(&["no-recycle"]),
    renamed("celery-child-uncapped", &["child-uncapped"]),
    renamed("celery-cap-unit", &["child-cap-unit"]),
    same(&["prefetch-with-long-tasks"]),
    same(&["visibility-shorter-than-task"]),
    same(&["pool-ignores-child-limits"]),
    same(&["results-never-expire"]),
    renamed("redis-without-maxmemory", &["store-without-limit"]),
    renamed("redis-fork-headroom", &["fork-headroom"]),
    same(&["broker-evicts"]),
    renamed("overcommit-off-with-redis", &["overcommit-off"]),
    same(&["overcommit-strict"]),
    same(&["thp-always"]),
    renamed(
        "swappiness-zero / no-swap-small",
        &["swappiness-zero", "no-swap-small"],
    ),
    same(&["swap-not-persistent"]),
    same(&["sysctl-shadowed"]),
    same(&["worker-connections-exceed-nofile"]),
    same(&["header-buffers-too-small"]),
    same(&["proxy-buffers-exceed-limit"]),
    same(&["upstream-keepalive-inert"]),
    same(&["keepalive-race"]),
    with(
        same(&["timeout-order"]),
        "as far as the application says when it gives up",
    ),
    same(&["stop-timeout-order"]),
    with(
        same(&["body-size-mismatch"]),
        "as far as the application states its max_body",
    ),
    with(
        same(&["cache-without-max-size"]),
        "tune always writes a size: beyond half of the disk a warning, beyond all of it an error",
    ),
    with(
        same(&["localhost-upstream"]),
        "of the stack: the plan writes 127.0.0.1",
    ),
    same(&["http2-syntax"]),
    with(
        same(&["two-rotators"]),
        "of the rules of a plan, globs included; of those that are there by `tune diff` and `tune verify`",
    ),
    same(&["rotate-without-reopen"]),
    same(&["copytruncate-loses"]),
    same(&["logs-exceed-disk"]),
    same(&["shm-too-small"]),
    same(&["memswap-unset"]),
    same(&["limit-below-reservation"]),
    same(&["jit-on-web"]),
    same(&["duplicate-key"]),
    same(&["auto-conf-shadows"]),
    same(&["autovacuum-memory"]),
    same(&["wal-exceeds-disk"]),
    same(&["young-generation-shrunk"]),
    same(&["pool-oversized"]),
    same(&["cache-strangled"]),
    same(&["random-page-cost-below-volume"]),
    with(
        same(&["oom-priority"]),
        "first thought of as worth knowing: a warning, for it takes a pin to come to that, and all sessions end",
    ),
];
