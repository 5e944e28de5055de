//! Where Node's file and units are, how it is started, and what it offers.

use std::collections::BTreeMap;

use serde_json::json;

use super::settings::{MODE, Made, PORT, young_argument};
use super::{DAEMON, FILE, GRACE_SECONDS, WORKER, under_pm2};
use crate::formats::Format;
use crate::services::{
    Exec, FileSpec, Given, Http, Logs, Meets, Offers, Reload, Reopen, Scene, Unit, Validator,
    application,
};

/// Node's own `keepAliveTimeout`.
/// Source: <https://nodejs.org/api/http.html#serverkeepalivetimeout>
const KEEPALIVE_SECONDS: u64 = 5;
/// Requests that one process works on at once.
/// Source: docs/formulas.md, "concurrency" (bound by memory, not by processors).
const CONCURRENCY: u64 = 100;

pub(super) fn command(scene: &Scene<'_>, made: &Made, node: &str) -> Vec<String> {
    let script = scene.spec.text("script").unwrap_or("server.js");
    let arguments = young_argument(scene, made).into_iter();
    std::iter::once(node.to_owned())
        .chain(arguments)
        .chain([script.to_owned()])
        .collect()
}

pub(super) fn places(
    given: &Given<'_>,
    instances: u64,
    made: &Made,
    environment: &BTreeMap<String, String>,
) -> (Vec<FileSpec>, Vec<Unit>) {
    let scene = &given.scene;
    if under_pm2(scene) {
        let unit = scene
            .spec
            .unit
            .clone()
            .unwrap_or_else(|| format!("pm2-{}.service", scene.user()));
        return (
            vec![ecosystem(given, instances, made, environment)],
            vec![Unit {
                name: unit,
                exec: None,
            }],
        );
    }
    if scene.in_compose() {
        return (Vec::new(), Vec::new());
    }
    let exec = |instance: &str| Exec {
        description: format!("{instance}, a Node application"),
        command: command(scene, made, "/usr/bin/node"),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: None,
        notifies: false,
        environment: port_of(given, instance),
    };
    (Vec::new(), application::units(given, exec))
}

/// Where this one of them listens: they would all take one port.
fn port_of(given: &Given<'_>, instance: &str) -> BTreeMap<String, String> {
    let number = given.instances.iter().position(|name| name == instance);
    let number = number.and_then(|number| u64::try_from(number).ok());
    let port = given.scene.spec.port.zip(number);
    port.map(|(port, number)| (PORT.to_owned(), (port + number).to_string()))
        .into_iter()
        .collect()
}

fn ecosystem(
    given: &Given<'_>,
    instances: u64,
    made: &Made,
    environment: &BTreeMap<String, String>,
) -> FileSpec {
    let scene = &given.scene;
    let mut shown: BTreeMap<&str, &str> = environment
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let options = shown.remove("NODE_OPTIONS");
    let node_env = shown.remove(MODE);
    if scene.spec.port.is_some() {
        shown.remove(PORT);
    }
    let apps: Vec<_> = given
        .instances
        .iter()
        .zip(0u64..)
        .map(|(name, n)| json!({ "name": name, "port": scene.spec.port.map(|port| port + n) }))
        .collect();
    FileSpec {
        template: "node/ecosystem.config.js",
        path: format!("{}/{FILE}", scene.cwd()),
        mode: 0o644,
        owner: format!("{0}:{0}", scene.user()),
        meets: Meets::Own,
        format: Format::Javascript,
        main: None,
        validator: Validator::alone("node --check {}"),
        sheet: FILE,
        facts: json!({
            "apps": apps, "script": scene.spec.text("script").unwrap_or("server.js"), "cwd": scene.cwd(),
            "env": shown, "node_env": node_env, "options": options, "arguments": made.arguments(), "cluster": instances > 1, "grace_ms": GRACE_SECONDS * 1000,
        }),
    }
}

pub(super) fn logs(scene: &Scene<'_>) -> Logs {
    let default = || {
        if under_pm2(scene) {
            vec![format!("{}/logs/*.log", scene.cwd())]
        } else {
            Vec::new()
        }
    };
    let paths = if scene.spec.log_files.is_empty() {
        default()
    } else {
        scene.spec.log_files.clone()
    };
    let user = scene.user();
    let reopen = if under_pm2(scene) {
        Reopen::Command(reload_logs(&user))
    } else {
        Reopen::Copytruncate
    };
    Logs {
        paths,
        reopen,
        account: format!("{user} {user}"),
        distribution_rule: None,
    }
}

/// Asks the daemon, where it runs and can be asked: without one, `pm2` would
/// start it, as a child of logrotate.
fn reload_logs(user: &str) -> String {
    let ask = "command -v pm2 >/dev/null || exit 0; pm2 reloadLogs";
    format!("[ ! -S ~{user}/.pm2/rpc.sock ] || su -s /bin/sh -c '{ask}' {user}")
}

/// A PM2 cluster starts up to three new processes before it ends old ones.
pub(super) fn reload(given: &Given<'_>, instances: u64) -> Reload {
    if !under_pm2(&given.scene) || instances == 1 {
        return Reload::Restart("one process: it is replaced, not doubled".to_owned());
    }
    let unit = given.scene.spec.size("worker_memory").unwrap_or(WORKER);
    let peak = DAEMON.plus(unit.times(instances + instances.min(3)));
    if peak <= given.share.stated() {
        return Reload::Reload;
    }
    Reload::TooLarge(format!(
        "a reload would hold {peak} at once, more than its {}",
        given.share.stated()
    ))
}

pub(super) fn offers(given: &Given<'_>, instances: u64) -> Offers {
    let scene = &given.scene;
    let port = scene.spec.port.unwrap_or(3000);
    let servers = if scene.in_compose() {
        vec![format!("{}:{port}", scene.spec.name)]
    } else {
        given
            .instances
            .iter()
            .zip(0u64..)
            .map(|(_, n)| format!("127.0.0.1:{}", port + n))
            .collect()
    };
    let http = Http {
        servers,
        concurrency: instances * CONCURRENCY,
        timeout: None,
        keepalive: KEEPALIVE_SECONDS,
    };
    Offers {
        http: Some(http),
        ..Offers::default()
    }
}
