//! PgBouncer: `SHOW CONFIG` knows values, and no files.

use std::collections::BTreeMap;

use super::{Ran, Setting};

const OURS: &str = "/etc/pgbouncer/90-tune-pool.ini";
const MAIN: &str = "/etc/pgbouncer/pgbouncer.ini";
const MINE: &str = "/etc/pgbouncer/mine.ini";

const SCRIPT: &str = r#"
C=/etc/pgbouncer/pgbouncer.ini
q() { psql -XAtq -U pgbouncer -p 6432 -h 127.0.0.1 -d pgbouncer -c "$1"; }
ask() { q 'show config'; }
serve() {
	chown -R postgres /etc/pgbouncer
	setpriv --reuid postgres --regid postgres --init-groups pgbouncer $C >>"$HERE/log" 2>&1 &
	soon q 'show version'
}
stop() { q shutdown >/dev/null 2>&1; wait; rm -f /var/run/postgresql/pgbouncer.pid; }
install -d -o postgres /var/run/postgresql /var/log/postgresql
printf '"pgbouncer" ""\n' >/etc/pgbouncer/userlist.txt
sed -i 's/^auth_type.*/auth_type = trust/; s/^;*admin_users.*/admin_users = pgbouncer/' $C
serve
seen default
stop
sed -i 's/^;*default_pool_size.*/default_pool_size  =7/; s/^;*query_wait_timeout.*/query_wait_timeout=11 /' $C
printf 'max_client_conn = 33\nmax_client_conn = 44\n%%include /etc/pgbouncer/mine.ini\n' >>$C
printf 'pool_mode = statement\nmax_db_connections = 5\n' >/etc/pgbouncer/mine.ini
serve
seen changed
stop
patched 'etc/pgbouncer/*'
serve
seen planned
stop
echo 'default_pool_size = 3' >>$C
serve
seen shadowed
stop
"#;

fn held(ran: &Ran, name: &str) -> BTreeMap<String, String> {
    let said = ran.said(name);
    let rows = said.lines().filter_map(|line| {
        let mut columns = line.split('|').map(str::to_owned);
        Some((columns.next()?, columns.next()?))
    });
    rows.collect()
}

fn planned(ran: &Ran, name: &str) -> Vec<Setting> {
    let mut all = ran.settings(name, OURS);
    all.retain(|one| one.key() != "%include");
    all
}

#[test]
fn what_is_in_effect_and_who_wins_is_what_pgbouncer_says() {
    let ran = Ran::of(SCRIPT);
    for name in ["default", "changed", "planned", "shadowed"] {
        let held = held(&ran, name);
        for setting in planned(&ran, name) {
            assert_eq!(setting.old(), held[setting.key()], "{name}: {setting:?}");
        }
    }
    for (key, file) in [
        ("default_pool_size", MAIN),
        ("query_wait_timeout", MAIN),
        ("max_client_conn", MAIN),
        ("pool_mode", MINE),
        ("max_db_connections", MINE),
        ("server_lifetime", ""),
    ] {
        assert_eq!(ran.setting("changed", OURS, key).place().0, file, "{key}");
    }
    for setting in planned(&ran, "planned") {
        assert_eq!(setting.place().0, OURS, "{setting:?}");
        assert!(!setting.is_change() && setting.winners().is_empty());
    }
    let last = ran.setting("shadowed", OURS, "default_pool_size");
    let (file, line) = last.place();
    assert_eq!((last.old(), file.as_str()), ("3", MAIN));
    assert_eq!(last.winners(), [("wins", MAIN, line)]);
}
