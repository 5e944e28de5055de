//! PgBouncer in front of a PostgreSQL of its own, each from its file.

use std::path::Path;

use nix::sys::signal::Signal;

use crate::postgresql::cluster::{ACCOUNT, Cluster};
use crate::support::command::{Outcome, command, run};
use crate::support::lines::settings;
use crate::support::place::{Scratch, give};
use crate::support::server::Server;
use crate::support::tune::{render, stack_file};

const STACK: &str = r#"
[services.db]
kind = "postgresql"
version = 15
[services.pool]
kind = "pgbouncer"
uses = ["db"]
[services.api]
kind = "node"
uses = ["pool"]
"#;

/// The file of the installation, with private places, and everybody let in.
fn at_private_places(text: &str, scratch: &Scratch, database: &Path) -> String {
    let directory = scratch.path().display();
    let mut lines = Vec::new();
    for line in text.lines() {
        let key = line.split(' ').next().unwrap_or_default();
        lines.push(match key {
            "*" => format!("* = host={} port=5432", database.display()),
            "listen_addr" | "listen_port" | "logfile" | "pidfile" | "auth_file" => continue,
            "unix_socket_dir" => {
                format!("unix_socket_dir = {directory}/pool\nadmin_users = postgres")
            }
            "auth_type" => format!("auth_type = trust\nauth_file = {directory}/users"),
            "%include" => format!("%include {directory}/tune.ini"),
            _ => line.to_owned(),
        });
    }
    lines.join("\n") + "\n"
}

#[test]
fn pgbouncer_hands_queries_on_and_holds_every_setting() {
    let scratch = Scratch::new();
    let stack = stack_file(&scratch, STACK);
    let tree = render(&scratch, "t3.medium", &stack);
    let conf = tree.read(&tree.only("main/conf.d/90-tune.conf").path);
    let own = tree.read(&tree.only("90-tune-pool.ini").path);
    let main = tree.read(&tree.only("pgbouncer/pgbouncer.ini").path);

    let cluster = Cluster::with(&conf);
    let sockets = scratch.directory("pool", ACCOUNT);
    scratch.write("users", "\"postgres\" \"\"\n");
    scratch.write("tune.ini", &own);
    let file = scratch.write(
        "pgbouncer.ini",
        &at_private_places(&main, &scratch, &cluster.sockets),
    );
    give(&file, ACCOUNT);
    let mut pgbouncer = command("pgbouncer");
    pgbouncer.arg(&file);
    let server = Server::start(
        "pgbouncer",
        &pgbouncer,
        Some(ACCOUNT),
        Signal::SIGTERM,
        scratch.path(),
    );
    let ask = |database: &str, statement: &str| -> Outcome {
        let mut psql = command("psql");
        psql.args([
            "-XAtq", "-U", "postgres", "-p", "6432", "-d", database, "-c", statement, "-h",
        ]);
        run(psql.arg(&sockets))
    };
    let server = server.ready(|| ask("postgres", "select 1").stdout == "1\n");

    let config = ask("pgbouncer", "show config").expect("show config");
    let held = |key: &str| {
        config.lines().find_map(|line| {
            let mut columns = line.split('|');
            (columns.next() == Some(key)).then(|| columns.next().unwrap_or_default().to_owned())
        })
    };
    let planned = settings(&own, '=');
    assert!(planned.len() >= 7, "{planned:?}");
    for (key, value) in &planned {
        assert_eq!(held(key).as_ref(), Some(value), "{key}: {}", server.log());
    }
}
