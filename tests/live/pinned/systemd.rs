//! The files of a machine with systemd.

use super::rendered;
use crate::support::command::{command, run};
use crate::support::place::Scratch;
use crate::support::stage::Stage;
use crate::support::tree::Tree;
use crate::systemd::understood;

const STACK: &str = r#"
runtime = "systemd"

[system.settings]
"vm.overcommit_memory" = 2

[services.db]
kind = "postgresql"
version = 15
cpus = 0.5
settings = { MemoryLow = "2GiB", CPUWeight = 7 }

[services.cache]
kind = "redis"
settings = { maxmemory = "0B", maxmemory-policy = "allkeys-random" }

[services.jobs]
kind = "redis"
port = 6380
memory = "64MiB"
settings = { maxmemory = "100GiB" }

[services.nginx]
kind = "nginx"
upstreams = ["app"]

[services.nginx.settings]
worker_connections = 1024
worker_rlimit_nofile = 1025
large_client_header_buffers = "4 1k"
limit_conn = 2000
client_max_body_size = "3MiB"
"proxy_read_timeout.app" = 1
LimitNOFILE = 500

[services.app]
kind = "gunicorn"
port = 8000
log_files = ["/var/log/app/app.log"]

[services.app.settings]
workers = 9
max_requests = 0
graceful_timeout = 60
worker_tmp_dir = "/tmp"
MemoryMax = "12MiB"
TimeoutStopSec = 1
OOMScoreAdjust = "-1000"
rotate = 400
maxsize = "12GiB"

[services.worker]
kind = "celery"
pool = "threads"
uses = ["cache"]
settings = { worker_prefetch_multiplier = 0, TimeoutStopSec = 0, TasksMax = 3 }
"#;

/// A unit, and what the manager says of it.
const HELD: &[(&str, &[&str])] = &[
    (
        "app.service",
        &[
            "MemoryMax: 12582912",
            "TimeoutStopSec: 1s",
            "OOMScoreAdjust: -1000",
        ],
    ),
    (
        "worker.service",
        &["TimeoutStopSec: infinity", "TasksMax: 3"],
    ),
    ("nginx.service", &["LimitNOFILE: 500"]),
    (
        "postgresql@15-main.service",
        &[
            "MemoryLow: 2147483648",
            "CPUWeight: 7",
            "CPUQuotaPerSecSec: 500ms",
        ],
    ),
];

fn tree(scratch: &Scratch) -> Tree {
    rendered(scratch, STACK)
}

#[test]
fn systemd_holds_units_to_what_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    for (unit, held) in HELD {
        let lines = understood(&tree, unit);
        for line in *held {
            assert!(
                lines.iter().any(|said| said == line),
                "{line} of {unit}: {lines:#?}"
            );
        }
    }
}

#[test]
fn sysctl_reads_what_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    let file = tree.place(&tree.only("99-zz-tune.conf").path);
    let outcome = run(command("sysctl").args(["--dry-run", "-p"]).arg(file));
    let said = outcome.expect("sysctl");
    assert!(said.contains("vm.overcommit_memory = 2\n"), "{said}");
}

/// The script asks the server for every setting of the file.
#[test]
fn redis_starts_with_what_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    assert!(
        tree.read(&tree.only("90-tune-cache.conf").path)
            .contains("\nmaxmemory 0\n")
    );
    crate::redis::holds([&tree].into_iter());
}

#[test]
fn nginx_accepts_what_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    let stage = crate::nginx::staged(&tree, tree.only("nginx/nginx.conf"));
    let whole = run(stage.command("nginx").arg("-T")).expect("nginx -T");
    for line in [
        "worker_connections 1024;",
        "worker_rlimit_nofile 1025;",
        "large_client_header_buffers 4 1k;",
        "limit_conn tune_requests 2000;",
        "client_max_body_size 3m;",
        "proxy_read_timeout 1s;",
    ] {
        let said = whole.lines().any(|said| said.trim() == line);
        assert!(said, "{line}: {whole}");
    }
}

#[test]
fn gunicorn_takes_up_what_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    crate::gunicorn::application(&scratch, "app:app");
    let mut gunicorn = command("gunicorn");
    gunicorn.arg("--print-config").arg("-c");
    gunicorn.arg(tree.place(&tree.only("gunicorn.conf.py").path));
    let said = run(gunicorn.current_dir(scratch.path())).expect("gunicorn --print-config");
    for (name, value) in [
        ("workers", "9"),
        ("max_requests", "0"),
        ("graceful_timeout", "60"),
        ("worker_tmp_dir", "/tmp"),
    ] {
        let held = said.lines().filter_map(|line| line.split_once('='));
        let held: Vec<_> = held.filter(|(key, _)| key.trim() == name).collect();
        assert!(
            matches!(held[..], [(_, held)] if held.trim() == value),
            "{name} = {value}: {said}"
        );
    }
}

#[test]
fn logrotate_rotates_as_is_pinned() {
    let scratch = Scratch::new();
    let tree = tree(&scratch);
    let stage = Stage::of(&tree);
    stage.accounts(["app"]);
    stage.write("/var/log/app/app.log", "a line\n");
    let rule = &tree.only("logrotate.d/tune-app").path;
    let mut logrotate = stage.command("logrotate");
    let outcome = run(logrotate.args(["-d", "-s", "/run/tune-state", rule]));
    assert!(!outcome.stderr.contains("error:"), "{}", outcome.said());
    for part in [
        "(400 rotations)",
        "log files >= 12884901888 are rotated earlier",
    ] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.said());
    }
}
