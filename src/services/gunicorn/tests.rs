//! A test for each row of the formulas.

use proptest::prelude::*;

use crate::catalog;
use crate::plan::{Unfit, plan};
use crate::services::trial::{failing, planned, refused, service, stack, text};
use crate::services::{Reload, Settled};

/// One gunicorn with these keys.
fn one(keys: &str) -> String {
    format!("[services.web]\nkind = \"gunicorn\"\n{keys}\n")
}

/// One beside a database.
fn with_database(keys: &str, connections: u64) -> String {
    format!(
        "[services.db]\nkind = \"postgresql\"\nconnections = {connections}\n{}",
        one(&format!("uses = [\"db\"]\n{keys}"))
    )
}

fn workers(host: &str, stack: &str) -> String {
    text(service(&planned(host, stack), "web"), "workers")
}

fn settled(host: &str, stack: &str) -> Settled {
    service(&planned(host, stack), "web")
        .settled
        .clone()
        .unwrap()
}

#[test]
fn workers_by_the_processors() {
    let class = |class: &str| one(&format!("worker_class = \"{class}\""));
    assert_eq!(workers("m6i.large", &class("sync")), "5");
    assert_eq!(workers("m6i.large", &class("gthread")), "2");
    assert_eq!(workers("m6i.large", &class("uvicorn")), "2");
    // 2 processors, 0.4 all the time: ceil(0.8) + 1 and ceil(0.4) + 1.
    assert_eq!(workers("t3.small", &class("sync")), "2");
    assert_eq!(workers("t3.small", &class("uvicorn")), "2");
    // 1 processor: no more than that for an event loop.
    assert_eq!(workers("t2.micro", &class("uvicorn")), "1");
}

#[test]
fn workers_by_the_memory() {
    let in_384 = |keys: &str| one(&format!("memory = \"384MiB\"\n{keys}"));
    assert_eq!(workers("c6i.4xlarge", &in_384("")), "2");
    assert_eq!(
        workers("c6i.4xlarge", &in_384("worker_class = \"uvicorn\"")),
        "1"
    );
    assert_eq!(
        workers("c6i.4xlarge", &in_384("worker_memory = \"64MiB\"")),
        "5"
    );
    assert_eq!(workers("c6i.4xlarge", &one("memory = \"88MiB\"")), "1");
    let refused = refused("c6i.4xlarge", &one("memory = \"87MiB\""));
    assert!(refused.contains("88MiB"), "{refused}");
}

#[test]
fn workers_by_the_connections() {
    let stack = with_database("", 10);
    // 10 less 5 that are kept.
    assert_eq!(workers("c6i.4xlarge", &stack), "5");
    let stack = with_database("pool_size = 20\nmax_overflow = 10", 100);
    assert_eq!(workers("c6i.4xlarge", &stack), "3");
}

#[test]
fn stated_workers_are_bounded_by_memory_and_the_note_says_so() {
    let stack = one("memory = \"384MiB\"\nworkers = 8");
    assert_eq!(workers("c6i.4xlarge", &stack), "2");
    let notes = settled("c6i.4xlarge", &stack).notes;
    assert!(
        notes.iter().any(|note| note.contains("workers = 8")),
        "{notes:?}"
    );
    assert_eq!(
        workers("c6i.4xlarge", &one("memory = \"2GiB\"\nworkers = 8")),
        "8"
    );
}

#[test]
fn pinned_workers_are_exact_and_checked_or_refused() {
    let pinned = |keys: &str| one(&format!("{keys}\n[services.web.settings]\nworkers = 7"));
    assert_eq!(workers("c6i.4xlarge", &pinned("")), "7");
    // 24 + 7 x 64.
    assert_eq!(workers("c6i.4xlarge", &pinned("memory = \"472MiB\"")), "7");
    let checks = failing("c6i.4xlarge", &pinned("memory = \"471MiB\""));
    assert!(checks.contains(&"worst-case-exceeds-limit"), "{checks:?}");
    let why = refused("c6i.4xlarge", &one("[services.web.settings]\nworkers = 0"));
    assert!(why.contains("at least 1"), "{why}");
}

#[test]
fn threads_are_four_or_as_many_as_have_a_connection() {
    let gthread = |keys: &str| one(&format!("worker_class = \"gthread\"\n{keys}"));
    let plan = planned("m6i.large", &gthread(""));
    assert_eq!(text(service(&plan, "web"), "threads"), "4");
    let plan = planned("m6i.large", &gthread("threads = 12"));
    assert_eq!(text(service(&plan, "web"), "threads"), "12");
    let plan = planned(
        "m6i.large",
        &with_database("worker_class = \"gthread\"", 10),
    );
    let web = service(&plan, "web");
    // 5 connections for 2 workers.
    assert_eq!(text(web, "threads"), "2");
    assert_eq!(text(web, "DB_POOL_SIZE"), "2");
    let http = web.settled.as_ref().unwrap().offers.http.clone().unwrap();
    assert_eq!(http.concurrency, 4);
}

#[test]
fn several_threads_make_a_sync_worker_a_threaded_one() {
    let plan = planned("m6i.large", &one("threads = 2"));
    assert_eq!(text(service(&plan, "web"), "worker_class"), "gthread");
    let plan = planned("m6i.large", &one("threads = 1"));
    assert_eq!(text(service(&plan, "web"), "worker_class"), "sync");
}

#[test]
fn a_reload_must_hold_both_generations() {
    let stack = |memory: &str| one(&format!("memory = \"{memory}\"\nworkers = 2"));
    // 48 + 2 x 2 x 160.
    assert_eq!(
        settled("m6i.large", &stack("688MiB")).reload,
        Reload::Reload
    );
    let tight = settled("m6i.large", &stack("687MiB"));
    assert!(matches!(&tight.reload, Reload::TooLarge(why) if why.contains("688 MiB")));
    assert_eq!(tight.units[0].exec.as_ref().unwrap().reload, None);
    let preloaded = format!(
        "{}[services.web.settings]\npreload_app = true",
        stack("4GiB")
    );
    assert!(matches!(
        settled("m6i.large", &preloaded).reload,
        Reload::Restart(_)
    ));
}

#[test]
fn times_are_in_order() {
    let settled = settled(
        "m6i.large",
        &one("timeout = 90\nworker_class = \"gthread\""),
    );
    let http = settled.offers.http.clone().unwrap();
    assert_eq!((http.timeout, http.keepalive), (Some(90), 65));
    assert_eq!(settled.stop_seconds.unwrap().whole(), 95);
    let sync = self::settled("m6i.large", &one(""));
    assert_eq!(sync.offers.http.unwrap().keepalive, 0);
    assert!(
        sync.settings
            .iter()
            .all(|setting| setting.key != "keepalive")
    );
}

#[test]
fn replicas_have_a_file_and_a_port_each() {
    let settled = settled("m6i.xlarge", &one("replicas = 2\nport = 9000"));
    let servers = settled.offers.http.unwrap().servers;
    assert_eq!(servers, ["127.0.0.1:9000", "127.0.0.1:9001"]);
    let paths: Vec<&str> = settled
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert!(
        paths.contains(&"/srv/web/web-1.gunicorn.conf.py"),
        "{paths:?}"
    );
    assert!(
        paths.contains(&"/srv/web/web-2.gunicorn.conf.py"),
        "{paths:?}"
    );
    let why = refused(
        "m6i.xlarge",
        &one("replicas = 2\n[services.web.settings]\nbind = \"127.0.0.1:80\""),
    );
    assert!(why.contains("bind is pinned"), "{why}");
}

#[test]
fn a_container_is_reached_by_its_name() {
    let stack = format!(
        "runtime = \"compose\"\n{}",
        one("port = 8002\nreplicas = 2")
    );
    let settled = settled("m6i.xlarge", &stack);
    assert_eq!(settled.offers.http.unwrap().servers, ["web:8002"]);
    assert!(settled.units.is_empty());
    assert_eq!(settled.files.len(), 1);
    assert_eq!(
        settled.container.command,
        ["gunicorn", "-c", "/etc/gunicorn/gunicorn.conf.py"]
    );
    assert!(
        settled
            .settings
            .iter()
            .any(|s| s.key == "bind" && s.text == "0.0.0.0:8002")
    );
}

#[test]
fn a_pinned_pool_beyond_the_grant_is_refused() {
    let keys = "worker_class = \"gthread\"\n[services.web.settings]\nDB_POOL_SIZE = 9";
    let why = refused("m6i.large", &with_database(keys, 10));
    assert!(why.contains("DB_POOL_SIZE = 9 is more than the 2"), "{why}");
}

#[test]
fn pinned_workers_beyond_the_connections_fail_a_check() {
    let stack = with_database("[services.web.settings]\nworkers = 9", 10);
    assert_eq!(workers("c6i.4xlarge", &stack), "9");
    let plan = planned("c6i.4xlarge", &stack);
    let found = plan
        .findings
        .iter()
        .find(|finding| finding.id == "pool-exceeds-connections");
    assert!(found.unwrap().at.as_deref().unwrap().contains("trial.toml"));
}

#[test]
fn only_workers_with_one_request_at_a_time_are_held_up() {
    let fails = |keys: &str| {
        let keys = format!("request_seconds = 60\n{keys}");
        failing("m6i.large", &one(&keys)).contains(&"sync-worker-with-long-requests")
    };
    assert!(fails("") && fails("timeout = 119"));
    assert!(!fails("timeout = 120") && !fails("threads = 2"));
    assert!(!fails("worker_class = \"uvicorn\""));
}

#[test]
fn a_heartbeat_in_memory_is_below_shm_or_run() {
    let fails = |path: &str| {
        let stack = one(&format!("settings = {{ worker_tmp_dir = \"{path}\" }}"));
        failing("m6i.large", &stack).contains(&"heartbeat-on-disk")
    };
    assert!(!fails("/dev/shm/app") && !fails("/run/app"));
    assert!(fails("/var/tmp") && fails("/running") && fails(""));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is asked: what fits is inside its share, or a check says what was pinned, and a worker has its least.
    #[test]
    fn the_worst_case_is_inside_the_share(
        host in prop::sample::select(vec!["t3.nano", "t3.small", "m6i.large", "c7i.48xlarge"]),
        class in prop::option::of(prop::sample::select(vec!["sync", "gthread", "uvicorn"])),
        threads in prop::option::of(1u64..64),
        workers in prop::option::of(1u64..400),
        pinned in prop::option::of(1u64..40),
        unit in prop::option::of(0u64..2000),
        memory in prop::option::of(20u64..6000),
        replicas in 1u64..4,
    ) {
        let mut keys = format!("replicas = {replicas}\n");
        let mut key = |name: &str, value: Option<String>| {
            keys.extend(value.map(|value| format!("{name} = {value}\n")));
        };
        key("worker_class", class.map(|class| format!("\"{class}\"")));
        key("threads", threads.map(|n| n.to_string()));
        key("workers", workers.map(|n| n.to_string()));
        key("worker_memory", unit.map(|n| format!("\"{n}MiB\"")));
        key("memory", memory.map(|n| format!("\"{n}MiB\"")));
        if let Some(pinned) = pinned {
            key("[services.web.settings]\nworkers", Some(pinned.to_string()));
        }
        let host = catalog::find(host).unwrap();
        if let Ok(plan) = plan(&host, &stack(&one(&keys)), Unfit::Refuse) && plan.fits {
            let web = service(&plan, "web");
            let share = web.share.unwrap().stated();
            let settled = web.settled.as_ref().unwrap();
            let both = pinned.is_some() && memory.is_some();
            let said = plan.findings.iter().any(|finding| finding.id == "worst-case-exceeds-limit");
            prop_assert!(settled.worst.total() <= share || (both && said), "{} of {share}", settled.worst.total());
            if let Some(pinned) = pinned {
                prop_assert_eq!(text(web, "workers"), pinned.to_string());
            }
        }
    }
}
