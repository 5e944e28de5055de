//! celery, from the command of its unit and the file that its application
//! takes up, in front of a private redis.

use std::process::Command;

use nix::sys::signal::Signal;
use serde_json::Value;

use super::site::Site;
use crate::support::command::{command, run};
use crate::support::server::Server;

/// An application with no settings of its own but where its broker is.
const TASKS_PY: &str = r#"
import os
from celery import Celery
app = Celery("tasks", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.config_from_object("tune_celery")
"#;

/// The command of the rendered unit, with the program of the tests.
fn from_unit(site: &Site) -> Command {
    let unit = site
        .tree
        .read(&site.tree.only("system/worker.service").path);
    let line = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="))
        .unwrap();
    let mut words = line.split(' ');
    assert!(
        words.next().unwrap().ends_with("/venv/bin/celery"),
        "{line}"
    );
    let mut celery = command("celery");
    celery.args(words.map(|word| word.replace("%%", "%")));
    celery
}

#[test]
fn celery_starts_with_the_pool_of_the_plan() {
    let site = Site::new();
    let socket = site.scratch.path().join("redis.sock");
    let mut redis = command("redis-server");
    redis
        .args(["--port", "0", "--save", "", "--unixsocket"])
        .arg(&socket);
    let redis = redis.current_dir(site.scratch.path());
    let redis = Server::start("redis", redis, None, Signal::SIGTERM, site.scratch.path());
    let _redis = redis.ready(|| socket.exists());

    std::fs::write(site.scratch.path().join("worker/tasks.py"), TASKS_PY).unwrap();
    site.install("tune_celery.py");
    let at_home = |celery: &mut Command| {
        celery.current_dir(site.scratch.path().join("worker"));
        celery.env("BROKER", format!("redis+socket://{}", socket.display()));
        // celery warns of root with a C_FORCE_ROOT of its own; nothing else is changed.
        celery.env("C_FORCE_ROOT", "1");
    };
    let mut celery = from_unit(&site);
    at_home(&mut celery);
    let celery = Server::start(
        "celery",
        &celery,
        None,
        Signal::SIGTERM,
        site.scratch.path(),
    );
    let ask = |what: &str| -> Option<Value> {
        let mut inspect = command("celery");
        inspect.args(["-A", "tasks", "inspect", what, "--json", "--timeout", "3"]);
        at_home(&mut inspect);
        let outcome = run(&mut inspect);
        let answers: Value = serde_json::from_str(outcome.stdout.lines().last()?).ok()?;
        answers.as_object()?.values().next().cloned()
    };
    let mut stats = None;
    let _celery = celery.ready(|| {
        stats = ask("stats");
        stats.is_some()
    });
    let stats = stats.unwrap();
    let children = site.planned("worker", "worker_concurrency");
    assert_eq!(stats["pool"]["max-concurrency"], children, "{stats}");
    assert_eq!(
        stats["pool"]["processes"].as_array().map(Vec::len),
        usize::try_from(children).ok()
    );
    assert_eq!(
        stats["pool"]["max-tasks-per-child"],
        site.planned("worker", "worker_max_tasks_per_child")
    );
    let (soft, hard) = (
        site.planned("worker", "task_soft_time_limit"),
        site.planned("worker", "task_time_limit"),
    );
    let limits: Vec<u64> = stats["pool"]["timeouts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|n| n.as_f64().map(|n| format!("{n}").parse().unwrap()))
        .collect();
    assert_eq!(limits, [soft, hard], "{stats}");
    assert_eq!(
        stats["prefetch_count"],
        children * site.planned("worker", "worker_prefetch_multiplier")
    );
}
