//! PostgreSQL: `pg_settings` names the file and the line of every value.

use std::collections::BTreeMap;

use super::{Ran, Setting};

const OURS: &str = "/etc/postgresql/15/main/conf.d/90-tune.conf";
const AUTO: &str = "/var/lib/postgresql/15/main/postgresql.auto.conf";
const MINE: &str = "/etc/postgresql/15/main/conf.d/95-mine.conf";

const SCRIPT: &str = r#"
D=/etc/postgresql/15/main
data=/var/lib/postgresql/15/main
as() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
sql() { psql -U postgres -h /var/run/postgresql -XAtqc "$1"; }
ask() { sql "select name, current_setting(name), coalesce(sourcefile, ''), coalesce(sourceline, 0) from pg_settings"; }
serve() {
	as postgres -D $data -c config_file=$D/postgresql.conf >>"$HERE/log" 2>&1 &
	soon sql 'select 1'
}
again() { chmod -R a+rX $D; as pg_ctl -s -w -m fast -D $data stop; serve; }
rm -rf $data
install -d -o postgres -g postgres /var/lib/postgresql/15 /var/run/postgresql
as initdb -A trust -N -D $data >/dev/null
printf 'local all all trust\n' >$D/pg_hba.conf
serve
seen default
sed -i 's/^#work_mem = .*/work_mem = 5MB/' $D/postgresql.conf
printf "max_wal_size = 3072MB\ninclude 'mine/more.conf'\n" >>$D/postgresql.conf
mkdir $D/mine
echo 'EFFECTIVE_IO_CONCURRENCY  7 # so' >$D/mine/more.conf
printf "random_page_cost = 2\njit = off\nmin_wal_size = 90MB\nmin_wal_size = '0.1GB'\n" >$D/conf.d/95-mine.conf
echo 'wal_compression = lz4' >$D/conf.d/10-mine.conf
for set in "maintenance_work_mem = '7MB'" 'jit = on' 'max_connections = 55'; do sql "alter system set $set"; done
again
seen changed
tune render -q -o "$HERE/tree"
cp "$HERE/tree$D/conf.d/90-tune.conf" $D/conf.d/
again
seen planned
as pg_ctl -s -w -m immediate -D $data stop
"#;

/// Value, file and line of every setting.
fn held(ran: &Ran, name: &str) -> BTreeMap<String, (String, String, u64)> {
    let said = ran.said(name);
    let rows = said.lines().map(|line| {
        let mut columns = line.split('|').map(str::to_owned);
        let mut next = || columns.next().unwrap_or_default();
        let (key, value, file) = (next(), next(), next());
        (key, (value, file, next().parse().unwrap_or(0)))
    });
    rows.collect()
}

/// What the server makes of a value that stands for another.
fn is(key: &str, value: &str, held: &str) -> bool {
    match (key, value) {
        // Its own file says -1: a 32nd of the shared buffers.
        ("wal_buffers", "-1") => held == "4MB",
        ("wal_compression", "on") => held == "pglz",
        _ => value == held,
    }
}

fn same_as_held(ran: &Ran, name: &str) {
    let held = held(ran, name);
    for setting in ran.settings(name, OURS) {
        let (value, file, line) = &held[setting.key()];
        assert!(
            is(setting.key(), setting.old(), value),
            "{setting:?}: {value}"
        );
        assert_eq!(setting.place(), (file.clone(), *line), "{setting:?}");
        assert_eq!(setting.is_default(), file.is_empty(), "{setting:?}");
    }
}

#[test]
fn what_is_in_effect_and_who_wins_is_what_postgresql_says() {
    let ran = Ran::of(SCRIPT);
    for name in ["default", "changed", "planned"] {
        same_as_held(&ran, name);
    }
    let main = "/etc/postgresql/15/main/postgresql.conf";
    let more = "/etc/postgresql/15/main/mine/more.conf";
    let after = held(&ran, "planned");
    let mut winners = BTreeMap::new();
    for setting in ran.settings("changed", OURS) {
        let (value, file, line) = &after[setting.key()];
        if let [winner] = setting.winners()[..] {
            assert_eq!(winner, ("wins", file.as_str(), *line), "{setting:?}");
            winners.insert(setting.key().to_owned(), file.clone());
        } else {
            assert_eq!(setting.winners(), [], "{setting:?}");
            assert_eq!(file, OURS, "{setting:?}");
            assert!(
                is(setting.key(), setting.planned(), value),
                "{setting:?}: {value}"
            );
        }
    }
    let expected = [
        ("effective_io_concurrency", more),
        ("jit", AUTO),
        ("maintenance_work_mem", AUTO),
        ("max_connections", AUTO),
        ("max_wal_size", main),
        ("min_wal_size", MINE),
        ("random_page_cost", MINE),
    ];
    let expected = expected.map(|(key, file)| (key.to_owned(), file.to_owned()));
    assert_eq!(winners, BTreeMap::from(expected));
    // With the plan in place only what another file wins over is left.
    let left = ran.settings("planned", OURS);
    let left = left.iter().filter(|one| one.is_change());
    let left: Vec<&Setting> = left.filter(|one| one.winners().is_empty()).collect();
    assert!(left.is_empty(), "{left:?}");
}
