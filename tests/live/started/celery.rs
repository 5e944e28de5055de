//! celery, from the command of its unit and the file that its application
//! takes up, in front of a private redis.

use std::path::PathBuf;
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

/// A redis for this test alone, as the broker and for results.
struct Broker {
    socket: PathBuf,
    _redis: Server,
}

impl Broker {
    fn of(site: &Site) -> Self {
        let socket = site.scratch.path().join("redis.sock");
        let mut redis = command("redis-server");
        redis
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket);
        let redis = redis.current_dir(site.scratch.path());
        let redis = Server::start("redis", redis, None, Signal::SIGTERM, site.scratch.path());
        let there = socket.clone();
        Self {
            socket,
            _redis: redis.ready(|| there.exists()),
        }
    }

    /// celery where its application is.
    fn serve(&self, site: &Site, celery: &mut Command) {
        celery.current_dir(site.scratch.path().join("worker"));
        celery.env(
            "BROKER",
            format!("redis+socket://{}", self.socket.display()),
        );
        // It refuses root, as which the tests run, without this.
        celery.env("C_FORCE_ROOT", "1");
    }
}

/// What the worker says about itself.
fn stats(site: &Site, broker: &Broker) -> Option<Value> {
    let mut inspect = command("celery");
    inspect.args([
        "-A",
        "tasks",
        "inspect",
        "stats",
        "--json",
        "--timeout",
        "3",
    ]);
    broker.serve(site, &mut inspect);
    let outcome = run(&mut inspect);
    let answers: Value = serde_json::from_str(outcome.stdout.lines().last()?).ok()?;
    answers.as_object()?.values().next().cloned()
}

/// Starts it with what the site says, and asks it.
fn started(site: &Site) -> Value {
    let broker = Broker::of(site);
    std::fs::write(site.scratch.path().join("worker/tasks.py"), TASKS_PY).unwrap();
    site.install("tune_celery.py");
    let mut celery = from_unit(site);
    broker.serve(site, &mut celery);
    let celery = Server::start(
        "celery",
        &celery,
        None,
        Signal::SIGTERM,
        site.scratch.path(),
    );
    let mut said = None;
    let _celery = celery.ready(|| {
        said = stats(site, &broker);
        said.is_some()
    });
    said.unwrap()
}

#[test]
fn celery_starts_with_the_pool_of_the_plan() {
    let site = Site::new();
    let said = started(&site);
    let pool = &said["pool"];
    let planned = |key: &str| site.planned("worker", key);
    let children = planned("worker_concurrency");
    assert_eq!(pool["max-concurrency"], children, "{said}");
    assert_eq!(
        pool["processes"].as_array().map(Vec::len),
        usize::try_from(children).ok()
    );
    assert_eq!(
        pool["max-tasks-per-child"],
        planned("worker_max_tasks_per_child")
    );
    let limits: Vec<Option<f64>> = pool["timeouts"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::as_f64)
        .collect();
    let meant = ["task_soft_time_limit", "task_time_limit"]
        .map(|key| planned(key).to_string().parse().ok());
    assert_eq!(limits, meant, "{said}");
    assert_eq!(
        said["prefetch_count"],
        children * planned("worker_prefetch_multiplier")
    );
}

/// 0 takes whatever is waiting. What is pinned for children is written for a
/// pool that has none, which takes no notice.
#[test]
fn celery_starts_with_threads_and_what_is_pinned() {
    let site = Site::with(&[
        "services.worker.pool=threads",
        "services.worker.settings.worker_prefetch_multiplier=0",
        "services.worker.settings.worker_max_memory_per_child=1GiB",
        "services.worker.settings.worker_max_tasks_per_child=10",
    ]);
    let file = site.tree.read(&site.tree.only("tune_celery.py").path);
    for line in [
        "worker_prefetch_multiplier = 0",
        "worker_max_memory_per_child = 1048576",
        "worker_max_tasks_per_child = 10",
    ] {
        assert!(file.lines().any(|said| said == line), "{line}: {file}");
    }
    let said = started(&site);
    let threads = site.planned("worker", "worker_concurrency");
    assert_eq!(said["pool"]["max-concurrency"], threads, "{said}");
    assert!(said["pool"]["processes"].is_null(), "{said}");
    assert_eq!(said["prefetch_count"], 0, "{said}");
}
