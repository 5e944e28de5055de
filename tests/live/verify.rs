//! `tune verify` on a machine whose servers run with the files of a plan, and
//! then are changed by hand, in every way that they have. The machine is a
//! stage: `/etc` and the sockets, the network and the processes are its own.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::support::command::run_within;
use crate::support::place::Scratch;
use crate::support::stage::Stage;

/// Everything together, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(3);

/// Starts each server as its package does, with the plan's files in place.
/// `verify NAME` keeps what it says as JSON, its exit code and its time.
const START: &str = r#"set -u
cd /
PATH=$PATH:/usr/sbin:/usr/lib/postgresql/15/bin
tune() { "$TUNE" --profile t3.small --stack "$HERE/stack.toml" "$@"; }
verify() {
	local name=$1 began=$(date +%s%N)
	shift
	tune verify --format json "$@" >"$HERE/$name.json" 2>"$HERE/$name.err"
	echo $? >"$HERE/$name.code"
	echo $((($(date +%s%N) - began) / 1000000)) >"$HERE/$name.ms"
}
sql() { psql -U postgres -h /var/run/postgresql -XAtqc "$1" >/dev/null; }
soon() { local n; for n in $(seq 200); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "not in time: $*" >&2; exit 9; }
redis() { REDISCLI_AUTH=hunter2 redis-cli -s /run/tune-redis.sock "$@"; }
tune render -q -o "$HERE/tree" >/dev/null
cp -r "$HERE/tree/etc/." /etc/
start_postgresql() {
	local data=/var/lib/postgresql/15/main
	rm -rf "$data"
	mkdir -p /var/lib/postgresql/15 /var/run/postgresql
	chown postgres /var/lib/postgresql/15 /var/run/postgresql
	setpriv --reuid postgres --regid postgres --clear-groups initdb -A trust -N -D "$data" >/dev/null
	cat >/etc/postgresql/15/main/postgresql.conf <<-END
		data_directory = '$data'
		hba_file = '$data/pg_hba.conf'
		ident_file = '$data/pg_ident.conf'
		unix_socket_directories = '/var/run/postgresql'
		listen_addresses = ''
		include_dir = 'conf.d'
	END
	chmod -R a+rX /etc/postgresql
	setpriv --reuid postgres --regid postgres --clear-groups postgres \
		-c config_file=/etc/postgresql/15/main/postgresql.conf "$@" >"$HERE/pg.log" 2>&1 &
	POSTGRES=$!
	soon psql -U postgres -h /var/run/postgresql -XAtqc 'select 1'
}
start_redis() {
	cat >/etc/redis/redis.conf <<-END
		unixsocket /run/tune-redis.sock
		port 0
		requirepass hunter2
		include /etc/redis/90-tune-cache.conf
	END
	redis-server /etc/redis/redis.conf >"$HERE/redis.log" 2>&1 &
	REDIS=$!
	soon redis ping
}
"#;

const STACK: &str = "[services.db]\nkind = \"postgresql\"\nversion = 15\n\
    [services.cache]\nkind = \"redis\"\nrole = \"store\"\n\
    [services.web]\nkind = \"nginx\"\n";

/// A script after the start, and what it kept.
struct Ran(Scratch);

impl Ran {
    fn of(script: &str) -> Self {
        let scratch = Scratch::new();
        scratch.write("stack.toml", STACK);
        let stage = Stage::new();
        let mut command = stage.script(&format!("{START}{script}\nexit 0\n"));
        command
            .env("HERE", scratch.path())
            .env("TUNE", env!("CARGO_BIN_EXE_tune"));
        let outcome = run_within(PATIENCE, &mut command);
        assert!(outcome.succeeded(), "{}", outcome.said());
        Self(scratch)
    }

    fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn code(&self, name: &str) -> i32 {
        self.file(&format!("{name}.code")).trim().parse().unwrap()
    }

    fn milliseconds(&self, name: &str) -> u64 {
        self.file(&format!("{name}.ms")).trim().parse().unwrap()
    }

    fn said(&self, name: &str) -> Value {
        let text = self.file(&format!("{name}.json"));
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error}: {text}{}", self.file(&format!("{name}.err"))))
    }

    /// Why a setting drifted, each cause with who did it.
    fn causes(&self, name: &str, service: &str, key: &str) -> Vec<(String, String)> {
        let said = self.said(name);
        let settings = said["settings"].as_array().unwrap().clone();
        let mut settings = settings.iter();
        let setting = settings.find(|one| one["service"] == service && one["key"] == key);
        let Some(setting) = setting else {
            return Vec::new();
        };
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let drifts = setting["drifts"].as_array().unwrap().iter();
        drifts
            .map(|drift| (word(&drift["why"]), word(&drift["by"])))
            .collect()
    }
}

fn cause(why: &str, by: &str) -> Vec<(String, String)> {
    vec![(why.to_owned(), by.to_owned())]
}

#[test]
fn every_way_to_change_a_running_postgresql_is_named() {
    let ran = Ran::of(
        "start_postgresql -c maintenance_work_mem=7MB
        verify before
        sql 'create role app login'
        sql 'create database shop'
        sql \"alter system set work_mem = '64MB'\"
        sql 'alter role app set jit = on'
        sql 'alter database shop set random_page_cost = 3'
        sed -i 's/^max_wal_size.*/max_wal_size = 3GB/' /etc/postgresql/15/main/conf.d/90-tune.conf
        echo 'shared_buffers = 77MB' >/etc/postgresql/15/main/conf.d/95-mine.conf
        sql 'select pg_reload_conf()'
        sleep 1
        verify after",
    );
    let line = "the command line of the server";
    assert_eq!(
        ran.causes("before", "db", "maintenance_work_mem"),
        cause("told_otherwise", line)
    );
    for key in ["work_mem", "jit", "shared_buffers", "max_connections"] {
        assert_eq!(ran.causes("before", "db", key), [], "{key}");
    }
    let auto = "/var/lib/postgresql/15/main/postgresql.auto.conf";
    let mine = "/etc/postgresql/15/main/conf.d/95-mine.conf";
    for (key, why, by) in [
        ("maintenance_work_mem", "told_otherwise", line),
        ("work_mem", "shadowed", auto),
        ("jit", "told_otherwise", "ALTER ROLE app"),
        ("random_page_cost", "told_otherwise", "ALTER DATABASE shop"),
        ("max_wal_size", "edited", ""),
        ("shared_buffers", "shadowed", mine),
    ] {
        assert_eq!(ran.causes("after", "db", key), cause(why, by), "{key}");
    }
    assert_eq!(ran.code("after"), 1);
}

#[test]
fn a_server_waits_for_the_restart_that_a_file_needs() {
    let ran = Ran::of(
        "file=/etc/postgresql/15/main/conf.d/90-tune.conf
        cp $file /kept
        sed -i 's/^max_connections.*/max_connections = 77/' $file
        start_postgresql
        sleep 1.1
        cat /kept >$file
        sql 'select pg_reload_conf()'
        sleep 1
        verify after"
            .replace("/kept", "/run/kept")
            .as_str(),
    );
    assert_eq!(
        ran.causes("after", "db", "max_connections"),
        cause("needs_restart", "")
    );
}

#[test]
fn redis_told_at_run_time_is_named_and_its_password_is_not() {
    let ran = Ran::of(
        "start_redis
        verify before
        redis config set maxmemory 5mb
        redis config set save '60 1'
        verify after --all
        tune verify --all >\"$HERE/text\"
        tune verify --format prometheus -o \"$HERE/prom\"",
    );
    assert_eq!(ran.causes("before", "cache", "maxmemory"), []);
    let told = cause("told_otherwise", "");
    assert_eq!(ran.causes("after", "cache", "maxmemory"), told);
    assert_eq!(ran.causes("after", "cache", "save"), told);
    for face in ["after.json", "after.err", "text", "prom"] {
        assert!(!ran.file(face).contains("hunter2"), "{face}");
    }
}

#[test]
fn workers_of_nginx_are_counted_while_old_ones_leave() {
    let ran = Ran::of(
        "nginx -g 'daemon off;' >\"$HERE/nginx.log\" 2>&1 &
        NGINX=$!
        soon pgrep -P $NGINX
        sleep 0.5
        verify before
        sed -i 's/^worker_processes.*/worker_processes 5;/' /etc/nginx/nginx.conf
        kill -HUP $NGINX
        sleep 1.5
        verify after",
    );
    assert_eq!(ran.causes("before", "web", "worker_processes"), []);
    let why = &ran.causes("after", "web", "worker_processes");
    assert_eq!(why.len(), 1, "{why:?}");
    let said = ran.said("after");
    let settings = said["settings"].as_array().unwrap().clone();
    let mut settings = settings.iter();
    let count = settings
        .find(|one| one["key"] == "worker_processes")
        .unwrap();
    assert_eq!(count["running"][0]["value"], "5");
}

#[test]
fn whatever_hangs_the_answer_comes_within_five_seconds_and_names_it() {
    let ran = Ran::of(
        "start_postgresql
        start_redis
        kill -STOP $POSTGRES $REDIS
        verify stopped
        kill -CONT $POSTGRES $REDIS
        mkdir \"$HERE/bin\"
        printf '#!/bin/sh\nsleep 60\n' >\"$HERE/bin/psql\"
        chmod 755 \"$HERE/bin/psql\"
        PATH=$HERE/bin:$PATH verify sleeping
        rm /etc/redis/90-tune-cache.conf
        mkfifo /etc/redis/90-tune-cache.conf
        verify pipe
        mkdir /run/stuck
        exec 3<>/dev/fuse
        mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none /etc/nginx
        verify mounted",
    );
    for name in ["stopped", "sleeping", "pipe", "mounted"] {
        assert_eq!(ran.code(name), 2, "{name}");
        assert!(ran.milliseconds(name) < 5000, "{name}");
        assert_eq!(ran.said(name)["complete"], false, "{name}");
    }
    let unasked = |name: &str| ran.said(name)["unasked"].to_string();
    assert!(unasked("stopped").contains("psql gave no answer in time"));
    assert!(unasked("stopped").contains("redis-cli gave no answer in time"));
    assert!(unasked("sleeping").contains("psql gave no answer in time"));
    assert!(!unasked("sleeping").contains("redis-cli"));
    let unread = |name: &str| ran.said(name)["unread"].to_string();
    assert!(unread("pipe").contains("90-tune-cache.conf is a pipe"));
    let mounted = unread("mounted");
    assert!(mounted.contains("/etc/nginx/") && mounted.contains("gave no answer within"));
    // And what does not hang is known all the same.
    assert!(!mounted.contains("postgresql"), "{mounted}");
}

#[test]
fn metrics_are_read_by_prometheus_own_parser() {
    let ran = Ran::of("start_redis\ntune verify --format prometheus -o \"$HERE/prom\"\ntrue");
    let text = ran.0.path().join("prom");
    let parser = "import sys\n\
        from prometheus_client.parser import text_string_to_metric_families as parse\n\
        found = {m.name: m for m in parse(open(sys.argv[1]).read())}\n\
        assert all(m.type == 'gauge' and m.documentation for m in found.values()), found\n\
        print(' '.join(sorted(found)))\n";
    let names = parse(parser, &text);
    for name in ["tune_drift", "tune_settings", "tune_verify_success"] {
        assert!(names.contains(name), "{names}");
    }
    let beside = std::fs::read_dir(ran.0.path()).unwrap();
    let left = beside.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().contains("prom") && name != "prom"
    });
    assert_eq!(left.count(), 0, "nothing is left beside the file");
}

fn parse(program: &str, file: &Path) -> String {
    let mut python = crate::support::command::command("python3");
    python.arg("-c").arg(program).arg(file);
    crate::support::command::run(&mut python).expect("prometheus_client")
}
