//! PostgreSQL, 12 to 18: shares become buffers, connections and `work_mem` so
//! that the worst case fits. Knows no other service.

mod settings;
mod sizing;

use serde_json::json;

use super::{
    Capacity, Connections, Container, Crew, Demand, FileSpec, Given, KernelWant, Load, Logs, Meets,
    Offers, Reload, Reopen, Scene, Service, Settled, Unit,
};
use crate::host::Layout;
use crate::setting::{Formula, Pins};
use crate::stack::{KeySpec, KeyType, KindSchema};
use crate::units::{Bytes, Version};
use sizing::{Inputs, SPARE_CONNECTIONS, SizePins};

pub(super) struct Postgresql;

static SCHEMA: KindSchema = KindSchema {
    kind: "postgresql",
    keys: &[
        KeySpec {
            name: "workload",
            takes: KeyType::Choice(&["web", "oltp", "olap", "mixed"]),
        },
        KeySpec {
            name: "data_directory",
            takes: KeyType::Text,
        },
    ],
};

/// The want where a stack states none: what gives the server's own default of
/// 128MB of `shared_buffers`.
/// Source: <https://www.postgresql.org/docs/current/runtime-config-resource.html>
const WANT: Bytes = Bytes::mib(512);
/// Active backends that a processor can serve before more only wait.
/// Source: docs/measurements.md, "Pools" (TUNING F: 14 on 2 processors).
const ACTIVE_PER_CPU: u64 = 7;
/// Fewer are never worth it: requests wait for disks too.
const LEAST_ACTIVE: u64 = 8;
/// The databases' processes are killed last.
/// Source: Debian's postgresql@.service, `OOMScoreAdjust=-900`.
const OOM_SCORE: i16 = -900;
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
        let note = format!(
            "holds while at most {} of {} connections work at once",
            sizing.active, sizing.max_connections
        );
        let shared_buffers = sizing.shared_buffers;
        Settled {
            settings,
            worst: sizing.worst(),
            offers: offers(sizing.max_connections, shared_buffers),
            files: files(given, &places),
            units: places.units,
            logs: Some(Logs {
                paths: logs(scene, places.logs),
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
                shm: Some(settings::container_shm(sizing.maintenance_work_mem)),
            },
            reload: Reload::Reload,
            notes: vec![note],
            environment: std::collections::BTreeMap::new(),
            page_cache: true,
            oom_score: OOM_SCORE,
            open_files: 0,
            tasks: sizing.max_connections + 64,
            stop_seconds: STOP_SECONDS,
        }
    }
}

/// A server that runs elsewhere: only what makes its users' pools true.
fn elsewhere(given: &Given<'_>, pins: &Pins<'_>) -> Settled {
    let max = given.scene.spec.connections.unwrap_or(100);
    Settled {
        settings: settings::roles(given, pins),
        offers: offers(max, Bytes::ZERO),
        files: if given.load.users.is_empty() {
            Vec::new()
        } else {
            vec![roles(given)]
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

fn offers(max: u64, shared_buffers: Bytes) -> Offers {
    let mut kernel = Vec::new();
    if shared_buffers >= settings::HUGE_PAGES_FROM {
        // Reserved pages count as used whether or not the server runs; 8 % above the buffers hold the rest.
        let pages = shared_buffers
            .over(100)
            .times(108)
            .0
            .div_ceil(Bytes::mib(2).0);
        kernel.push(KernelWant {
            key: "vm.nr_hugepages",
            value: pages,
            because: "shared_buffers from 2 GiB on are mapped in huge pages",
            source: "https://www.postgresql.org/docs/current/kernel-resources.html",
        });
    }
    Offers {
        connections: Some(Connections { max, reserved: 3 }),
        http: None,
        kernel,
    }
}

/// Where this server's files and units are.
struct Places {
    conf: String,
    merge: bool,
    logs: &'static str,
    units: Vec<Unit>,
}

impl Places {
    fn of(scene: &Scene<'_>) -> Self {
        let major = scene.version.major;
        let cluster = if scene.alone {
            "main"
        } else {
            scene.spec.name.as_str()
        };
        let unit = |default: String| {
            vec![Unit {
                name: scene.spec.unit.clone().unwrap_or(default),
                exec: None,
            }]
        };
        if scene.in_compose() {
            let conf = format!("{}/{}/postgresql.conf", scene.directory, scene.spec.name);
            return Self {
                conf,
                merge: false,
                logs: "",
                units: Vec::new(),
            };
        }
        match scene.layout {
            Layout::Debian => Self {
                conf: format!("/etc/postgresql/{major}/{cluster}/conf.d/90-tune.conf"),
                merge: false,
                logs: "/var/log/postgresql/*.log",
                units: unit(format!("postgresql@{major}-{cluster}.service")),
            },
            Layout::Rhel | Layout::Amazon => {
                let default = if scene.alone {
                    "/var/lib/pgsql/data".to_owned()
                } else {
                    format!("/var/lib/pgsql/{cluster}")
                };
                let data = scene
                    .spec
                    .text("data_directory")
                    .map_or(default, str::to_owned);
                let name = if scene.alone {
                    "postgresql.service".to_owned()
                } else {
                    format!("postgresql-{cluster}.service")
                };
                Self {
                    conf: format!("{data}/postgresql.conf"),
                    merge: true,
                    logs: "",
                    units: unit(name),
                }
            }
        }
    }
}

fn logs(scene: &Scene<'_>, default: &str) -> Vec<String> {
    if scene.spec.log_files.is_empty() && !default.is_empty() {
        return vec![default.to_owned()];
    }
    scene.spec.log_files.clone()
}

fn files(given: &Given<'_>, places: &Places) -> Vec<FileSpec> {
    let scene = &given.scene;
    let conf = FileSpec {
        template: "postgresql/90-tune.conf",
        path: places.conf.clone(),
        mode: if places.merge { 0o600 } else { 0o644 },
        owner: if scene.in_compose() {
            "root:root".to_owned()
        } else {
            "postgres:postgres".to_owned()
        },
        meets: if places.merge {
            Meets::Merge
        } else {
            Meets::Own
        },
        validator: "postgres -D SCRATCH --config-file={} -C shared_memory_size",
        sheet: settings::CONF,
        facts: json!({}),
    };
    let mut files = vec![conf];
    if !given.load.users.is_empty() {
        files.push(roles(given));
    }
    files
}

fn roles(given: &Given<'_>) -> FileSpec {
    let users: Vec<_> = given
        .load
        .users
        .iter()
        .map(|user| json!({ "role": user.role, "by": user.by, "limit": format!("connection_limit.{}", user.role),
            "patience": format!("statement_timeout.{}", user.role), "idle": format!("idle_in_transaction_session_timeout.{}", user.role) }))
        .collect();
    let directory = if given.scene.in_compose() {
        given.scene.directory
    } else {
        "/etc/tune"
    };
    FileSpec {
        template: "postgresql/roles.sql",
        path: format!("{directory}/{}/roles.sql", given.scene.spec.name),
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        validator: "psql --single-transaction -v ON_ERROR_STOP=1 -f {}",
        sheet: settings::ROLES,
        facts: json!({ "users": users }),
    }
}
