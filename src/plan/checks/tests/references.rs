//! Every rule that tune set out to have is somewhere, once.

use std::collections::BTreeSet;

use super::*;

/// The names that they first had, a row each but for the two of swap, which
/// share one.
const FIRST_NAMES: &str = "
    sum-exceeds-memory postgres-worst-case-exceeds-limit pool-exceeds-connections
    needs-pooler async-persistent-connections heap-exceeds-restart-limit
    restart-exceeds-limit heap-uncapped cluster-on-one-cpu instances-max-in-cgroup
    fork-mode-with-instances workers-exceed-memory workers-exceed-sustained-cpu burst-cost
    reload-headroom preload-with-hup deprecated-uvicorn-worker heartbeat-on-disk
    sync-worker-with-long-requests no-recycle celery-child-uncapped celery-cap-unit
    prefetch-with-long-tasks visibility-shorter-than-task pool-ignores-child-limits
    results-never-expire redis-without-maxmemory redis-fork-headroom broker-evicts
    overcommit-off-with-redis overcommit-strict thp-always swappiness-zero no-swap-small
    swap-not-persistent sysctl-shadowed worker-connections-exceed-nofile
    header-buffers-too-small proxy-buffers-exceed-limit upstream-keepalive-inert
    keepalive-race timeout-order stop-timeout-order body-size-mismatch
    cache-without-max-size localhost-upstream http2-syntax two-rotators
    rotate-without-reopen copytruncate-loses logs-exceed-disk shm-too-small memswap-unset
    limit-below-reservation jit-on-web duplicate-key auto-conf-shadows autovacuum-memory
    wal-exceeds-disk young-generation-shrunk pool-oversized cache-strangled
    random-page-cost-below-volume oom-priority
";
const ROWS: usize = 63;
/// Found on hosts since: none of the first list.
const SINCE: [&str; 1] = ["server-never-asked"];

fn is_check(id: &str) -> bool {
    ALL.iter().any(|check| check.id == id)
}

fn is_elsewhere(id: &str) -> bool {
    ELSEWHERE.iter().any(|row| row.id == id)
}

#[test]
fn every_rule_that_was_set_out_for_has_one_row() {
    let rows: Vec<&str> = REFERENCE
        .iter()
        .flat_map(|row| row.was.split(" / "))
        .collect();
    let once: BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!(once.len(), rows.len(), "twice");
    assert_eq!(once, FIRST_NAMES.split_whitespace().collect());
    assert_eq!(REFERENCE.len(), ROWS);
}

#[test]
fn every_row_leads_to_a_check_or_says_what_it_needs() {
    for row in REFERENCE {
        assert!(!row.now.is_empty(), "{}", row.was);
        for id in row.now {
            assert!(
                is_check(id) != is_elsewhere(id),
                "{} leads to {id}",
                row.was
            );
        }
    }
}

/// What needs live files or a running host is on the list of rules for a reason.
#[test]
fn what_is_looked_at_elsewhere_was_set_out_for() {
    let now: BTreeSet<&str> = REFERENCE.iter().flat_map(|row| row.now).copied().collect();
    for row in ELSEWHERE {
        let is_known = now.contains(row.id) || SINCE.contains(&row.id);
        assert!(is_known, "{}", row.id);
    }
}

/// No name belongs to a kind of service any more.
#[test]
fn no_check_is_named_after_a_kind() {
    for schema in services::schemas() {
        let named = |id: &&str| id.split('-').any(|word| word == schema.kind);
        let ids = ALL.iter().map(|check| check.id);
        let elsewhere = ELSEWHERE.iter().map(|row| row.id);
        let found: Vec<&str> = ids.chain(elsewhere).filter(named).collect();
        assert_eq!(found, [""; 0]);
    }
}
