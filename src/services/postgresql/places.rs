//! Where PostgreSQL's files and units are, by layout and runtime.

use serde_json::json;

use super::{roles, settings};
use crate::formats::Format;
use crate::host::Layout;
use crate::services::{FileSpec, Given, Meets, Scene, Unit, Validator};
use crate::setting::{Formula, size};
use crate::units::Bytes;

/// Where this server's files and units are.
pub(super) struct Places {
    pub(super) conf: String,
    merge: bool,
    /// The file that includes it, where it is a part.
    main: Option<String>,
    pub(super) logs: &'static str,
    pub(super) units: Vec<Unit>,
}

impl Places {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
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
                main: None,
                logs: "",
                units: Vec::new(),
            };
        }
        match scene.layout {
            Layout::Debian => Self {
                conf: format!("/etc/postgresql/{major}/{cluster}/conf.d/90-tune.conf"),
                merge: false,
                main: Some(format!("/etc/postgresql/{major}/{cluster}/postgresql.conf")),
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
                    main: None,
                    logs: "",
                    units: unit(name),
                }
            }
        }
    }
}

pub(super) fn logs(scene: &Scene<'_>, default: &str) -> Vec<String> {
    if scene.spec.log_files.is_empty() && !default.is_empty() {
        return vec![default.to_owned()];
    }
    scene.spec.log_files.clone()
}

pub(super) fn files(given: &Given<'_>, places: &Places) -> Vec<FileSpec> {
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
        format: Format::Postgresql,
        main: places.main.clone(),
        validator: validator(scene),
        sheet: settings::CONF,
        facts: json!({}),
    };
    let mut files = vec![conf];
    if !given.load.users.is_empty() {
        files.push(roles(given));
    }
    files
}

/// The server of this version reads all of its files and checks them against
/// each other. It refuses root, and wants a data directory with a version and a
/// control file in it, but not one that another server runs in.
fn validator(scene: &Scene<'_>) -> Validator {
    let major = scene.version.major;
    let own = Validator {
        prepare: include_str!("validate.sh"),
        account: Some("postgres".to_owned()),
        root: true,
        directories: vec![
            format!("/usr/lib/postgresql/{major}/bin"),
            format!("/usr/pgsql-{major}/bin"),
        ],
        cannot_tell: &["database files are incompatible with server"],
        ..Validator::of(if major < SINCE {
            "postgres -D SCRATCH --config-file=MAIN -c data_directory=SCRATCH -C shared_buffers"
        } else {
            "postgres -D SCRATCH --config-file=MAIN -c data_directory=SCRATCH -C shared_memory_size"
        })
    };
    if scene.in_compose() {
        return own.in_container();
    }
    own
}

/// The version whose server can be asked for what it makes of several settings.
/// Source: <https://www.postgresql.org/docs/15/runtime-config-preset.html>
const SINCE: u32 = 15;

pub(super) fn roles(given: &Given<'_>) -> FileSpec {
    let users: Vec<_> = roles::roles(given)
        .iter()
        .map(|role| {
            json!({
                "role": role.name,
                "limit": role.key("connection_limit"),
                "patience": role.key("statement_timeout"),
                "idle": role.key("idle_in_transaction_session_timeout"),
            })
        })
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
        format: Format::Text,
        main: None,
        validator: Validator::never(
            "psql --single-transaction -v ON_ERROR_STOP=1 -f {}",
            "it would change a running server",
        ),
        sheet: roles::ROLES,
        facts: json!({ "users": users }),
    }
}

/// Shared memory of the container: parallel work passes through it.
/// Source: docker-library/postgres#416.
pub(super) fn container_shm(maintenance_work_mem: Bytes) -> Formula {
    let maintenance = Formula::size("maintenance_work_mem", maintenance_work_mem);
    size(Bytes::mib(64)) + maintenance * 2
}
