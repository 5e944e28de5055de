//! nginx in front of Node under PM2 and of gunicorn, each from its file.

use nix::sys::signal::Signal;
use serde_json::Value;

use super::pm2::Pm2;
use super::site::Site;
use crate::support::command::command;
use crate::support::http::get;
use crate::support::server::{Server, children, until};
use crate::support::stage::Stage;

/// Answers with what the process was started with.
const SERVER_JS: &str = r#"
require("http").createServer((request, response) => {
  response.end(JSON.stringify({ pid: process.pid, args: process.execArgv, env: process.env }));
}).listen(process.env.PORT, "127.0.0.1");
"#;

const APP_PY: &str = r#"
import json, os
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    said = {"pid": os.getpid(), "path": environ["PATH_INFO"], "env": dict(os.environ)}
    return [json.dumps(said).encode()]
"#;

fn node(site: &Site) -> Pm2 {
    let home = site.scratch.path();
    std::fs::write(home.join("api/server.js"), SERVER_JS).unwrap();
    let pm2 = Pm2::start(home.join("pm2"), &site.install("ecosystem.config.js"));
    let processes = usize::try_from(site.plan.processes("api")).unwrap();
    until("Node answers", || get(site.api, "/").is_some());
    until("all of Node is there", || pm2.online().len() >= processes);
    pm2
}

fn gunicorn(site: &Site) -> Server {
    std::fs::write(site.scratch.path().join("app/app.py"), APP_PY).unwrap();
    let file = site.install("gunicorn.conf.py");
    let mut gunicorn = command("gunicorn");
    gunicorn
        .arg("-c")
        .arg(file)
        .current_dir(site.scratch.path().join("app"));
    let server = Server::start(
        "gunicorn",
        &gunicorn,
        None,
        Signal::SIGTERM,
        site.scratch.path(),
    );
    // The first worker answers before the last one is there.
    let workers = usize::try_from(site.planned("app", "workers")).unwrap();
    let mut server = server.ready(|| get(site.app, "/").is_some());
    let pid = server.pid();
    server.wait_for("complete", || children(pid).len() >= workers);
    server
}

fn nginx(site: &Site, stage: &Stage) -> Server {
    let mut nginx = stage.command_on_this_network("nginx");
    nginx.args(["-g", "daemon off;"]);
    Server::start("nginx", &nginx, None, Signal::SIGTERM, site.scratch.path())
}

fn json(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

#[test]
fn nginx_proxies_to_node_and_to_gunicorn() {
    let site = Site::new();
    let _node = node(&site);
    let gunicorn = gunicorn(&site);
    let conf = site.tree.only("nginx/nginx.conf");
    let stage = crate::nginx::staged(&site.tree, conf);
    let nginx = nginx(&site, &stage).ready(|| get(site.nginx, "/").is_some());

    let from_node = json(&get(site.nginx, "/").unwrap());
    assert_eq!(from_node["env"]["PORT"], site.api.to_string().as_str());
    let from_gunicorn = json(&get(site.nginx, "/app/some/page").unwrap());
    assert_eq!(from_gunicorn["path"], "/some/page");

    let workers = children(nginx.pid());
    let workers = workers
        .iter()
        .filter(|(_, line)| line.contains("worker process"))
        .count();
    assert_eq!(
        u64::try_from(workers).unwrap(),
        site.planned("nginx", "worker_processes")
    );
    let workers = children(gunicorn.pid()).len();
    assert_eq!(
        u64::try_from(workers).unwrap(),
        site.planned("app", "workers")
    );
}

#[test]
fn pm2_starts_as_many_processes_as_planned_each_with_its_heap_and_pool() {
    let site = Site::new();
    let node = node(&site);
    let processes = node.online();
    assert_eq!(
        u64::try_from(processes.len()).unwrap(),
        site.plan.processes("api")
    );
    let heap = site.planned("api", "max-old-space-size") >> 20;
    for process in &processes {
        assert_eq!(
            process["pm2_env"]["max_memory_restart"],
            site.planned("api", "max_memory_restart")
        );
        assert_eq!(process["pm2_env"]["exec_mode"], "cluster_mode");
        let said = json(&get(site.api, "/").unwrap());
        let args = said["args"].to_string();
        assert!(
            args.contains(&format!("--max-old-space-size={heap}")),
            "{args}"
        );
        let pool = site.planned("api", "DB_POOL_SIZE").to_string();
        assert_eq!(said["env"]["DB_POOL_SIZE"], pool.as_str());
    }
}

#[test]
fn gunicorn_starts_as_many_workers_as_planned_each_with_its_pool() {
    let site = Site::new();
    let gunicorn = gunicorn(&site);
    let workers = children(gunicorn.pid()).len();
    assert_eq!(
        u64::try_from(workers).unwrap(),
        site.planned("app", "workers")
    );
    let said = json(&get(site.app, "/").unwrap());
    let pool = site.planned("app", "DB_POOL_SIZE").to_string();
    assert_eq!(said["env"]["DB_POOL_SIZE"], pool.as_str());
    assert_eq!(said["env"]["DB_MAX_OVERFLOW"], "0");
}

/// Each process listens for itself, so only what needs no port can have two.
#[test]
fn pm2_starts_as_many_forks_as_are_pinned() {
    let site = Site::with(&[
        "services.api.settings.exec_mode=fork",
        "services.api.settings.instances=2",
    ]);
    let home = site.scratch.path();
    std::fs::write(home.join("api/server.js"), "setInterval(() => {}, 1000);").unwrap();
    let pm2 = Pm2::start(home.join("pm2"), &site.install("ecosystem.config.js"));
    until("both are there", || pm2.online().len() == 2);
    for process in pm2.online() {
        assert_eq!(process["pm2_env"]["exec_mode"], "fork_mode");
    }
}
