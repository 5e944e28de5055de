//! Which format a file has, and where its program begins to read, by its path
//! alone: for trees of which nothing else is known.

use super::Format;

/// Endings of systemd's units.
/// Source: systemd.unit(5).
const UNITS: &[&str] = &[
    ".service",
    ".slice",
    ".socket",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".timer",
    ".path",
    ".scope",
    ".device",
];

impl Format {
    /// The format of a file at a path; nothing where the path does not tell.
    pub fn of_path(path: &str) -> Option<Self> {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        of_name(name).or_else(|| of_place(directory, name))
    }

    /// Where the program of a file begins to read, by the file's path: the file
    /// that includes its directory, or the unit that it is a part of.
    pub fn main_of_path(self, path: &str) -> String {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (above, below) = directory.rsplit_once('/').unwrap_or(("", directory));
        match self {
            Self::Systemd if ends(below, ".d") => below.trim_end_matches(".d").to_owned(),
            Self::Systemd => name.to_owned(),
            Self::Postgresql if ends(below, ".d") || name == "postgresql.auto.conf" => {
                let directory = if ends(below, ".d") { above } else { directory };
                format!("{directory}/postgresql.conf")
            }
            Self::Nginx => root_of(path, "nginx").unwrap_or_else(|| path.to_owned()),
            Self::Logrotate if below == "logrotate.d" => format!("{above}/logrotate.conf"),
            _ => path.to_owned(),
        }
    }
}

/// Names are compared as the programs compare them: by their bytes.
fn ends(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending).is_some()
}

/// `nginx.conf` of the directory that is the program's own.
fn root_of(path: &str, program: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').collect();
    let at = parts.iter().position(|part| *part == program)?;
    let own = parts.get(..=at)?.join("/");
    Some(format!("{own}/{program}.conf"))
}

/// By a name that says so anywhere.
fn of_name(name: &str) -> Option<Format> {
    let compose = |name: &str| {
        let stem = name.strip_prefix("docker-").unwrap_or(name);
        let ends = ends(stem, ".yml") || ends(stem, ".yaml");
        ends && (stem.starts_with("compose.") || stem.starts_with("compose-"))
    };
    Some(match name {
        "postgresql.conf" | "postgresql.auto.conf" => Format::Postgresql,
        "nginx.conf" => Format::Nginx,
        "redis.conf" | "valkey.conf" => Format::Redis,
        "pgbouncer.ini" => Format::Pgbouncer,
        "sysctl.conf" => Format::Sysctl,
        "fstab" => Format::Fstab,
        "logrotate.conf" => Format::Logrotate,
        "ecosystem.config.js" | "ecosystem.config.cjs" => Format::Javascript,
        "environment" | ".env" => Format::Environment,
        _ if compose(name) => Format::Compose,
        _ if ends(name, ".conf.py") || ends(name, "_celery.py") => Format::Python,
        _ if ends(name, ".toml") => Format::Toml,
        _ if ends(name, ".env") => Format::Environment,
        _ if UNITS.iter().any(|ending| name.ends_with(ending)) => Format::Systemd,
        _ => return None,
    })
}

/// By the directories that it stands in.
fn of_place(directory: &str, name: &str) -> Option<Format> {
    let parts: Vec<&str> = directory.split('/').collect();
    let last = parts.last().copied().unwrap_or_default();
    let is_in = |part: &str| parts.contains(&part);
    let is_conf = ends(name, ".conf");
    let unit = |part: &str| {
        UNITS.iter().any(|ending| {
            part.strip_suffix(".d")
                .is_some_and(|unit| unit.ends_with(ending))
        })
    };
    Some(match last {
        "sysctl.d" if is_conf => Format::Sysctl,
        "logrotate.d" => Format::Logrotate,
        "default" | "sysconfig" if is_in("etc") => Format::Environment,
        _ if is_conf && unit(last) => Format::Systemd,
        "sites-available" | "sites-enabled" | "snippets" if is_in("nginx") => Format::Nginx,
        "conf.d" if is_conf && (is_in("postgresql") || is_in("pgsql")) => Format::Postgresql,
        _ if is_conf && is_in("nginx") => Format::Nginx,
        _ if is_conf && (is_in("redis") || is_in("redis6") || is_in("valkey")) => Format::Redis,
        _ if ends(name, ".ini") && is_in("pgbouncer") => Format::Pgbouncer,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Format;

    fn of(path: &str) -> Option<(Format, String)> {
        let format = Format::of_path(path)?;
        Some((format, format.main_of_path(path)))
    }

    const CASES: &[(&str, Format, &str)] = &[
        (
            "/etc/postgresql/15/main/conf.d/90-tune.conf",
            Format::Postgresql,
            "/etc/postgresql/15/main/postgresql.conf",
        ),
        (
            "/var/lib/pgsql/data/postgresql.auto.conf",
            Format::Postgresql,
            "/var/lib/pgsql/data/postgresql.conf",
        ),
        (
            "/etc/nginx/sites-enabled/default",
            Format::Nginx,
            "/etc/nginx/nginx.conf",
        ),
        (
            "/etc/nginx/conf.d/a.conf",
            Format::Nginx,
            "/etc/nginx/nginx.conf",
        ),
        (
            "/opt/x/nginx/default.conf",
            Format::Nginx,
            "/opt/x/nginx/nginx.conf",
        ),
        ("/nginx.conf", Format::Nginx, "/nginx.conf"),
        (
            "/etc/redis/90-tune-cache.conf",
            Format::Redis,
            "/etc/redis/90-tune-cache.conf",
        ),
        (
            "/etc/sysctl.d/99-zz-tune.conf",
            Format::Sysctl,
            "/etc/sysctl.d/99-zz-tune.conf",
        ),
        (
            "/etc/systemd/system/a@1.service.d/90-tune.conf",
            Format::Systemd,
            "a@1.service",
        ),
        (
            "/etc/systemd/system/app.service",
            Format::Systemd,
            "app.service",
        ),
        (
            "/etc/logrotate.d/nginx",
            Format::Logrotate,
            "/etc/logrotate.conf",
        ),
        (
            "/opt/x/compose.override.yaml",
            Format::Compose,
            "/opt/x/compose.override.yaml",
        ),
        (
            "/docker-compose.yml",
            Format::Compose,
            "/docker-compose.yml",
        ),
        (
            "/opt/x/chat/tune.env",
            Format::Environment,
            "/opt/x/chat/tune.env",
        ),
        (
            "/srv/app/gunicorn.conf.py",
            Format::Python,
            "/srv/app/gunicorn.conf.py",
        ),
        (
            "/srv/api/ecosystem.config.js",
            Format::Javascript,
            "/srv/api/ecosystem.config.js",
        ),
        ("/tune.toml", Format::Toml, "/tune.toml"),
        ("/etc/fstab", Format::Fstab, "/etc/fstab"),
    ];

    #[test]
    fn a_path_tells_the_format_and_where_its_program_begins() {
        for &(path, format, main) in CASES {
            assert_eq!(of(path), Some((format, main.to_owned())), "{path}");
        }
        for path in [
            "/README.md",
            "/usr/local/lib/tune/swap.sh",
            "",
            "/",
            "/a/composer.yaml",
            "/etc/postgresql/15/main/pg_hba.conf",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
    }
}
