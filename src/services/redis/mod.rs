//! Redis 6 to 8 and valkey, as cache, broker or store: data, its copy while
//! saving, and all clients fit in the share. Knows no other service.

mod defaults;
mod live;
mod places;
mod settings;
mod sizing;
#[cfg(test)]
mod tests;
mod traits;

use serde_json::json;

use super::{
    Connections, Container, Crew, Demand, FileSpec, Given, KernelWant, Live, Load, Logs, Meets,
    Offers, Reload, Reopen, Scene, Service, Settled,
};
use crate::formats::Format;
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins, WorstCase, size};
use crate::stack::{KindSchema, ServiceSpec, Since};
use crate::units::{Bytes, Version};
use places::{Instance, Package};
use sizing::{Inputs, Persistence, Sizing};

pub(super) struct Redis;

static SCHEMA: KindSchema = KindSchema {
    kind: "redis",
    about: "Redis or Valkey.",
    keys: &[
        KeySpec::new(
            "role",
            KeyType::Choice(&["cache", "broker", "store"]),
            "What it is for: whether it may evict, and whether it saves.",
            "\"broker\"",
        )
        .or("\"cache\""),
        KeySpec::new(
            "persistence",
            KeyType::Choice(&["none", "rdb", "aof"]),
            "How it saves its data.",
            "\"rdb\"",
        )
        .or("none for a cache, else aof"),
        KeySpec::new(
            "program",
            KeyType::Choice(&["redis", "valkey"]),
            "Which of the two is installed.",
            "\"valkey\"",
        )
        .or("\"redis\""),
    ],
    versions: &[
        Since::new(
            (6, 2, 0),
            "`bind` may name an address that the host lacks: `-::1`.",
        ),
        Since::new(
            (7, 0, 0),
            "`maxmemory-clients` bounds all clients; a rewrite of the log keeps no writes in memory.",
        ),
    ],
};

/// What a cache would like: 43 MiB of data.
/// Source: docs/measurements.md, "redis".
const WANT: Bytes = Bytes::mib(64);
/// What the same data would like where a save copies it.
/// Source: docs/measurements.md, "redis saves".
const WANT_WITH_SAVES: Bytes = Bytes::mib(96);
/// What others wait for dies late; what can be computed again does not.
const OOM_SCORE: i16 = -500;
/// Files beside the clients' sockets.
/// Source: redis server.h, `CONFIG_MIN_RESERVED_FDS`: 32.
const RESERVED_FILES: u64 = 32;
/// No server is worth fewer.
const LEAST_FILES: u64 = 1024;
/// Background threads, a saving child with its own, and jemalloc's.
/// Source: redis bio.c (3 to 4 threads), measured 5 at rest.
const THREADS: u64 = 16;
/// Seconds to end where nothing is to be saved.
const STOP_SECONDS: u64 = 60;
/// A snapshot at the end is written at least this fast, in a second.
/// Source: docs/formulas.md, "timeouts".
const SAVED_A_SECOND: Bytes = Bytes::mib(10);

impl Service for Redis {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (
                "redis/90-tune.conf",
                include_str!("../../../templates/redis/90-tune.conf.tera"),
            ),
            (
                "redis/redis.conf",
                include_str!("../../../templates/redis/redis.conf.tera"),
            ),
        ]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        super::defaults::of(defaults::DEFAULTS, key, version)
    }

    fn live(&self) -> Option<Live> {
        Some(live::LIVE)
    }

    fn default_version(&self, layout: Layout) -> Version {
        match layout {
            Layout::Debian => Version::new(7, 0, 0),
            Layout::Rhel | Layout::Amazon => Version::new(6, 2, 0),
        }
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let inputs = Inputs::of(scene, Bytes::ZERO);
        let least = inputs.least_share();
        let want = if inputs.persistence == Persistence::None {
            WANT
        } else {
            WANT_WITH_SAVES
        };
        Demand {
            least,
            floor: least,
            want: want.max(least),
            max: None,
        }
    }

    fn crew(&self, _given: &Given<'_>) -> Crew {
        Crew::one()
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        let inputs = Inputs::of(scene, given.share.stated());
        let Some(sizing) = inputs.size() else {
            return elsewhere(scene);
        };
        let package = Package::of(scene.layout, is_valkey(scene.spec));
        let made = settings::make(given, &inputs, &sizing, pins);
        let mut settled = Settled {
            traits: traits::of(scene, &inputs, &made.settings),
            notes: notes(scene, &inputs, &sizing, pins),
            settings: made.settings,
            worst: sizing.worst(),
            offers: Offers {
                address: Some(address(scene)),
                ..offers(made.maxclients, inputs.persistence)
            },
            reload: Reload::Restart(
                "it reads its files only when it starts; CONFIG SET changes one that runs"
                    .to_owned(),
            ),
            oom_score: if is_cache(scene.spec) { 0 } else { OOM_SCORE },
            open_files: Some(
                (Formula::count("maxclients", made.maxclients) + RESERVED_FILES)
                    .at_least(&Formula::number(LEAST_FILES)),
            ),
            tasks: Some(Formula::count("io-threads", made.threads) + THREADS),
            stop_seconds: Some(stop_seconds(&inputs, &sizing.worst())),
            ..Settled::default()
        };
        if scene.in_compose() {
            in_container(scene, package, &mut settled);
        } else {
            on_host(given, package, pins, &mut settled);
        }
        settled
    }
}

fn is_cache(spec: &ServiceSpec) -> bool {
    matches!(spec.text("role"), None | Some("cache"))
}

fn is_valkey(spec: &ServiceSpec) -> bool {
    spec.text("program") == Some("valkey")
}

/// The version whose settings apply; valkey began as redis 7.2.
fn version(scene: &Scene<'_>) -> Version {
    if is_valkey(scene.spec) {
        scene.version.max(Version::new(7, 2, 0))
    } else {
        scene.version
    }
}

/// A server that runs elsewhere has no settings here, only connections.
fn elsewhere(scene: &Scene<'_>) -> Settled {
    let connections = scene
        .spec
        .connections
        .map(|max| Connections { max, reserved: 0 });
    let note = "its share is below what it can run in".to_owned();
    Settled {
        offers: Offers {
            connections,
            ..Offers::default()
        },
        notes: if scene.spec.external {
            Vec::new()
        } else {
            vec![note]
        },
        ..Settled::default()
    }
}

/// Where it listens; its replicas on the ports that follow.
fn address(scene: &Scene<'_>) -> (String, u64) {
    let here = if scene.in_compose() {
        scene.spec.name.clone()
    } else {
        "127.0.0.1".to_owned()
    };
    (here, scene.spec.port.unwrap_or(places::PORT))
}

fn offers(maxclients: u64, persistence: Persistence) -> Offers {
    let overcommit = KernelWant {
        key: "vm.overcommit_memory",
        value: 1,
        because: "a save forks: with 0 the kernel may refuse the copy that is never made",
        source: "https://redis.io/docs/latest/operate/oss_and_stack/management/admin/",
    };
    Offers {
        connections: Some(Connections {
            max: maxclients,
            reserved: 0,
        }),
        kernel: if persistence == Persistence::None {
            Vec::new()
        } else {
            vec![overcommit]
        },
        ..Offers::default()
    }
}

fn notes(scene: &Scene<'_>, inputs: &Inputs, sizing: &Sizing, pins: &Pins<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if !scene.alone && !scene.in_compose() {
        notes.push(
            "one of several on this host, in a unit of its own: the unit that the package sets up should be disabled"
                .to_owned(),
        );
    }
    if inputs.persistence == Persistence::Aof {
        notes.push(
            "a server that already holds data needs CONFIG SET appendonly yes before its first restart with this file, or it begins empty"
                .to_owned(),
        );
    }
    if pins.size("maxmemory") == Some(Bytes::ZERO) {
        let data = sizing.data;
        notes.push(format!(
            "holds while its data stay below {data}: a maxmemory of 0 is no limit"
        ));
    }
    if !inputs.bounds_clients() {
        notes.push(
            "holds while at most two clients at once are at the limit of their buffers: before 7.0 nothing bounds all of them"
                .to_owned(),
        );
    }
    notes
}

fn stop_seconds(inputs: &Inputs, worst: &WorstCase) -> Formula {
    let seconds = Formula::number(STOP_SECONDS);
    match inputs.persistence {
        Persistence::Rdb => {
            let saved = Formula::size("worst case", worst.total());
            seconds + (saved / size(SAVED_A_SECOND)).floor()
        }
        Persistence::None | Persistence::Aof => seconds,
    }
}

fn in_container(scene: &Scene<'_>, package: Package, settled: &mut Settled) {
    let family = if is_valkey(scene.spec) {
        "valkey"
    } else {
        "redis"
    };
    let path = format!("{}/{}/{family}.conf", scene.directory, scene.spec.name);
    let inside = format!("/usr/local/etc/{family}/{family}.conf");
    settled.container = Container {
        command: vec![format!("{family}-server"), inside.clone()],
        mounts: vec![(path.clone(), inside)],
        shm: None,
    };
    settled.files = vec![FileSpec {
        template: "redis/90-tune.conf",
        path,
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Redis,
        main: None,
        validator: package.validator().in_container(),
        sheet: settings::OWN,
        facts: json!({}),
    }];
}

fn on_host(given: &Given<'_>, package: Package, pins: &Pins<'_>, settled: &mut Settled) {
    let scene = &given.scene;
    let own = package.own_conf(&scene.spec.name);
    settled.settings.extend(settings::include(&own, pins));
    let instances = package.instances(scene, &given.instances);
    settled.files.push(FileSpec {
        template: "redis/90-tune.conf",
        path: own,
        mode: 0o640,
        owner: package.owner.to_owned(),
        meets: Meets::Own,
        format: Format::Redis,
        main: instances.first().map(|instance| instance.conf.clone()),
        validator: package.validator(),
        sheet: settings::OWN,
        facts: json!({}),
    });
    for instance in instances {
        settled.files.push(main_file(scene, package, &instance));
        settled.units.push(instance.unit);
    }
    settled.logs = logs(scene, package);
}

/// The file that the unit names: a person's, which includes tune's. Where there
/// is none it is written whole.
fn main_file(scene: &Scene<'_>, package: Package, instance: &Instance) -> FileSpec {
    let version = version(scene);
    let suffix = &instance.suffix;
    let directory =
        (version.at_least(7, 0) && !suffix.is_empty()).then(|| format!("appendonlydir{suffix}"));
    FileSpec {
        template: "redis/redis.conf",
        path: instance.conf.clone(),
        mode: 0o640,
        owner: package.owner.to_owned(),
        meets: Meets::Merge,
        format: Format::Redis,
        main: None,
        validator: package.validator(),
        sheet: settings::MAIN,
        facts: json!({
            "bind": if version.at_least(6, 2) { "127.0.0.1 -::1" } else { "127.0.0.1" },
            "port": instance.port, "pidfile": instance.pidfile, "logfile": instance.logfile,
            "dir": package.data(), "dbfilename": format!("dump{suffix}.rdb"),
            "appendfilename": format!("appendonly{suffix}.aof"), "appenddirname": directory,
        }),
    }
}

/// The distribution's rule covers every instance, so only a server that is
/// alone writes into it.
fn logs(scene: &Scene<'_>, package: Package) -> Option<Logs> {
    let stated = !scene.spec.log_files.is_empty();
    if !stated && !scene.alone {
        return None;
    }
    let paths = if stated {
        scene.spec.log_files.clone()
    } else {
        vec![package.logs()]
    };
    Some(Logs {
        paths,
        reopen: Reopen::Nothing,
        account: package.log_account(scene.layout),
        distribution_rule: (!stated).then(|| package.log_rule()),
    })
}
