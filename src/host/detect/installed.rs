//! Which services are installed, and in which version, without running them:
//! the package list on Debian, the files of the programs elsewhere.
//!
//! *Invariant:* the table below is the only place of detection that names a
//! kind of service; a new kind is one entry.

mod dpkg;
mod files;

use std::collections::BTreeMap;

use super::{Fact, Found, HostReader};
use crate::units::Version;

/// How one kind of service is found. In a name or path `#` stands for a
/// version and `*` for anything but a slash.
struct Known {
    /// The kind of service; what only helps one has none.
    kind: Option<&'static str>,
    /// What to call it in a fact.
    name: &'static str,
    /// Debian packages.
    packages: &'static [&'static str],
    /// Files that are there where it is installed.
    files: &'static [&'static str],
    /// The version follows this text, in the file itself ("") or in another.
    version: &'static [(&'static str, &'static str)],
    /// A directory with an entry per major version that is in use.
    in_use: Option<&'static str>,
}

const KNOWN: &[Known] = &[
    Known {
        kind: Some("postgresql"),
        name: "postgresql",
        packages: &["postgresql-#"],
        files: &[
            "/usr/lib/postgresql/#/bin/postgres",
            "/usr/pgsql-#/bin/postgres",
            "/usr/bin/postgres",
            "/usr/local/pgsql/bin/postgres",
        ],
        version: &[
            ("", "postgres (PostgreSQL) "),
            ("/var/lib/pgsql/data/PG_VERSION", ""),
        ],
        in_use: Some("/etc/postgresql"),
    },
    Known {
        kind: Some("nginx"),
        name: "nginx",
        packages: &[
            "nginx",
            "nginx-core",
            "nginx-light",
            "nginx-full",
            "nginx-extras",
        ],
        files: &[
            "/usr/sbin/nginx",
            "/usr/bin/nginx",
            "/usr/local/nginx/sbin/nginx",
        ],
        version: &[("", "nginx version: nginx/")],
        in_use: None,
    },
    Known {
        kind: Some("redis"),
        name: "redis",
        packages: &["redis-server", "valkey-server"],
        files: &[
            "/usr/bin/redis-server",
            "/usr/bin/redis#-server",
            "/usr/bin/valkey-server",
            "/usr/local/bin/redis-server",
            "/usr/local/bin/valkey-server",
        ],
        version: &[],
        in_use: None,
    },
    Known {
        kind: Some("pgbouncer"),
        name: "pgbouncer",
        packages: &["pgbouncer"],
        files: &["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"],
        version: &[("", "PgBouncer ")],
        in_use: None,
    },
    Known {
        kind: Some("node"),
        name: "node",
        packages: &["nodejs"],
        files: &["/usr/bin/node", "/usr/local/bin/node", "/usr/bin/node-#"],
        version: &[
            ("/usr/include/node/node_version.h", "NODE_MAJOR_VERSION "),
            (
                "/usr/local/include/node/node_version.h",
                "NODE_MAJOR_VERSION ",
            ),
        ],
        in_use: None,
    },
    Known {
        kind: Some("gunicorn"),
        name: "gunicorn",
        packages: &["python3-gunicorn"],
        files: &[
            "/usr/lib/python3/dist-packages/gunicorn-#.dist-info",
            "/usr/lib/python3*/site-packages/gunicorn-#.dist-info",
            "/usr/local/lib/python3*/dist-packages/gunicorn-#.dist-info",
            "/usr/local/lib/python3*/site-packages/gunicorn-#.dist-info",
            "/opt/*/venv/lib/python3*/site-packages/gunicorn-#.dist-info",
            "/srv/*/venv/lib/python3*/site-packages/gunicorn-#.dist-info",
        ],
        version: &[],
        in_use: None,
    },
    Known {
        kind: Some("celery"),
        name: "celery",
        packages: &["python3-celery"],
        files: &[
            "/usr/lib/python3/dist-packages/celery-#.dist-info",
            "/usr/lib/python3*/site-packages/celery-#.dist-info",
            "/usr/local/lib/python3*/dist-packages/celery-#.dist-info",
            "/usr/local/lib/python3*/site-packages/celery-#.dist-info",
            "/opt/*/venv/lib/python3*/site-packages/celery-#.dist-info",
            "/srv/*/venv/lib/python3*/site-packages/celery-#.dist-info",
        ],
        version: &[],
        in_use: None,
    },
    Known {
        kind: None,
        name: "pm2",
        packages: &[],
        files: &[
            "/usr/lib/node_modules/pm2/package.json",
            "/usr/local/lib/node_modules/pm2/package.json",
        ],
        version: &[("", "\"version\": \"")],
        in_use: None,
    },
];

/// One find of a program.
struct Find {
    version: Option<Version>,
    from: String,
}

/// Every kind that is installed, with the version where it can be told.
pub(super) fn installed(reader: &dyn HostReader) -> Found<BTreeMap<String, Option<Version>>> {
    let packages = dpkg::installed(reader);
    let mut value = BTreeMap::new();
    let mut facts = Vec::new();
    for known in KNOWN {
        let mut finds = dpkg::finds(&packages, known.packages);
        if finds.is_empty() {
            finds = files::finds(reader, known.files, known.version);
        }
        let Some(best) = best(reader, known, &finds) else {
            continue;
        };
        let told = best
            .version
            .map_or_else(|| "unknown".to_owned(), |v| v.to_string());
        let mut fact = Fact::new("installed", format!("{} {told}", known.name), &best.from);
        for other in finds.iter().filter(|find| find.version != best.version) {
            fact = fact.overruling(match other.version {
                Some(version) => format!("{version} is there too, {}", other.from),
                None => format!("{} is there too", other.from),
            });
        }
        facts.push(fact);
        if let Some(kind) = known.kind {
            value.insert(kind.to_owned(), best.version);
        }
    }
    if facts.is_empty() {
        facts.push(Fact::new(
            "installed",
            "none",
            "no package or program of a kind that is known",
        ));
    }
    Found { value, facts }
}

/// Of several versions the newest that is in use, else the newest.
fn best<'a>(reader: &dyn HostReader, known: &Known, finds: &'a [Find]) -> Option<&'a Find> {
    let in_use = known.in_use.map(|dir| reader.list(dir)).unwrap_or_default();
    let is_used = |find: &Find| {
        let major = find.version.map(|version| version.major.to_string());
        major.is_some_and(|major| in_use.contains(&major))
    };
    // The first of equals: nearer the top of the table.
    finds
        .iter()
        .rev()
        .max_by_key(|find| (is_used(find), find.version))
}
