//! Workers, counted whatever a manager believes; and what servers answer.

use super::*;
use crate::diff::{Drift, Looked, Old, SettingDifference, verify};

#[test]
fn workers_that_are_about_to_end_do_not_count() {
    let plan = planned("[services.web]\nkind = \"nginx\"\n");
    let mut machine = Machine::new();
    machine.process(10, 1, &["nginx: master process /usr/sbin/nginx"], "");
    machine.process(11, 10, &["nginx: worker process"], "");
    machine.process(12, 10, &["nginx: worker process"], "");
    machine.process(13, 10, &["nginx: worker process is shutting down"], "");
    machine.process(14, 10, &["nginx: cache manager process"], "");
    let runtime = machine.service(&plan, "web");
    assert_eq!(
        values(&runtime, "web", "worker_processes"),
        [("2".to_owned(), true)]
    );
    assert_eq!(
        runtime.values("web", "worker_processes")[0].since,
        Some(BOOT + 10)
    );
    machine.process(15, 10, &["nginx: worker process"], "");
    let runtime = machine.service(&plan, "web");
    assert_eq!(
        values(&runtime, "web", "worker_processes"),
        [("3".to_owned(), false)]
    );
}

#[test]
fn a_pool_of_threads_has_no_workers_to_count() {
    let plan = planned(
        "[services.q]\nkind = \"redis\"\nrole = \"broker\"\n\
         [services.jobs]\nkind = \"celery\"\napp = \"c\"\nuses = [\"q\"]\nconcurrency = 2\n",
    );
    let counted = |argv: &[&str]| {
        let mut machine = Machine::new();
        machine.process(10, 1, argv, "");
        machine.process(11, 10, argv, "");
        values(
            &machine.service(&plan, "jobs"),
            "jobs",
            "worker_concurrency",
        )
    };
    let argv = ["/v/bin/python3", "/v/bin/celery", "-A", "c", "worker"];
    assert_eq!(counted(&argv), [("1".to_owned(), false)]);
    for pool in ["--pool=threads", "-Pgevent"] {
        assert!(counted(&[argv.as_slice(), &[pool]].concat()).is_empty());
    }
    let title = "[celeryd: celery@h:MainProcess] -active- (-A c worker -P threads)";
    assert!(counted(&[title]).is_empty());
}

const TWO_APPS: &str = "runtime = \"pm2\"\n\
    [services.api]\nkind = \"node\"\ninstances = 2\ncwd = \"/srv/api\"\nport = 3000\n\
    [services.shop]\nkind = \"node\"\ninstances = 2\ncwd = \"/srv/shop\"\nport = 3010\n";

#[test]
fn a_manager_s_processes_are_told_apart_by_their_directories() {
    let plan = planned(TWO_APPS);
    let mut machine = Machine::new();
    machine.process(10, 1, &["PM2 v6.0.13: God Daemon (/root/.pm2)"], "");
    machine.process(11, 10, &["node /srv/api/server.js"], "");
    machine.process(12, 10, &["node /srv/api/server.js"], "");
    machine.process(13, 10, &["node /srv/shop/server.js"], "");
    machine.process(14, 10, &["node /root/.pm2/modules/x/app.js"], "");
    machine.process(15, 1, &["node", "/srv/api/by-hand.js"], "");
    let api = machine.service(&plan, "api");
    assert_eq!(values(&api, "api", "instances"), [("2".to_owned(), true)]);
    let shop = machine.service(&plan, "shop");
    assert_eq!(
        values(&shop, "shop", "instances"),
        [("1".to_owned(), false)]
    );
}

fn asked(stack: &str, format: Format, argv: &[&str], says: &'static str) -> Runtime {
    let plan = planned(stack);
    let mut machine = Machine::new();
    machine.process(10, 1, argv, "");
    let table = machine.table();
    let reading = reading(format);
    Runtime::service(
        &machine.0,
        &plan,
        "x",
        &table,
        Some(&reading),
        &Says(Ok(says)),
    )
}

#[test]
fn postgresql_says_what_waits_for_a_restart_and_who_set_what() {
    let stack = "[services.x]\nkind = \"postgresql\"\nconnections = 50\n[services.x.settings]\nwork_mem = \"8MB\"\njit = \"off\"\n";
    let says = "setting\tmax_connections\t50\ttrue\t\n\
        setting\twork_mem\t16MB\tfalse\tthe command line of the server\n\
        own\tjit\ton\tshop\t\nown\tjit\ton\t\tapp\nown\tjit\toff\tshop\tapp\n";
    let runtime = asked(stack, Format::Postgresql, &["postgres"], says);
    let connections = &runtime.values("x", "max_connections")[0];
    assert!(connections.pending && connections.holds);
    assert_eq!(connections.since, Some(BOOT + 10));
    let work_mem = &runtime.values("x", "work_mem")[0];
    assert!(!work_mem.holds);
    assert_eq!(
        work_mem.by.as_deref(),
        Some("the command line of the server")
    );
    let jit: Vec<_> = runtime
        .values("x", "jit")
        .iter()
        .map(|value| (value.by.as_deref().unwrap(), value.holds))
        .collect();
    assert_eq!(
        jit,
        [
            ("ALTER ROLE shop", false),
            ("ALTER DATABASE app", false),
            ("ALTER ROLE shop IN DATABASE app", true),
        ]
    );
}

#[test]
fn what_a_role_was_to_be_told_and_was_not_is_seen() {
    let stack = "[services.x]\nkind = \"postgresql\"\n\
        [services.app]\nkind = \"gunicorn\"\napp = \"m:app\"\nuses = [\"x\"]\n";
    let says = "setting\tmax_connections\t1\tfalse\t\nrole\tapp\t-1\t\t\n";
    let runtime = asked(stack, Format::Postgresql, &["postgres"], says);
    assert_eq!(
        values(&runtime, "x", "connection_limit.app"),
        [("-1".to_owned(), false)]
    );
    assert_eq!(
        values(&runtime, "x", "statement_timeout.app"),
        [("not set".to_owned(), false)]
    );
}

#[test]
fn redis_says_each_class_of_clients_by_itself() {
    let stack = "[services.x]\nkind = \"redis\"\n";
    let says = "maxmemory-policy\nnoeviction\nsave\n\nrequirepass\nhidden\n\
        client-output-buffer-limit\nnormal 16777216 8388608 60 slave 1 2 3 pubsub 4 5 6\n";
    let runtime = asked(stack, Format::Redis, &["redis-server *:6379"], says);
    assert_eq!(
        values(&runtime, "x", "maxmemory-policy"),
        [("noeviction".to_owned(), false)]
    );
    assert_eq!(runtime.values("x", "save").len(), 1);
    let key = "client-output-buffer-limit normal";
    assert_eq!(runtime.values("x", key).len(), 1);
    assert!(
        runtime.values("x", "requirepass").is_empty(),
        "not the plan's"
    );
}

#[test]
fn pgbouncer_shows_its_config() {
    let stack = "[services.db]\nkind = \"postgresql\"\n[services.x]\nkind = \"pgbouncer\"\nuses = [\"db\"]\npool_mode = \"session\"\n";
    let says = "pool_mode\ttransaction\tsession\tyes\n";
    let runtime = asked(
        stack,
        Format::Pgbouncer,
        &["/usr/sbin/pgbouncer", "/x.ini"],
        says,
    );
    assert_eq!(
        values(&runtime, "x", "pool_mode"),
        [("transaction".to_owned(), false)]
    );
}

#[test]
fn what_waits_for_a_restart_and_has_its_value_has_not_drifted() {
    let stack = "[services.x]\nkind = \"postgresql\"\nconnections = 50\n";
    let drifts = |value: &str| {
        let says = format!("setting\tmax_connections\t{value}\ttrue\t\n");
        let says: &'static str = Box::leak(says.into_boxed_str());
        let runtime = asked(stack, Format::Postgresql, &["postgres"], says);
        let same = SettingDifference {
            service: "x".to_owned(),
            path: "/etc/x.conf".to_owned(),
            within: Vec::new(),
            key: "max_connections".to_owned(),
            old: Old::Default("50".to_owned()),
            new: Some("50".to_owned()),
            delta: None,
            same: true,
            shadows: Vec::new(),
            running: Vec::new(),
            secret: false,
            why: String::new(),
            source: String::new(),
            needs: None,
            planned: true,
        };
        let mut looked = Looked {
            runtime,
            ..Looked::default()
        };
        looked.differences.settings.push(same);
        let verified = verify(&planned(stack), &[], &looked);
        let mut rows = verified.rows.into_iter();
        rows.find(|row| row.key == "max_connections")
            .unwrap()
            .drifts
    };
    assert_eq!(drifts("50"), []);
    let waits = Drift::NeedsRestart {
        since: Some(BOOT + 10),
    };
    assert_eq!(drifts("40"), [waits]);
}
