//! What a running server says of its settings: `pg_settings`, what roles and
//! databases have of their own, and the limits of roles.

use crate::services::live::no_environment;
use crate::services::{Answer, Live, Question};

pub(super) const LIVE: Live = Live {
    programs: &["postgres", "postmaster"],
    through: &[],
    workers: None,
    question: Some(Question {
        program: "psql",
        arguments,
        environment: no_environment,
        answers,
        as_owner: true,
    }),
};

/// Where Debian's and Red Hat's packages put the socket.
const SOCKETS: &str = "/var/run/postgresql";
const PORT: &str = "5432";

/// Lines of: what it is, name, value, whether a restart is waited for, what set it.
/// What holds in the session that asks says nothing of others: roles and
/// databases follow by themselves.
/// Source: <https://www.postgresql.org/docs/15/view-pg-settings.html>,
/// <https://www.postgresql.org/docs/15/catalog-pg-db-role-setting.html>
const QUERY: &str = "\
SELECT 'setting', name, current_setting(name), pending_restart::text, \
  CASE source WHEN 'command line' THEN 'the command line of the server' \
  WHEN 'environment variable' THEN 'the environment of the server' ELSE '' END \
  FROM pg_settings WHERE source NOT IN ('client', 'session', 'user', 'database', 'database user') \
UNION ALL SELECT 'own', split_part(entry, '=', 1), substr(entry, strpos(entry, '=') + 1), \
  coalesce(rolname, ''), coalesce(datname, '') \
  FROM pg_db_role_setting s CROSS JOIN unnest(setconfig) entry \
  LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase \
UNION ALL SELECT 'role', rolname, rolconnlimit::text, '', '' FROM pg_roles WHERE rolconnlimit >= 0 OR rolcanlogin";

fn arguments(in_effect: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let sockets = in_effect("unix_socket_directories");
    let first = sockets.as_deref().and_then(|all| all.split(',').next());
    let socket = first.map(str::trim).filter(|path| path.starts_with('/'));
    let port = in_effect("port").unwrap_or_else(|| PORT.to_owned());
    let words = [
        "--no-password",
        "--no-psqlrc",
        "--no-align",
        "--tuples-only",
        "--field-separator=\t",
        "--host",
        socket.unwrap_or(SOCKETS),
        "--port",
        port.as_str(),
        "--dbname",
        "postgres",
        "--command",
        QUERY,
    ];
    words.into_iter().map(str::to_owned).collect()
}

fn answers(text: &str) -> Result<Vec<Answer>, String> {
    let mut answers = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            ["setting", name, value, pending, by] => answers.push(Answer {
                key: (*name).to_owned(),
                name: (*name).to_owned(),
                value: (*value).to_owned(),
                pending: *pending == "true",
                by: Some((*by).to_owned()).filter(|by| !by.is_empty()),
            }),
            ["own", name, value, role, database] => {
                answers.extend(own(name, value, role, database));
            }
            ["role", name, limit, _, _] => {
                let key = format!("connection_limit.{name}");
                answers.push(answer(key, name, limit, None));
            }
            // A value may hold a line end; its line alone says nothing.
            _ => {}
        }
    }
    if answers.is_empty() {
        return Err("the server named no setting".to_owned());
    }
    Ok(answers)
}

fn answer(key: String, name: &str, value: &str, by: Option<String>) -> Answer {
    Answer {
        key,
        name: name.to_owned(),
        value: value.to_owned(),
        pending: false,
        by,
    }
}

/// What a role or a database has of its own: where the plan sets it for the
/// role, and where it wins over the server's.
fn own(name: &str, value: &str, role: &str, database: &str) -> Vec<Answer> {
    let by = match (role, database) {
        (role, "") => format!("ALTER ROLE {role}"),
        ("", database) => format!("ALTER DATABASE {database}"),
        (role, database) => format!("ALTER ROLE {role} IN DATABASE {database}"),
    };
    let mut found = vec![answer(name.to_owned(), name, value, Some(by))];
    if database.is_empty() {
        found.push(answer(format!("{name}.{role}"), name, value, None));
    }
    found
}
