//! `PgBouncer`: many clients take turns at the few connections that a database
//! serves well. Knows no other service.

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
    Capacity, Connections, Container, Crew, Demand, FileSpec, Given, Judged, Live, Load, Logs,
    Meets, Offers, Reload, Reopen, Scene, Service, Settled, Validator,
};
use crate::formats::Format;
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins};
use crate::stack::{KindSchema, Since};
use crate::units::{Bytes, Version};
use places::{AUTH_FILE, Instance, Package, own_conf};
use sizing::{Inputs, SESSION, TRANSACTION, all_servers, most_servers, pinned_servers};

pub(super) struct Pgbouncer;

const POOL_MODES: &[&str] = &[SESSION, TRANSACTION, "statement"];

static SCHEMA: KindSchema = KindSchema {
    kind: "pgbouncer",
    about: "PgBouncer, a pooler between applications and their database.",
    keys: &[
        KeySpec::new(
            "pool_mode",
            KeyType::Choice(POOL_MODES),
            "When a client gives its server connection back.",
            "\"session\"",
        )
        .or("\"transaction\""),
        KeySpec::new(
            "default_pool_size",
            KeyType::Count(1, 100_000),
            "Server connections of one database and user.",
            "20",
        )
        .or("what the database can serve"),
        KeySpec::new(
            "max_client_conn",
            KeyType::Count(1, 262_143),
            "Clients at the most.",
            "500",
        )
        .or("what its users can open"),
    ],
    versions: &[Since::new(
        (1, 21, 0),
        "`max_prepared_statements` is there to be set, and each costs memory.",
    )],
};

/// What holds a thousand clients with their prepared statements.
/// Source: docs/measurements.md, "pgbouncer".
const WANT: Bytes = Bytes::mib(32);
/// Where the server is, unless a container has a name for it: what it offers
/// says no port.
/// Source: postgresql.conf, `port`.
const SERVER_PORT: u64 = 5432;
/// Everybody waits for it.
const OOM_SCORE: i16 = -500;
/// Files beside sockets.
const RESERVED_FILES: u64 = 64;
/// What a process may open anyway.
/// Source: getrlimit(2), the usual soft limit.
const LEAST_FILES: u64 = 1024;
/// One thread, and those that resolve names.
const TASKS: u64 = 16;
/// Seconds beyond its patience to end.
const STOP_SECONDS: u64 = 5;
/// Reads the file, finds no such account and ends: it opens no port, and the
/// last line is `cannot load config file` where the file is at fault. Without
/// its log, which it would make as root.
const VALIDATOR: &str = "sh -c 'grep -v \"^ *logfile\" MAIN > SCRATCH/pgbouncer.ini; exec pgbouncer -u no-such-user SCRATCH/pgbouncer.ini'";

/// It ends with 1 either way.
fn validator() -> Validator {
    Validator {
        judged: Judged::Says("could not find user"),
        ..Validator::of(VALIDATOR)
    }
}

impl Service for Pgbouncer {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (
                "pgbouncer/90-tune.ini",
                include_str!("../../../templates/pgbouncer/90-tune.ini.tera"),
            ),
            (
                "pgbouncer/pgbouncer.ini",
                include_str!("../../../templates/pgbouncer/pgbouncer.ini.tera"),
            ),
        ]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        super::defaults::of(defaults::DEFAULTS, key, version)
    }

    fn live(&self) -> Option<Live> {
        Some(live::LIVE)
    }

    fn default_version(&self, _layout: Layout) -> Version {
        Version::new(1, 18, 0)
    }

    fn divides_connections(&self) -> bool {
        true
    }

    fn demand(&self, scene: &Scene<'_>, load: &Load) -> Demand {
        let least = least(scene, load).least_share();
        let want = WANT.max(least);
        Demand {
            least,
            floor: least,
            want,
            max: Some(want),
        }
    }

    fn opens_connections(&self) -> bool {
        true
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        Crew::of(vec![Formula::number(1)], Some(most_servers(&given.scene)))
    }

    fn pinned_pool(&self, scene: &Scene<'_>) -> Option<u64> {
        pinned_servers(scene.spec)
    }

    fn capacity(&self, given: &Given<'_>) -> Option<Capacity> {
        let inputs = inputs(given);
        let held = if given.scene.spec.external {
            inputs.admitted()
        } else {
            inputs.stated.unwrap_or(inputs.held())
        };
        Some(Capacity {
            useful: inputs.useful().min(held),
            held,
        })
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        let inputs = inputs(given);
        if scene.spec.external {
            let max = inputs.admitted();
            return Settled {
                offers: offers(max),
                ..Settled::default()
            };
        }
        let clients = inputs.clients().whole();
        if clients == 0 || inputs.worst(clients).total() > given.share.stated() {
            return Settled {
                notes: vec!["its share is below what it can run in".to_owned()],
                ..Settled::default()
            };
        }
        let package = Package::of(scene.layout);
        let made = settings::make(given, &inputs, pins);
        let mut settled = Settled {
            traits: traits::of(given, &made.settings),
            settings: made.settings,
            worst: inputs.worst(made.clients),
            offers: offers(made.clients),
            reload: Reload::Reload,
            notes: notes(scene, &made.mode),
            oom_score: OOM_SCORE,
            open_files: Some(
                (Formula::count("max_client_conn", made.clients)
                    + Formula::count("servers", inputs.servers)
                    + RESERVED_FILES)
                    .at_least(&Formula::number(LEAST_FILES)),
            ),
            tasks: Some(Formula::number(TASKS)),
            stop_seconds: Some(Formula::count("query_wait_timeout", made.patience) + STOP_SECONDS),
            ..Settled::default()
        };
        if scene.in_compose() {
            in_container(given, &mut settled);
        } else {
            on_host(given, package, pins, &mut settled);
        }
        settled
    }
}

/// With as many servers as it can be given.
fn least(scene: &Scene<'_>, load: &Load) -> Inputs {
    let databases = u64::try_from(scene.spec.uses.len()).unwrap_or(1);
    let servers = if databases == 0 {
        all_servers(scene.spec, &[])
    } else {
        pinned_servers(scene.spec)
            .unwrap_or(most_servers(scene))
            .saturating_mul(databases)
    };
    Inputs::of(scene, Bytes::ZERO, load.total(), servers)
}

fn inputs(given: &Given<'_>) -> Inputs {
    let servers = all_servers(given.scene.spec, &given.grants);
    Inputs::of(
        &given.scene,
        given.share.stated(),
        given.load.total(),
        servers,
    )
}

fn offers(max: u64) -> Offers {
    Offers {
        connections: Some(Connections { max, reserved: 0 }),
        ..Offers::default()
    }
}

fn notes(scene: &Scene<'_>, mode: &str) -> Vec<String> {
    let mut notes = Vec::new();
    if !scene.alone && !scene.in_compose() {
        notes.push(
            "one of several on this host, in a unit of its own: the unit that the package sets up should be disabled"
                .to_owned(),
        );
    }
    if mode == TRANSACTION {
        notes.push(
            if scene.version.at_least(1, 21) {
                "pool_mode transaction: no session-level SET, LISTEN, advisory locks or WITH HOLD cursors"
            } else {
                "pool_mode transaction: no session-level SET, LISTEN, advisory locks or WITH HOLD cursors, and before 1.21 no prepared statements"
            }
            .to_owned(),
        );
    }
    if scene.spec.uses.len() > 1 {
        notes.push(
            "the default pool is for each of its databases, as large as the smallest grant"
                .to_owned(),
        );
    }
    notes
}

/// Where each database that it uses is; the first is the one that any name
/// leads to.
fn databases(given: &Given<'_>) -> Vec<serde_json::Value> {
    let scene = &given.scene;
    let address = |name: &String| {
        let offered = given.peers.get(name).and_then(|peer| peer.address.clone());
        offered.unwrap_or_else(|| (name.clone(), SERVER_PORT))
    };
    let uses = scene.spec.uses.iter().map(|(name, _)| name);
    let stated: Vec<_> = uses
        .map(|name| {
            let (host, port) = address(name);
            json!({ "name": name, "host": host, "port": port })
        })
        .collect();
    if stated.is_empty() && !scene.in_compose() {
        return vec![json!({ "name": "*", "host": "127.0.0.1", "port": SERVER_PORT })];
    }
    stated
}

fn in_container(given: &Given<'_>, settled: &mut Settled) {
    let scene = &given.scene;
    let path = format!("{}/{}/pgbouncer.ini", scene.directory, scene.spec.name);
    let inside = "/etc/pgbouncer/pgbouncer.ini".to_owned();
    settled.container = Container {
        command: vec!["pgbouncer".to_owned(), inside.clone()],
        mounts: vec![(path.clone(), inside)],
        shm: None,
    };
    settled.files = vec![FileSpec {
        template: "pgbouncer/pgbouncer.ini",
        path,
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Pgbouncer,
        main: None,
        validator: validator().in_container(),
        sheet: settings::OWN,
        facts: json!({ "databases": databases(given), "auth_file": AUTH_FILE }),
    }];
}

fn on_host(given: &Given<'_>, package: Package, pins: &Pins<'_>, settled: &mut Settled) {
    let scene = &given.scene;
    let own = own_conf(&scene.spec.name);
    settled.settings.extend(settings::include(&own, pins));
    let instances = package.instances(scene, &given.instances);
    settled.files.push(FileSpec {
        template: "pgbouncer/90-tune.ini",
        path: own,
        mode: 0o640,
        owner: package.owner(),
        meets: Meets::Own,
        format: Format::Pgbouncer,
        main: instances.first().map(|instance| instance.conf.clone()),
        // It is a part of a section: only the file that includes it can be read.
        validator: validator(),
        sheet: settings::OWN,
        facts: json!({}),
    });
    for instance in instances {
        settled.files.push(main_file(given, package, &instance));
        settled.units.push(instance.unit);
    }
    settled.logs = logs(scene, package, settled);
}

/// The file that the unit names: a person's, which includes tune's. Where there
/// is none it is written whole.
fn main_file(given: &Given<'_>, package: Package, instance: &Instance) -> FileSpec {
    FileSpec {
        template: "pgbouncer/pgbouncer.ini",
        path: instance.conf.clone(),
        mode: 0o640,
        owner: package.owner(),
        meets: Meets::Merge,
        format: Format::Pgbouncer,
        main: None,
        validator: validator(),
        sheet: settings::MAIN,
        facts: json!({
            "databases": databases(given), "listen_addr": "127.0.0.1", "listen_port": instance.port,
            "logfile": instance.logfile, "pidfile": instance.pidfile,
            "sockets": package.sockets(), "auth_file": AUTH_FILE,
        }),
    }
}

/// On Debian the rule of the database's package covers its log already.
fn logs(scene: &Scene<'_>, package: Package, settled: &Settled) -> Option<Logs> {
    let paths = if scene.spec.log_files.is_empty() {
        package.logs().into_iter().collect()
    } else {
        scene.spec.log_files.clone()
    };
    let units: Vec<&str> = settled
        .units
        .iter()
        .map(|unit| unit.name.as_str())
        .collect();
    let several = scene.spec.log_files.is_empty() && !scene.alone;
    (!paths.is_empty() && !several).then(|| Logs {
        paths,
        reopen: Reopen::Command(format!("systemctl reload {}", units.join(" "))),
        account: package.log_account(),
        distribution_rule: scene
            .spec
            .log_files
            .is_empty()
            .then(|| package.log_rule())
            .flatten(),
    })
}
