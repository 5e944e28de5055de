//! Node, under PM2 or plain: instances, a heap that ends below the restart
//! limit, which ends below the hard limit. Knows no other service.

mod defaults;
mod places;
mod settings;
#[cfg(test)]
mod tests;
mod traits;

use std::collections::BTreeMap;

use super::node_options::OUTSIDE;
use super::processors::Processors;
use super::{
    Container, Crew, Demand, Given, Live, Load, Rotator, Scene, Service, Settled, Workers,
    application,
};
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins, Sheet, Spelling};
use crate::stack::{KindSchema, Runtime, Since};
use crate::units::{Bytes, Version};
use settings::{
    Made, OPTIONS, SEMI_SPACE, THREADPOOL, environment, refuse_unknown, stated_options,
};

pub(super) struct Node;

static SCHEMA: KindSchema = KindSchema {
    kind: "node",
    about: "A Node.js application, under PM2 or a unit of its own.",
    keys: &[
        KeySpec::new(
            "script",
            KeyType::Text,
            "The program that Node starts.",
            "\"dist/main.js\"",
        )
        .or("\"server.js\""),
        KeySpec::new(
            "instances",
            KeyType::Count(1, MOST_INSTANCES),
            "Processes of a PM2 cluster.",
            "2",
        )
        .or("what processors, memory and pools allow"),
        KeySpec::new(
            "env",
            KeyType::Map,
            "Variables of its environment.",
            "{ LOG_LEVEL = \"info\" }",
        ),
        KeySpec::new(
            "worker_memory",
            KeyType::Size,
            "What one process holds at work.",
            "\"200MiB\"",
        )
        .or("a measured figure"),
    ],
    versions: &[Since::new(
        (18, 10, 0),
        "`NODE_OPTIONS` takes `--max-semi-space-size`: before, it is an argument.",
    )],
};

/// More is a slip of the pen.
const MOST_INSTANCES: u64 = 1024;
/// PM2's own process, which lives in the same unit.
/// Source: docs/measurements.md, "PM2 daemon" (RSS 55 to 63 MiB).
const DAEMON: Bytes = Bytes::mib(60);
/// What an express application holds once its semi-spaces are full, below a
/// restart limit that is below the share.
/// Source: docs/measurements.md, "Node" (97 MiB after 4000 requests).
const LEAST_WORKER: Bytes = Bytes::mib(128);
/// What an application with its imports and data would like.
/// Source: docs/measurements.md, "Node".
const WORKER: Bytes = Bytes::mib(256);
/// A request may take this long before it is cut at a reload.
/// Source: docs/formulas.md, "timeouts".
const GRACE_SECONDS: u64 = 30;
/// Threads of V8 and libuv beside the pool.
const THREADS: u64 = 16;
/// A kill comes so much after its own end.
/// Source: docs/formulas.md, "timeouts".
const STOP_MARGIN_SECONDS: u64 = 5;
/// PM2's own, and what the application starts for a moment (guess).
const OTHER_TASKS: u64 = 32;
const OPEN_FILES: u64 = 4096;

const FILE: &str = "ecosystem.config.js";

/// Source: measured, docs/measurements.md, "processes".
const LIVE: Live = Live {
    programs: &["node"],
    through: &[],
    workers: Some(Workers {
        key: "instances",
        title: None,
        leaving: None,
        of: Some("PM2"),
        every: &["max", "0", "-1", "cpus"],
        unless: &[],
    }),
    question: None,
    preload: None,
    rotator: Some(Rotator {
        name: "pm2-logrotate",
        installed: ".pm2/modules/pm2-logrotate/package.json",
    }),
};

impl Service for Node {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            "node/ecosystem.config.js",
            include_str!("../../../templates/node/ecosystem.config.js.tera"),
        )]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        super::defaults::of(defaults::DEFAULTS, key, version)
    }

    fn live(&self) -> Option<Live> {
        Some(LIVE)
    }

    fn default_version(&self, layout: Layout) -> Version {
        match layout {
            Layout::Debian | Layout::Amazon => Version::new(18, 19, 0),
            Layout::Rhel => Version::new(16, 0, 0),
        }
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let stated = scene.spec.size("worker_memory");
        let instances = pinned_instances(scene)
            .or(stated_instances(scene))
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

    fn opens_connections(&self) -> bool {
        true
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        let scene = &given.scene;
        if let Some(pinned) = pinned_instances(scene) {
            return Crew::pinned(Formula::count("instances", pinned), None);
        }
        let wanted = match stated_instances(scene) {
            _ if !under_pm2(scene) => Formula::number(1),
            Some(stated) => Formula::count("instances", stated),
            None => Processors::of(scene).one_each(),
        };
        let room =
            Formula::size("share", given.share.stated()) - Formula::size("daemon", daemon(scene));
        let unit = match (scene.spec.size("worker_memory"), stated_instances(scene)) {
            (Some(stated), _) => Formula::size("worker_memory", stated.max(LEAST_WORKER)),
            (None, Some(_)) => Formula::size("least of a process", LEAST_WORKER),
            (None, None) => Formula::size("process", WORKER),
        };
        Crew::of(vec![wanted, room / unit], None)
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
        if under_pm2(scene) {
            refuse_unknown(pins);
        }
        let (files, units) = places::places(given, instances, &made, &environment);
        Settled {
            traits: traits::of(given, &made, instances),
            settings: sheet.finish(),
            worst: made.worst(given, instances),
            offers: places::offers(given, instances),
            files,
            units,
            logs: Some(places::logs(scene)),
            container: Container {
                command: places::command(scene, &made, "node"),
                ..Container::default()
            },
            reload: places::reload(given, instances),
            notes: notes(given, instances, &made),
            environment: if under_pm2(scene) {
                BTreeMap::new()
            } else {
                environment
            },
            page_cache: false,
            oom_score: 0,
            open_files: Some(Formula::number(OPEN_FILES)),
            tasks: Some(tasks(instances)),
            stop_seconds: Some(
                Formula::count("seconds to end", GRACE_SECONDS) + STOP_MARGIN_SECONDS,
            ),
            graceful_seconds: if under_pm2(scene) { GRACE_SECONDS } else { 0 },
        }
    }
}

/// Twice as many while a cluster is reloaded, and PM2's own.
fn tasks(instances: u64) -> Formula {
    let threads = Formula::count("threads", THREADS) + Formula::count("thread pool", THREADPOOL);
    let processes = Formula::number(2) * Formula::count("instances", instances) + 1;
    threads * processes + OTHER_TASKS
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

/// Processes that the stack states, where something starts several.
fn stated_instances(scene: &Scene<'_>) -> Option<u64> {
    let stated = scene.spec.count("instances");
    stated.filter(|_| under_pm2(scene))
}

/// Processes that it pins: no rule lowers them, so their memory is in the least
/// share. More than there can be are refused where the setting is made.
fn pinned_instances(scene: &Scene<'_>) -> Option<u64> {
    if !under_pm2(scene) {
        return None;
    }
    let pins = Pins::new(&scene.spec.name, &scene.spec.settings);
    let pinned = pins.count("instances");
    pinned.map(|n| n.clamp(1, MOST_INSTANCES))
}

fn notes(given: &Given<'_>, instances: u64, made: &Made) -> Vec<String> {
    let scene = &given.scene;
    let mut notes = Vec::new();
    let stated = scene.spec.count("instances");
    match stated.filter(|stated| *stated > instances) {
        Some(stated) if !under_pm2(scene) => notes.push(format!(
            "instances = {stated} needs runtime = \"pm2\", so one process is started: state replicas = {stated} instead"
        )),
        Some(stated) if pinned_instances(scene).is_none() => {
            notes.push(application::fewer("instances", stated, &given.processes));
        }
        _ => {}
    }
    if let Some(stated) = stated_options(scene).filter(|_| made.overruled()) {
        let [heap, _] = made.arguments();
        notes.push(format!(
            "{OPTIONS} = {stated:?} of its env overrules {heap}"
        ));
    }
    notes
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
        .map_or(Bytes::ZERO, |heap| heap.plus(OUTSIDE).plus(young));
    // Above the restart limit there is a fifth of the room.
    let above = |size: Bytes| size.plus(size.over(4));
    let heap = if under_pm2(scene) { above(heap) } else { heap };
    let restart = pins.size("max_memory_restart").unwrap_or_default();
    let pinned = pinned_instances(scene);
    let instances = pinned.or(stated_instances(scene)).unwrap_or(1);
    let stated = scene.spec.size("worker_memory").unwrap_or(LEAST_WORKER);
    let each = heap
        .max(above(restart))
        .max(pinned.map_or(Bytes::ZERO, |_| stated.max(LEAST_WORKER)));
    if each == Bytes::ZERO {
        each
    } else {
        daemon(scene)
            .plus(each.times(instances))
            .plus(Bytes::mib(2))
    }
}
