//! PostgreSQL held to its 512 MiB while 45 sessions join, aggregate and sort:
//! with the file of the plan all of them finish, with the document's own
//! figures the kernel kills it.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::cluster::{Cluster, Data, client};
use crate::support::memory_group::MemoryGroup;
use crate::support::place::Scratch;
use crate::support::server::Server;
use crate::support::tune::render;

const SHARE: u64 = 512 << 20;
const SESSIONS: usize = 45;

/// The document's figures, and nothing beside them.
const DOCUMENT: &str = "max_connections = 50\nshared_buffers = 128MB\neffective_cache_size = 512MB\n\
    maintenance_work_mem = 32MB\nwork_mem = 2MB\nwal_buffers = 4MB\ncheckpoint_completion_target = 0.9\n\
    random_page_cost = 1.1\neffective_io_concurrency = 200\n";

/// Two tables, and a report over them whose filter the planner misjudges as
/// planners do: its cost is past what makes the server compile a query.
const TABLES: &str = "create table a as select n as id, n % 1000 as g, md5(n::text) as t from generate_series(1, 40000) n;
    create table b as select n as id, n % 1000 as g, md5((n * 7)::text) as t from generate_series(1, 40000) n";
const REPORT: &str =
    "select a.t, b.id, max(b.t) as m, count(*), sum(a.id), avg(b.id) from a join b on a.g = b.g
    where a.id * 7 % 1000 < 20 group by a.t, b.id order by m, a.t";

/// Taken by the test: every session waits for it with its report in memory,
/// so that none is done before the last has begun.
const GATE: &str = "select pg_advisory_lock(1)";
const OPEN_THE_GATE: &str =
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gate'";
const AT_THE_GATE: &str = "select count(*) from pg_stat_activity where application_name = 'report' and wait_event = 'advisory'";

/// A server in a group of its own, and what its sessions run.
struct Load {
    // Sessions end first, then the server, then its group.
    sessions: Vec<Server>,
    gate: Server,
    cluster: Cluster,
    group: MemoryGroup,
    _scratch: Scratch,
}

impl Load {
    fn begin(name: &str, conf: &str) -> Self {
        let scratch = Scratch::new();
        let group = MemoryGroup::new(name, SHARE);
        let data = Data::new();
        data.configure(conf);
        let cluster = data.start(|postgres| group.holding(&postgres));
        cluster.say(TABLES).expect("tables");
        cluster.say("vacuum analyze").expect("statistics");
        let session = |name: &str, user: &str, statements: &[&str]| {
            let mut psql = client(&cluster.sockets, user);
            for statement in statements {
                psql.args(["-c", statement]);
            }
            Server::start(name, &psql, None, Signal::SIGTERM, scratch.path())
        };
        let gate = session(
            "gate",
            "postgres",
            &[
                "set application_name = 'gate'",
                GATE,
                "select 'closed'",
                "select pg_sleep(600)",
            ],
        );
        let gate = gate.when_it_says("closed");
        let cursor = format!("declare c cursor for {REPORT}");
        let report = [
            "set application_name = 'report'",
            "set cursor_tuple_fraction = 1",
            "begin",
            &cursor,
            "fetch 1 from c",
            "select pg_advisory_lock_shared(1)",
            "select 'finished'",
            "commit",
        ];
        let sessions = (0..SESSIONS)
            .map(|n| session(&format!("session{n}"), "postgres", &report))
            .collect();
        Self {
            sessions,
            gate,
            cluster,
            group,
            _scratch: scratch,
        }
    }

    /// Until every session holds its report, or the kernel has killed one.
    fn until_full_or_killed(&mut self) {
        let Self { cluster, group, .. } = self;
        let sockets = cluster.sockets.clone();
        cluster.server.wait_for("full", || {
            let mut psql = client(&sockets, "postgres");
            let waiting = crate::support::command::run(psql.args(["-c", AT_THE_GATE]));
            group.killed() > 0 || waiting.stdout.trim() == SESSIONS.to_string()
        });
    }

    /// Opens the gate; how many sessions finish their report.
    fn finish(self) -> usize {
        let Self {
            sessions,
            gate: _gate,
            cluster,
            group: _group,
            ..
        } = self;
        // A client's end alone is not noticed by a server that sleeps for it.
        let _ = cluster.say(OPEN_THE_GATE);
        let deadline = Instant::now() + Duration::from_mins(2);
        let left = || deadline.saturating_duration_since(Instant::now());
        let said = sessions
            .into_iter()
            .filter_map(|session| session.end(left()));
        said.filter(|said| said.contains("finished")).count()
    }
}

#[test]
fn the_file_of_the_plan_holds_its_share_under_45_reports() {
    let scratch = Scratch::new();
    let tree = render(&scratch, "t3.small", "node-web");
    let conf = tree.read(&tree.only("main/conf.d/90-tune.conf").path);
    assert!(
        conf.contains("\nmax_connections = 50\n") && conf.contains("\nshared_buffers = 128MB\n"),
        "{conf}"
    );
    let mut load = Load::begin("planned", &conf);
    load.until_full_or_killed();
    assert_eq!(load.group.killed(), 0, "{}", load.cluster.log());
    let held = load.group.held();
    assert!(held < SHARE * 9 / 10, "{} MiB are held", held >> 20);
    assert_eq!(load.finish(), SESSIONS);
}

#[test]
fn the_figures_of_the_document_alone_are_killed_under_45_reports() {
    let mut load = Load::begin("document", DOCUMENT);
    load.until_full_or_killed();
    assert!(
        load.group.killed() > 0,
        "{} MiB are held",
        load.group.held() >> 20
    );
    // One session's death resets the server: all lose their work.
    assert_eq!(load.finish(), 0);
}
