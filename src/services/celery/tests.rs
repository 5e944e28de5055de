//! A test for each row of the formulas.

use proptest::prelude::*;

use crate::catalog;
use crate::plan::{Unfit, plan};
use crate::services::trial::{failing, planned, service, setting, stack, text};
use crate::services::{Reload, Settled};
use crate::setting::Value;
use crate::units::Bytes;

/// One worker with these keys.
fn one(keys: &str) -> String {
    format!("[services.jobs]\nkind = \"celery\"\n{keys}\n")
}

/// One beside a database.
fn with_database(keys: &str, connections: u64) -> String {
    format!(
        "[services.db]\nkind = \"postgresql\"\nconnections = {connections}\n{}",
        one(&format!("uses = [\"db\"]\n{keys}"))
    )
}

fn value(host: &str, stack: &str, key: &str) -> String {
    text(service(&planned(host, stack), "jobs"), key)
}

fn settled(host: &str, stack: &str) -> Settled {
    service(&planned(host, stack), "jobs")
        .settled
        .clone()
        .unwrap()
}

fn has(settled: &Settled, key: &str) -> bool {
    settled.settings.iter().any(|setting| setting.key == key)
}

const N: &str = "worker_concurrency";

#[test]
fn children_by_processors_memory_and_connections() {
    assert_eq!(value("m6i.xlarge", &one(""), N), "4");
    assert_eq!(value("t3.small", &one(""), N), "2");
    assert_eq!(value("t2.micro", &one(""), N), "1");
    // (256 - 64) / 160.
    assert_eq!(value("m6i.xlarge", &one("memory = \"256MiB\""), N), "1");
    let small = "memory = \"256MiB\"\nworker_memory = \"64MiB\"";
    assert_eq!(value("m6i.xlarge", &one(small), N), "3");
    assert_eq!(value("c6i.4xlarge", &with_database("", 10), N), "5");
    assert_eq!(value("c6i.4xlarge", &one("concurrency = 2"), N), "2");
    let notes = settled("m6i.large", &one("memory = \"256MiB\"\nconcurrency = 8")).notes;
    assert!(
        notes.iter().any(|note| note.contains("concurrency = 8")),
        "{notes:?}"
    );
}

#[test]
fn threads_and_greenlets() {
    let pool = |pool: &str, keys: &str| one(&format!("pool = \"{pool}\"\n{keys}"));
    assert_eq!(value("m6i.large", &pool("threads", ""), N), "10");
    // (128 - 64) / 32.
    assert_eq!(
        value("m6i.large", &pool("threads", "memory = \"128MiB\""), N),
        "2"
    );
    assert_eq!(value("m6i.large", &pool("gevent", ""), N), "200");
    assert_eq!(
        value("m6i.large", &pool("gevent", "memory = \"264MiB\""), N),
        "100"
    );
    // As many as have a connection, unless the stack says how many.
    assert_eq!(
        value("m6i.large", &with_database("pool = \"threads\"", 10), N),
        "5"
    );
    let stated = with_database("pool = \"threads\"\nconcurrency = 8", 10);
    assert_eq!(value("m6i.large", &stated, N), "8");
    assert_eq!(value("m6i.large", &stated, "DB_POOL_SIZE"), "5");
    let notes = settled("m6i.large", &stated).notes;
    assert!(
        notes.iter().any(|note| note.contains("5 connections")),
        "{notes:?}"
    );
}

#[test]
fn the_cap_of_a_child_is_in_kib() {
    let plan = planned("m6i.large", &one("memory = \"384MiB\"\nconcurrency = 2"));
    let cap = setting(service(&plan, "jobs"), "worker_max_memory_per_child");
    // 0.8 x (384 - 64) / 2 MiB.
    assert_eq!(cap.value, Value::Size(Bytes::mib(128)));
    assert_eq!(cap.text, "131072");
    // In the least share: not below what a child holds at rest.
    let plan = planned("m6i.large", &one("memory = \"96MiB\""));
    assert_eq!(
        text(service(&plan, "jobs"), "worker_max_memory_per_child"),
        "49152"
    );
}

#[test]
fn only_children_are_replaced_and_only_they_know_a_soft_limit() {
    let limits = |pool: &str| {
        let settled = settled(
            "m6i.large",
            &one(&format!("pool = \"{pool}\"\ntask_seconds = 90")),
        );
        [
            has(&settled, "worker_max_memory_per_child"),
            has(&settled, "worker_max_tasks_per_child"),
            has(&settled, "task_soft_time_limit"),
            has(&settled, "task_time_limit"),
        ]
    };
    assert_eq!(limits("prefork"), [true, true, true, true]);
    assert_eq!(limits("gevent"), [false, false, false, true]);
    assert_eq!(limits("threads"), [false, false, false, false]);
}

#[test]
fn long_tasks_do_not_queue_behind_each_other() {
    let with = |seconds: u64, key: &str| {
        value("m6i.large", &one(&format!("task_seconds = {seconds}")), key)
    };
    assert_eq!(with(60, "worker_prefetch_multiplier"), "4");
    assert_eq!(with(61, "worker_prefetch_multiplier"), "1");
    assert_eq!(
        value("m6i.large", &one(""), "worker_prefetch_multiplier"),
        "4"
    );
    assert_eq!(with(660, "task_soft_time_limit"), "660");
    assert_eq!(with(660, "task_time_limit"), "690");
    assert_eq!(with(660, "visibility_timeout"), "3600");
    assert_eq!(with(7200, "visibility_timeout"), "14460");
    assert_eq!(with(60, "result_expires"), "86400");
    let pinned = one("task_seconds = 7200\n[services.jobs.settings]\nvisibility_timeout = 3600");
    assert_eq!(value("m6i.large", &pinned, "visibility_timeout"), "3600");
    assert!(failing("m6i.large", &pinned).contains(&"visibility-shorter-than-task"));
}

#[test]
fn a_stop_waits_for_tasks_but_not_for_ever() {
    let stop = |seconds: u64| {
        settled("m6i.large", &one(&format!("task_seconds = {seconds}")))
            .stop_seconds
            .unwrap()
            .whole()
    };
    assert_eq!(stop(60), 95);
    assert_eq!(stop(660), 695);
    assert_eq!(stop(7200), 900);
    let settled = settled("m6i.large", &one("task_seconds = 7200"));
    assert!(
        settled
            .notes
            .iter()
            .any(|note| note.contains("task_acks_late"))
    );
    assert!(matches!(settled.reload, Reload::Restart(_)));
    assert_eq!(settled.oom_score, 300);
}

#[test]
fn the_command_says_the_same_as_the_module() {
    let settled = settled(
        "m6i.large",
        &one("app = \"proj\"\ntask_seconds = 90\nmemory = \"384MiB\"\nvenv = \"/opt/v\""),
    );
    let exec = settled.units[0].exec.clone().unwrap();
    assert_eq!(
        exec.command,
        [
            "/opt/v/bin/celery",
            "--app=proj",
            "worker",
            "--hostname=jobs@%h",
            "--pool=prefork",
            "--concurrency=2",
            "--prefetch-multiplier=1",
            "--max-memory-per-child=131072",
            "--max-tasks-per-child=1000",
            "--soft-time-limit=90",
            "--time-limit=120",
        ]
    );
    assert!(settled.offers.http.is_none());
}

#[test]
fn replicas_have_a_name_each_and_one_module() {
    let settled = settled("m6i.xlarge", &one("replicas = 2"));
    let names: Vec<&str> = settled
        .units
        .iter()
        .map(|unit| unit.name.as_str())
        .collect();
    assert_eq!(names, ["jobs-1.service", "jobs-2.service"]);
    let module: Vec<_> = settled
        .files
        .iter()
        .filter(|file| file.sheet == super::FILE)
        .collect();
    assert_eq!(module.len(), 1);
    assert_eq!(module[0].path, "/srv/jobs/tune_celery.py");
    let hosts: Vec<_> = settled
        .units
        .iter()
        .map(|unit| unit.exec.clone().unwrap().command[3].clone())
        .collect();
    assert_eq!(hosts, ["--hostname=jobs-1@%h", "--hostname=jobs-2@%h"]);
}

#[test]
fn a_container_is_given_the_module_and_the_options() {
    let stack = format!(
        "runtime = \"compose\"\ndirectory = \"/opt/p\"\n{}",
        one("app = \"core\"\ncwd = \"/code\"")
    );
    let container = settled("m6i.large", &stack).container;
    let mount = (
        "/opt/p/jobs/tune_celery.py".to_owned(),
        "/code/tune_celery.py".to_owned(),
    );
    assert_eq!(container.mounts, [mount]);
    assert_eq!(
        container.command[..4],
        ["celery", "--app=core", "worker", "--hostname=jobs@%h"]
    );
}

#[test]
fn pinned_concurrency_is_exact_and_checked() {
    let pinned = |keys: &str| {
        one(&format!(
            "{keys}\n[services.jobs.settings]\nworker_concurrency = 9"
        ))
    };
    assert_eq!(value("m6i.large", &pinned(""), N), "9");
    // 48 + 9 x 48.
    assert_eq!(value("m6i.large", &pinned("memory = \"480MiB\""), N), "9");
    let checks = failing("m6i.large", &pinned("memory = \"479MiB\""));
    assert!(checks.contains(&"worst-case-exceeds-limit"), "{checks:?}");
    let keys = "[services.jobs.settings]\nworker_concurrency = 9";
    let more = with_database(keys, 10);
    assert_eq!(value("m6i.large", &more, N), "9");
    assert!(failing("m6i.large", &more).contains(&"pool-exceeds-connections"));
}

#[test]
fn a_pinned_cap_of_children_is_written_and_counted() {
    let stack = |cap: &str| {
        one(&format!(
            "memory = \"384MiB\"\nconcurrency = 2\n[services.jobs.settings]\nworker_max_memory_per_child = \"{cap}\""
        ))
    };
    let worst = |cap: &str| settled("m6i.large", &stack(cap)).worst.total();
    assert_eq!(worst("100MiB"), Bytes::mib(384));
    assert_eq!(worst("200MiB"), Bytes::mib(64 + 400));
    let failing = |cap: &str| failing("m6i.large", &stack(cap));
    assert!(failing("200MiB").contains(&"child-uncapped"));
    assert!(failing("1KiB").contains(&"child-cap-unit"));
    assert!(failing("9GiB").contains(&"child-cap-unit"));
    // Less than a KiB is written as 0, which is no cap.
    assert_eq!(failing("1000B"), ["child-uncapped"]);
}

#[test]
fn limits_of_children_are_written_for_other_pools_only_where_pinned() {
    let key = "worker_max_tasks_per_child";
    let pinned = format!("pool = \"threads\"\nsettings = {{ {key} = 100 }}");
    assert_eq!(value("m6i.large", &one(&pinned), key), "100");
    let plan = planned("m6i.large", &one(&pinned));
    let files = crate::render::artefacts(&plan).unwrap();
    let module = files
        .iter()
        .find(|file| file.path.ends_with("tune_celery.py"));
    assert!(
        module
            .unwrap()
            .content
            .contains("worker_max_tasks_per_child = 100\n")
    );
    assert!(!has(&settled("m6i.large", &one("pool = \"threads\"")), key));
}

#[test]
fn any_number_of_messages_ahead_is_a_choice() {
    let stack = |seconds: u64| {
        one(&format!(
            "task_seconds = {seconds}\nsettings = {{ worker_prefetch_multiplier = 0 }}"
        ))
    };
    assert_eq!(
        value("m6i.large", &stack(60), "worker_prefetch_multiplier"),
        "0"
    );
    assert_eq!(failing("m6i.large", &stack(60)), Vec::<&str>::new());
    assert_eq!(
        failing("m6i.large", &stack(7200)),
        ["prefetch-with-long-tasks"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is asked: what fits is inside its share, or a check says what was pinned.
    #[test]
    fn the_worst_case_is_inside_the_share(
        host in prop::sample::select(vec!["t3.nano", "t3.small", "m6i.large", "c7i.48xlarge"]),
        pool in prop::option::of(prop::sample::select(vec!["prefork", "threads", "gevent"])),
        concurrency in prop::option::of(1u64..400),
        pinned in prop::option::of(1u64..60),
        unit in prop::option::of(0u64..2000),
        memory in prop::option::of(20u64..6000),
        seconds in prop::option::of(1u64..100_000),
    ) {
        let mut keys = String::new();
        let mut key = |name: &str, value: Option<String>| {
            keys.extend(value.map(|value| format!("{name} = {value}\n")));
        };
        key("pool", pool.map(|pool| format!("\"{pool}\"")));
        key("concurrency", concurrency.map(|n| n.to_string()));
        key("worker_memory", unit.map(|n| format!("\"{n}MiB\"")));
        key("memory", memory.map(|n| format!("\"{n}MiB\"")));
        key("task_seconds", seconds.map(|n| n.to_string()));
        if let Some(pinned) = pinned {
            key("[services.jobs.settings]\nworker_concurrency", Some(pinned.to_string()));
        }
        let host = catalog::find(host).unwrap();
        if let Ok(plan) = plan(&host, &stack(&one(&keys)), Unfit::Refuse) && plan.fits {
            let jobs = service(&plan, "jobs");
            let share = jobs.share.unwrap().stated();
            let settled = jobs.settled.as_ref().unwrap();
            let both = pinned.is_some() && memory.is_some();
            let said = plan.findings.iter().any(|finding| finding.id == "worst-case-exceeds-limit");
            prop_assert!(settled.worst.total() <= share || (both && said), "{} of {share}", settled.worst.total());
            if let Some(pinned) = pinned {
                prop_assert_eq!(text(jobs, N), pinned.to_string());
            }
        }
    }
}
