//! A private PostgreSQL: its own data, its own socket, no network.

use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::Signal;

use crate::support::command::{Outcome, command, run};
use crate::support::place::{Scratch, give};
use crate::support::server::Server;

/// The account that it runs under, which the package makes.
pub(crate) const ACCOUNT: &str = "postgres";

/// The name of its socket in its directory: nothing listens on the network.
pub(crate) const PORT: u16 = 5432;

/// A data directory that nothing runs in.
pub(crate) struct Data {
    pub(crate) scratch: Scratch,
}

impl Data {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        scratch.directory("sock", ACCOUNT);
        let data = scratch.directory("data", ACCOUNT);
        let mut initdb = as_postgres("initdb");
        initdb
            .args([
                "-A",
                "trust",
                "-N",
                "-U",
                "postgres",
                "--locale=C.UTF-8",
                "-D",
            ])
            .arg(data);
        run(&mut initdb).expect("initdb");
        Self { scratch }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// What an installation's own postgresql.conf would say, and then a file.
    pub(crate) fn configure(&self, text: &str) {
        let sockets = self.scratch.path().join("sock");
        let own = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\ninclude_if_exists 'tune.conf'\n",
            sockets.display()
        );
        let data = self.path();
        for (name, text) in [("postgresql.conf", own.as_str()), ("tune.conf", text)] {
            std::fs::write(data.join(name), text).unwrap();
            give(&data.join(name), ACCOUNT);
        }
    }

    /// Starts it, inside of what `wrap` makes of the command.
    pub(crate) fn start(self, wrap: impl FnOnce(Command) -> Command) -> Cluster {
        let mut postgres = as_postgres("postgres");
        postgres.arg("-D").arg(self.path());
        let sockets = self.scratch.path().join("sock");
        let server = Server::start(
            "postgres",
            &wrap(postgres),
            None,
            Signal::SIGQUIT,
            self.scratch.path(),
        );
        let server = server.ready(|| psql(&sockets, "postgres", "select 1").succeeded());
        Cluster {
            server,
            sockets,
            data: self,
        }
    }
}

/// A running PostgreSQL.
pub(crate) struct Cluster {
    // The server ends before its directory goes.
    pub(crate) server: Server,
    pub(crate) sockets: PathBuf,
    pub(crate) data: Data,
}

impl Cluster {
    /// One that runs with a file.
    pub(crate) fn with(text: &str) -> Self {
        let data = Data::new();
        data.configure(text);
        data.start(|postgres| postgres)
    }

    /// The rows that a statement gives, columns between bars.
    pub(crate) fn rows(&self, statement: &str) -> Vec<Vec<String>> {
        let printed = self.say(statement).expect(statement);
        let row = |line: &str| line.split('|').map(str::to_owned).collect();
        printed.lines().map(row).collect()
    }

    pub(crate) fn say(&self, statement: &str) -> Outcome {
        psql(&self.sockets, "postgres", statement)
    }

    pub(crate) fn log(&self) -> String {
        self.server.log()
    }
}

/// A client's command, without the statement.
pub(crate) fn client(sockets: &Path, user: &str) -> Command {
    let mut psql = command("psql");
    psql.args([
        "-XAtq",
        "-v",
        "ON_ERROR_STOP=1",
        "-U",
        user,
        "-d",
        "postgres",
        "-h",
    ])
    .arg(sockets)
    .env("PGPORT", PORT.to_string())
    .env("PGCONNECT_TIMEOUT", "30");
    psql
}

fn psql(sockets: &Path, user: &str, statement: &str) -> Outcome {
    run(client(sockets, user).args(["-c", statement]))
}

/// One of its programs, under its account: it refuses to run as root. It ends
/// at once when the test is killed.
pub(crate) fn as_postgres(name: &str) -> Command {
    let mut command = command("setpriv");
    command
        .args([
            "--pdeathsig",
            "QUIT",
            "--reuid",
            ACCOUNT,
            "--regid",
            ACCOUNT,
            "--clear-groups",
            "--",
        ])
        .arg(crate::support::command::program(name))
        .current_dir("/");
    command
}
