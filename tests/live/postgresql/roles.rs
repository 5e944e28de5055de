//! `roles.sql` on a real server, twice.

use super::cluster::{Cluster, client};
use crate::support::command::run;
use crate::support::tree::every_golden_file;

const LIMITS: &str =
    "select rolname, rolconnlimit, rolconfig from pg_roles where rolname !~ '^pg_' order by 1";

/// The names in `ALTER ROLE "name" CONNECTION LIMIT n;`, and n.
fn limits(text: &str) -> Vec<(String, String)> {
    let limit = |line: &str| {
        let rest = line.trim().strip_prefix("ALTER ROLE \"")?;
        let (name, limit) = rest.split_once("\" CONNECTION LIMIT ")?;
        Some((
            name.replace("\"\"", "\""),
            limit.trim_end_matches(';').to_owned(),
        ))
    };
    text.lines().filter_map(limit).collect()
}

#[test]
fn roles_sql_sets_the_limits_and_a_second_run_changes_nothing() {
    let cluster = Cluster::with("");
    every_golden_file(
        |entry| entry.path.ends_with("roles.sql"),
        |tree, entry| {
            let meant = limits(&tree.read(&entry.path));
            if meant.is_empty() {
                return Some("it limits nobody".to_owned());
            }
            for (role, _) in &meant {
                cluster
                    .say(&format!(
                        "drop role if exists \"{role}\"; create role \"{role}\" login"
                    ))
                    .expect("a role");
            }
            let mut apply = client(&cluster.sockets, "postgres");
            apply
                .arg("--single-transaction")
                .arg("-f")
                .arg(tree.place(&entry.path));
            let first = run(&mut apply);
            let after_first = cluster.rows(LIMITS);
            let second = run(&mut apply);
            let after_second = cluster.rows(LIMITS);
            if !first.succeeded() || !second.succeeded() {
                return Some(first.said() + &second.said());
            }
            if after_first != after_second {
                return Some(format!("{after_first:?}, then {after_second:?}"));
            }
            meant.iter().find_map(|(role, limit)| {
                let row = after_first.iter().find(|row| &row[0] == role)?;
                let right = &row[1] == limit
                    && row[2].contains("statement_timeout=")
                    && row[2].contains("idle_in_transaction_session_timeout=");
                (!right).then(|| format!("{role} has {row:?}"))
            })
        },
    );
}

#[test]
fn a_role_can_open_as_many_connections_as_planned() {
    use crate::support::{place::Scratch, server::Server, tune::render};
    let scratch = Scratch::new();
    let tree = render(&scratch, "t3.small", "node-web");
    let roles = tree.only("roles.sql");
    let text = tree.read(&roles.path);
    let (role, limit) = limits(&text).remove(0);
    let limit: usize = limit.parse().unwrap();

    let cluster = Cluster::with(&tree.read(&tree.only("main/conf.d/90-tune.conf").path));
    cluster
        .say(&format!("create role \"{role}\" login"))
        .expect("a role");
    run(client(&cluster.sockets, "postgres")
        .arg("-f")
        .arg(tree.place(&roles.path)))
    .expect("roles.sql");
    let idle: Vec<Server> = (0..limit)
        .map(|n| {
            let mut session = client(&cluster.sockets, &role);
            session.args(["-c", "select pg_sleep(25)"]);
            Server::start(
                &format!("session{n}"),
                &session,
                None,
                nix::sys::signal::Signal::SIGTERM,
                scratch.path(),
            )
        })
        .collect();
    let open = format!("select count(*) from pg_stat_activity where usename = '{role}'");
    let mut last = idle.into_iter().collect::<Vec<_>>();
    last[limit - 1].wait_for("in", || cluster.rows(&open)[0][0] == limit.to_string());
    let one_more = run(client(&cluster.sockets, &role).args(["-c", "select 1"]));
    assert!(
        one_more.stderr.contains("too many connections for role"),
        "{}",
        one_more.said()
    );
}
