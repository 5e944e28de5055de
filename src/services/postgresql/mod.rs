//! PostgreSQL, 12 to 18: shares become buffers, connections and `work_mem` so
//! that the worst case fits. Knows no other service.

mod defaults;
mod live;
mod pins;
mod places;
mod ranges;
mod roles;
mod settings;
mod sizing;
#[cfg(test)]
mod tests;
mod traits;
mod worst;

use super::traits::Traits;
use super::{
    Capacity, Connections, Container, Crew, Demand, Given, Live, Load, Logs, Offers, Reload,
    Reopen, Scene, Service, Settled,
};
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins};
use crate::stack::{KindSchema, Since};
use crate::units::{Bytes, Version};
use pins::SizePins;
use places::Places;
use ranges::RESERVED;
use sizing::{Inputs, SPARE_CONNECTIONS};
use worst::Sizing;

pub(super) struct Postgresql;

static SCHEMA: KindSchema = KindSchema {
    kind: "postgresql",
    about: "PostgreSQL, 12 to 18.",
    keys: &[
        KeySpec::new(
            "workload",
            KeyType::Choice(&["web", "oltp", "olap", "mixed"]),
            "What its queries are like: decides planning costs and jit.",
            "\"web\"",
        )
        .or("\"web\""),
        KeySpec::new(
            "data_directory",
            KeyType::Text,
            "Where its cluster is.",
            "\"/srv/postgresql/15/main\"",
        )
        .or("the distribution's"),
    ],
    versions: &[
        Since::new((13, 0, 0), "`hash_mem_multiplier` is there to be set."),
        Since::new(
            (18, 0, 0),
            "`autovacuum_max_workers` needs a reload only, `effective_io_concurrency` keeps its new default, and I/O workers hold memory.",
        ),
    ],
};

/// The want where a stack states none: what gives the server's own default of
/// 128MB of `shared_buffers`.
/// Source: <https://www.postgresql.org/docs/current/runtime-config-resource.html>
const WANT: Bytes = Bytes::mib(512);
/// Active backends that a processor can serve before more only wait.
/// Source: docs/measurements.md, "Pools" (14 on 2 processors).
const ACTIVE_PER_CPU: u64 = 7;
/// Fewer are never worth it: requests wait for disks too.
const LEAST_ACTIVE: u64 = 8;
/// Source: <https://www.postgresql.org/docs/current/runtime-config-connection.html>
const PORT: u64 = 5432;
/// The databases' processes are killed last.
/// Source: Debian's postgresql@.service, `OOMScoreAdjust=-900`.
const OOM_SCORE: i16 = -900;
/// Source: docs/measurements.md, "PostgreSQL processes" (6), WAL senders (10), readers (32 at most).
const OTHER_TASKS: u64 = 64;
/// The server's ending is a checkpoint: seconds that it may take.
const STOP_SECONDS: u64 = 300;

impl Service for Postgresql {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (
                "postgresql/90-tune.conf",
                include_str!("../../../templates/postgresql/90-tune.conf.tera"),
            ),
            (
                "postgresql/roles.sql",
                include_str!("../../../templates/postgresql/roles.sql.tera"),
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
            Layout::Debian | Layout::Amazon => Version::new(15, 0, 0),
            Layout::Rhel => Version::new(13, 0, 0),
        }
    }

    fn divides_connections(&self) -> bool {
        true
    }

    fn demand(&self, scene: &Scene<'_>, load: &Load) -> Demand {
        let least = inputs(scene, Bytes::ZERO, load).least_share();
        Demand {
            least,
            floor: least,
            want: WANT.max(least),
            max: None,
        }
    }

    fn crew(&self, _given: &Given<'_>) -> Crew {
        Crew::one()
    }

    fn capacity(&self, given: &Given<'_>) -> Option<Capacity> {
        if given.scene.spec.external {
            let open = given
                .scene
                .spec
                .connections
                .unwrap_or(100)
                .saturating_sub(SPARE_CONNECTIONS);
            return Some(Capacity {
                useful: open.min(useful(&given.scene)),
                held: open,
            });
        }
        let held = inputs(&given.scene, given.share.stated(), &given.load).held();
        Some(Capacity {
            useful: useful(&given.scene).min(held),
            held,
        })
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        if scene.spec.external {
            return elsewhere(given, pins);
        }
        let inputs = inputs(scene, given.share.stated(), &given.load);
        let sizing = inputs.size();
        let settings = settings::make(given, &inputs, &sizing, pins);
        let places = Places::of(scene);
        Settled {
            traits: Traits {
                roles: roles::traits(given, &settings),
                ..traits::of(scene, &settings)
            },
            settings,
            worst: sizing.worst(),
            offers: offers(scene, sizing.max_connections),
            files: places::files(given, &places),
            units: places.units,
            logs: Some(Logs {
                paths: places::logs(scene, places.logs),
                reopen: Reopen::Copytruncate,
                account: "postgres postgres".to_owned(),
                distribution_rule: (scene.layout == Layout::Debian).then_some("postgresql-common"),
            }),
            container: Container {
                command: vec![
                    "postgres".to_owned(),
                    "-c".to_owned(),
                    format!("config_file={CONTAINER_CONF}"),
                ],
                mounts: vec![(places.conf, CONTAINER_CONF.to_owned())],
                shm: Some(places::container_shm(sizing.maintenance_work_mem)),
            },
            reload: Reload::Reload,
            notes: notes(&sizing),
            environment: std::collections::BTreeMap::new(),
            page_cache: true,
            oom_score: OOM_SCORE,
            open_files: None,
            tasks: Some(tasks(&sizing, &inputs)),
            stop_seconds: Some(Formula::number(STOP_SECONDS)),
            graceful_seconds: 0,
        }
    }
}

/// A server that runs elsewhere: only what makes its users' pools true.
fn elsewhere(given: &Given<'_>, pins: &Pins<'_>) -> Settled {
    let max = given.scene.spec.connections.unwrap_or(100);
    let settings = roles::settings(given, pins);
    Settled {
        traits: Traits {
            roles: roles::traits(given, &settings),
            ..Traits::default()
        },
        settings,
        offers: offers(&given.scene, max),
        files: if given.load.users.is_empty() {
            Vec::new()
        } else {
            vec![places::roles(given)]
        },
        ..Settled::default()
    }
}

/// Where the server reads its file inside a container.
const CONTAINER_CONF: &str = "/etc/postgresql/postgresql.conf";

fn useful(scene: &Scene<'_>) -> u64 {
    (Formula::cpus("cpus", scene.host.cpus) * ACTIVE_PER_CPU)
        .whole()
        .max(LEAST_ACTIVE)
}

fn inputs(scene: &Scene<'_>, share: Bytes, load: &Load) -> Inputs {
    Inputs {
        share,
        connections: scene.spec.connections,
        load: (!load.users.is_empty()).then(|| load.total()),
        useful: useful(scene),
        cpus: scene.host.sustained(),
        version: scene.version,
        analytic: matches!(scene.spec.text("workload"), Some("olap")),
        pins: SizePins::of(scene.spec),
    }
}

/// Backends, background and parallel workers, autovacuum, and room for the
/// processes of the server itself, of replicas and of extensions.
fn tasks(sizing: &Sizing, inputs: &Inputs) -> Formula {
    let cpus = Formula::cpus("sustained cpus", inputs.cpus);
    let workers = cpus.floor().at_least(&Formula::number(8));
    Formula::count("max_connections", sizing.max_connections)
        + workers
        + Formula::count("autovacuum_max_workers", sizing.autovacuum_max_workers)
        + OTHER_TASKS
}

fn offers(scene: &Scene<'_>, max: u64) -> Offers {
    let here = if scene.in_compose() {
        scene.spec.name.clone()
    } else {
        "127.0.0.1".to_owned()
    };
    let address = scene.spec.address.clone();
    Offers {
        connections: Some(Connections {
            max,
            reserved: RESERVED,
        }),
        address: Some(address.unwrap_or_else(|| (here, scene.spec.port.unwrap_or(PORT)))),
        ..Offers::default()
    }
}

/// What is worth saying: what bounds the worst case, and what huge pages need.
/// They are not reserved here: pages reserved before the server restarts would
/// be missing beside those that it still holds.
fn notes(sizing: &Sizing) -> Vec<String> {
    let mut notes = vec![format!(
        "holds while at most {} of {} connections work at once",
        sizing.active, sizing.max_connections
    )];
    if sizing.shared_buffers >= settings::HUGE_PAGES_FROM {
        let ask = "postgres -C shared_memory_size_in_huge_pages";
        let page = "huge pages are used once vm.nr_hugepages holds what";
        notes.push(format!(
            "{page} '{ask}' says (15 and later); they count as used"
        ));
    }
    notes
}
