//! Node, under PM2 or plain: instances, a heap that ends below the restart
//! limit, which ends below the hard limit. Knows no other service.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Container, Crew, Demand, Exec, FileSpec, Given, Http, Load, Logs, Meets, Offers, Reload,
    Reopen, Scene, Service, Settled, Unit,
};
use crate::host::Layout;
use crate::setting::{Activation, Formula, Pins, Rule, Sheet, Spelling, WorstCase, size};
use crate::stack::{KeySpec, KeyType, KindSchema, Runtime};
use crate::units::{Bytes, Decimal, Version};

pub(super) struct Node;

static SCHEMA: KindSchema = KindSchema {
    kind: "node",
    keys: &[
        KeySpec {
            name: "script",
            takes: KeyType::Text,
        },
        KeySpec {
            name: "instances",
            takes: KeyType::Count(1, 1024),
        },
        KeySpec {
            name: "env",
            takes: KeyType::Map,
        },
        KeySpec {
            name: "worker_memory",
            takes: KeyType::Size,
        },
    ],
};

/// PM2's own process, which lives in the same unit.
/// Source: docs/measurements.md, "PM2 daemon" (RSS 55 to 63 MiB).
const DAEMON: Bytes = Bytes::mib(60);
/// What an express application holds once its semi-spaces are full.
/// Source: docs/measurements.md, "Node" (97 MiB after 4000 requests).
const LEAST_WORKER: Bytes = Bytes::mib(112);
/// What an application with its imports and data would like.
/// Source: docs/measurements.md, "Node".
const WORKER: Bytes = Bytes::mib(256);
/// PM2 restarts a process here: polled each 30 s, so no cap by itself.
/// Source: docs/formulas.md, "Node"; pm2#4238.
const RESTART: Decimal = Decimal::thousandths(830);
/// RSS beyond the heap when V8 gives up: 32 to 51 MiB measured, doubled.
/// Source: docs/measurements.md, "V8 heap".
const BEYOND_HEAP: Bytes = Bytes::mib(96);
/// A heap takes no more of its room.
const HEAP_PART: Decimal = Decimal::thousandths(750);
/// Less and nothing starts.
const LEAST_HEAP: Bytes = Bytes::mib(32);
/// V8 shrinks its young generation to fit a limit that it sees, which cost a
/// third of the requests; stated, it does not.
/// Source: docs/measurements.md, "load" (F.2).
const SEMI_SPACE: Bytes = Bytes::mib(16);
const SMALL_SEMI_SPACE: Bytes = Bytes::mib(8);
/// Room from which the full young generation is worth it.
const ROOMY: Bytes = Bytes::mib(192);
/// A request may take this long before it is cut at a reload.
/// Source: docs/formulas.md, "timeouts".
const GRACE_SECONDS: u64 = 30;
/// Node's own `keepAliveTimeout`.
/// Source: <https://nodejs.org/api/http.html#serverkeepalivetimeout>
const KEEPALIVE_SECONDS: u64 = 5;
/// Threads for files, DNS and hashing.
/// Source: <https://nodejs.org/api/cli.html#uv_threadpool_sizesize>
const THREADPOOL: u64 = 4;
/// Threads of V8 and libuv beside the pool.
const THREADS: u64 = 16;
/// Requests that one process works on at once.
/// Source: docs/formulas.md, "concurrency" (S1: bound by memory, not by processors).
const CONCURRENCY: u64 = 100;
const OPEN_FILES: u64 = 4096;

const FILE: &str = "ecosystem.config.js";
const PM2: &str = "https://pm2.keymetrics.io/docs/usage/application-declaration/";
const V8: &str = "https://nodejs.org/api/cli.html#useful-v8-options";
const HEAP: &str = "docs/measurements.md#v8-heap";
const LOAD: &str = "docs/measurements.md#load";
const NODE: &str = "docs/formulas.md#node";

impl Service for Node {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            "node/ecosystem.config.js",
            include_str!("../../templates/node/ecosystem.config.js.tera"),
        )]
    }

    fn default_version(&self, layout: Layout) -> Version {
        match layout {
            Layout::Debian | Layout::Amazon => Version::new(18, 19, 0),
            Layout::Rhel => Version::new(16, 0, 0),
        }
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let stated = scene.spec.size("worker_memory");
        let instances = scene
            .spec
            .count("instances")
            .filter(|_| under_pm2(scene))
            .unwrap_or(1);
        let least = daemon(scene)
            .plus(stated.unwrap_or(LEAST_WORKER).max(LEAST_WORKER))
            .max(pinned(scene));
        let want = daemon(scene)
            .plus(stated.unwrap_or(WORKER).max(LEAST_WORKER).times(instances))
            .max(least);
        Demand {
            least,
            floor: least,
            want,
            max: None,
        }
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        let scene = &given.scene;
        let mut rules = Vec::new();
        let cpus = Formula::cpus("cpus", scene.host.cpus);
        match scene.spec.count("instances") {
            _ if !under_pm2(scene) => rules.push(Formula::number(1)),
            Some(stated) => rules.push(Formula::count("instances", stated)),
            None if scene.host.is_burstable() => {
                rules.push(Formula::cpus("sustained cpus", scene.host.sustained()).ceil() + 1);
                rules.push(cpus.ceil());
            }
            None => rules.push(cpus.ceil()),
        }
        let room =
            Formula::size("share", given.share.stated()) - Formula::size("daemon", daemon(scene));
        let unit = match (
            scene.spec.size("worker_memory"),
            scene.spec.count("instances"),
        ) {
            (Some(stated), _) => Formula::size("worker_memory", stated.max(LEAST_WORKER)),
            (None, Some(_)) => Formula::size("least of a process", LEAST_WORKER),
            (None, None) => Formula::size("process", WORKER),
        };
        rules.push(room / unit);
        Crew {
            rules,
            connections_each: None,
        }
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        let instances = given.processes.whole().max(1);
        let mut sheet = Sheet::new(
            if under_pm2(scene) { FILE } else { "node" },
            Spelling::Pm2,
            pins,
        );
        let made = Made::of(given, instances, &mut sheet);
        let environment = environment(given, &made, &mut sheet);
        let (files, units) = places(given, instances, &made, &environment);
        Settled {
            settings: sheet.finish(),
            worst: made.worst(given, instances),
            offers: offers(given, instances),
            files,
            units,
            logs: Some(logs(scene)),
            container: Container {
                command: command(scene, &made, "node"),
                ..Container::default()
            },
            reload: reload(given, instances),
            notes: Vec::new(),
            environment: if under_pm2(scene) {
                BTreeMap::new()
            } else {
                environment
            },
            page_cache: false,
            oom_score: 0,
            open_files: OPEN_FILES,
            tasks: (THREADS + THREADPOOL) * (2 * instances + 1) + 32,
            stop_seconds: GRACE_SECONDS + 5,
        }
    }
}

fn under_pm2(scene: &Scene<'_>) -> bool {
    scene.runtime == Runtime::Pm2
}

fn daemon(scene: &Scene<'_>) -> Bytes {
    if under_pm2(scene) {
        DAEMON
    } else {
        Bytes::ZERO
    }
}

/// The least share in which what the stack pins fits.
fn pinned(scene: &Scene<'_>) -> Bytes {
    if scene.spec.settings.is_empty() {
        return Bytes::ZERO;
    }
    let pins = Pins::new(&scene.spec.name, &scene.spec.settings);
    let young = pins
        .size("max-semi-space-size")
        .unwrap_or(SEMI_SPACE)
        .times(3);
    let heap = pins
        .size("max-old-space-size")
        .map_or(Bytes::ZERO, |heap| heap.plus(BEYOND_HEAP).plus(young));
    let restart = pins.size("max_memory_restart").unwrap_or_default();
    let instances = pins
        .count("instances")
        .unwrap_or(1)
        .max(scene.spec.count("instances").unwrap_or(1));
    let each = heap.max(restart.plus(restart.over(4)));
    if each == Bytes::ZERO {
        each
    } else {
        daemon(scene)
            .plus(each.times(instances))
            .plus(Bytes::mib(2))
    }
}

const fn rule(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Restart,
        because,
    }
}

/// What one process is allowed.
struct Made {
    room: Formula,
    restart: Formula,
    heap: Formula,
    young: Formula,
}

impl Made {
    fn of(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) -> Self {
        if under_pm2(&given.scene) {
            processes(given, instances, sheet);
        }
        let share = Formula::size("share", given.share.stated());
        let daemon = Formula::size("daemon", daemon(&given.scene));
        let room = (share - daemon) / Formula::count("instances", instances);
        let room = Formula::size("room of a process", room.bytes());
        let semi = if room.bytes() >= ROOMY {
            SEMI_SPACE
        } else {
            SMALL_SEMI_SPACE
        };
        let because = "V8 would shrink it to fit the limit that it sees: a third of the requests";
        let in_mib = Spelling::Mebibytes;
        let semi = sheet.size_as(
            "max-semi-space-size",
            &size(semi),
            in_mib,
            rule(LOAD, because),
        );
        let young = &semi * 3;
        let restart = (&room * RESTART).floor_to(Bytes::MIB);
        let because =
            "below the hard limit, above the heap: a leak restarts one process, it is not killed";
        let restart = sheet.size("max_memory_restart", &restart, rule(NODE, because));
        let below = &restart - &size(BEYOND_HEAP);
        let heap = below
            .at_most(&(&room * HEAP_PART))
            .floor_to(Bytes::MIB)
            .at_least(&size(LEAST_HEAP));
        let because = "what V8 holds beyond its heap stays below the restart limit";
        let heap = sheet.size_as("max-old-space-size", &heap, in_mib, rule(HEAP, because));
        Self {
            room,
            restart,
            heap,
            young,
        }
    }

    /// One of the three spaces of the young generation.
    fn semi(&self) -> Bytes {
        self.young.bytes().over(3)
    }

    /// Every process at the point where V8 gives up or PM2 restarts it,
    /// whichever is higher: both are below the hard limit.
    fn worst(&self, given: &Given<'_>, instances: u64) -> WorstCase {
        let beyond = (&self.young + &size(Bytes::mib(48))).at_most(&size(BEYOND_HEAP));
        let each = (&self.heap + &beyond)
            .at_least(&self.restart)
            .at_most(&self.room.at_least(&self.restart));
        let mut worst = WorstCase::new();
        if under_pm2(&given.scene) {
            worst = worst.and("PM2", Formula::size("daemon", DAEMON));
        }
        worst.and("processes", Formula::count("instances", instances) * each)
    }
}

fn processes(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) {
    let because = if instances == 1 {
        "one process: its restart does not overlap"
    } else {
        "processors, memory and pools allow no more"
    };
    sheet.count("instances", &given.processes, rule(PM2, because));
    let mode = if instances > 1 { "cluster" } else { "fork" };
    let because = "several instances on one port need the cluster";
    sheet.word("exec_mode", mode, rule(PM2, because));
}

fn environment(given: &Given<'_>, made: &Made, sheet: &mut Sheet<'_>) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    environment.insert("NODE_OPTIONS".to_owned(), options(&given.scene, made));
    let because = "files, DNS and hashing beside the event loop; libuv's default, stated";
    let threads = sheet.count(
        "UV_THREADPOOL_SIZE",
        &Formula::number(THREADPOOL),
        rule(V8, because),
    );
    environment.insert("UV_THREADPOOL_SIZE".to_owned(), threads.whole().to_string());
    for grant in &given.grants {
        let names = &given.scene.spec.pool_env;
        let because = if grant.pinned {
            "the stack states it"
        } else {
            "its part of what the database serves well, for each process"
        };
        let each = sheet.count(&names.size, &grant.formula, rule(LOAD, because));
        environment.insert(names.size.clone(), each.whole().to_string());
        if let Some(name) = &names.overflow {
            let beyond = Formula::number(grant.overflow);
            let because = "none beyond: the sum must hold";
            let beyond = sheet.count(name, &beyond, rule(LOAD, because));
            environment.insert(name.clone(), beyond.whole().to_string());
        }
    }
    for (name, value) in given.scene.spec.map("env").into_iter().flatten() {
        environment.insert(name.clone(), value.clone());
    }
    environment
}

/// What every process of the application reads, workers and scripts too.
fn options(scene: &Scene<'_>, made: &Made) -> String {
    let heap = format!("--max-old-space-size={}", made.heap.bytes().whole_mib());
    match young_argument(scene, made) {
        None => format!("{heap} --max-semi-space-size={}", made.semi().whole_mib()),
        Some(_) => heap,
    }
}

/// The young generation as an argument, where `NODE_OPTIONS` does not take it.
/// Source: <https://github.com/nodejs/node/pull/44436>, first in 18.10.
fn young_argument(scene: &Scene<'_>, made: &Made) -> Option<String> {
    let old = !scene.version.at_least(18, 10);
    old.then(|| format!("--max-semi-space-size={}", made.semi().whole_mib()))
}

fn command(scene: &Scene<'_>, made: &Made, node: &str) -> Vec<String> {
    let script = scene.spec.text("script").unwrap_or("server.js");
    let arguments = young_argument(scene, made).into_iter();
    std::iter::once(node.to_owned())
        .chain(arguments)
        .chain([script.to_owned()])
        .collect()
}

fn places(
    given: &Given<'_>,
    instances: u64,
    made: &Made,
    environment: &BTreeMap<String, String>,
) -> (Vec<FileSpec>, Vec<Unit>) {
    let scene = &given.scene;
    let name = &scene.spec.name;
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
    let exec = Exec {
        description: format!("{name}, a Node application"),
        command: command(scene, made, "/usr/bin/node"),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: None,
        notifies: false,
    };
    let unit = |instance: &String| Unit {
        name: scene
            .spec
            .unit
            .clone()
            .unwrap_or_else(|| format!("{instance}.service")),
        exec: scene.spec.unit.is_none().then(|| exec.clone()),
    };
    (Vec::new(), given.instances.iter().map(unit).collect())
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
        validator: "node --check {}",
        sheet: FILE,
        facts: json!({
            "apps": apps, "script": scene.spec.text("script").unwrap_or("server.js"), "cwd": scene.cwd(),
            "env": shown, "options": options, "arguments": young_argument(scene, made), "cluster": instances > 1, "grace_ms": GRACE_SECONDS * 1000,
        }),
    }
}

fn logs(scene: &Scene<'_>) -> Logs {
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
        Reopen::Command(format!("su -s /bin/sh -c 'pm2 reloadLogs' {user}"))
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

/// A PM2 cluster starts up to three new processes before it ends old ones.
fn reload(given: &Given<'_>, instances: u64) -> Reload {
    if !under_pm2(&given.scene) || instances == 1 {
        return Reload::Restart("one process: it is replaced, not doubled".to_owned());
    }
    let unit = given.scene.spec.size("worker_memory").unwrap_or(WORKER);
    let peak = DAEMON.plus(unit.times(instances + instances.min(3)));
    if peak <= given.share.stated() {
        return Reload::Reload;
    }
    Reload::Restart(format!(
        "a reload would hold {peak} at once, more than its {}",
        given.share.stated()
    ))
}

fn offers(given: &Given<'_>, instances: u64) -> Offers {
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
        timeout: GRACE_SECONDS,
        keepalive: KEEPALIVE_SECONDS,
    };
    Offers {
        connections: None,
        http: Some(http),
        kernel: Vec::new(),
    }
}
