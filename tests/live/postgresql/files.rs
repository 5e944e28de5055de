//! `postgres -C` on every golden file, without starting a server.

use std::path::{Path, PathBuf};

use super::cluster::{ACCOUNT, Cluster, as_postgres};
use super::values::Parameters;
use crate::support::command::{Outcome, run};
use crate::support::lines::settings;
use crate::support::place::{Scratch, give, set_mode};
use crate::support::tree::every_golden_file;

/// Parameters that came after 15, which the tried server cannot know.
const LATER: &[&str] = &[
    "io_method",
    "io_workers",
    "autovacuum_worker_slots",
    "io_combine_limit",
];

/// Parameters whose value the server is asked for one by one; all of them are
/// read, since an unknown name or a bad value ends the program.
const ASKED: &[&str] = &[
    "shared_buffers",
    "work_mem",
    "max_connections",
    "maintenance_work_mem",
    "effective_cache_size",
    "wal_buffers",
    "max_wal_size",
    "random_page_cost",
    "jit",
];

/// What `postgres -C` needs of a data directory, and no more: the files
/// that it looks at, so that a running server is not in the way.
struct Desk {
    scratch: Scratch,
}

impl Desk {
    fn new(from: &Path) -> Self {
        let scratch = Scratch::new();
        let data = scratch.directory("data", ACCOUNT);
        set_mode(&data, 0o700);
        scratch.directory("data/global", ACCOUNT);
        for name in ["PG_VERSION", "postgresql.auto.conf", "global/pg_control"] {
            std::fs::copy(from.join(name), data.join(name)).unwrap();
            give(&data.join(name), ACCOUNT);
        }
        Self { scratch }
    }

    /// A configuration that includes the text.
    fn lay(&self, text: &str) -> PathBuf {
        self.scratch.write("90-tune.conf", text);
        let own = self
            .scratch
            .write("postgresql.conf", "include '90-tune.conf'\n");
        self.scratch.write("pg_hba.conf", "");
        own
    }

    fn ask(&self, file: &Path, parameter: &str) -> Outcome {
        let mut postgres = as_postgres("postgres");
        postgres.arg("-D").arg(self.scratch.path().join("data"));
        let file = format!("--config-file={}", file.display());
        run(postgres.args([&file, "-C", parameter]))
    }
}

#[test]
fn postgres_reads_every_golden_file() {
    let cluster = Cluster::with("");
    let known = Parameters::of(&cluster);
    let desk = Desk::new(&cluster.data.path());
    every_golden_file(
        |entry| entry.program() == "postgres",
        |tree, entry| {
            let text = tree.read(&entry.path);
            let all = settings(&text, '=');
            let unknown = all
                .keys()
                .find(|name| !known.knows(name) && !LATER.contains(&name.as_str()));
            if let Some(name) = unknown {
                return Some(format!("there is no parameter {name}"));
            }
            let readable: Vec<&str> = text
                .lines()
                .filter(|line| !LATER.iter().any(|later| line.starts_with(later)))
                .collect();
            let file = desk.lay(&(readable.join("\n") + "\n"));
            let size = desk.ask(&file, "shared_memory_size");
            // What it read fits together; it then says what it read.
            if !size.succeeded() || !size.stderr.is_empty() {
                return Some(size.said());
            }
            ASKED.iter().find_map(|name| {
                let meant = all.get(*name)?;
                let held = desk.ask(&file, name);
                (!known.same(name, meant, held.stdout.trim()))
                    .then(|| format!("{name} = {meant} is read as {}", held.said()))
            })
        },
    );
}

#[test]
fn a_wrong_file_is_told_from_a_right_one() {
    let cluster = Cluster::with("");
    let desk = Desk::new(&cluster.data.path());
    for (line, says) in [
        (
            "no_such_parameter = 1",
            "unrecognized configuration parameter",
        ),
        ("work_mem = 12XB", "invalid value"),
        ("max_connections = 2", "superuser_reserved_connections"),
    ] {
        let outcome = desk.ask(&desk.lay(line), "shared_memory_size");
        assert!(
            !outcome.succeeded() && outcome.stderr.contains(says),
            "{line}: {}",
            outcome.said()
        );
    }
}
