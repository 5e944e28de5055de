//! redis: `CONFIG GET` knows values, and no files.

use std::collections::BTreeMap;

use super::{Ran, Setting};

const OURS: &str = "/etc/redis/90-tune-cache.conf";
const MAIN: &str = "/etc/redis/redis.conf";
const MINE: &str = "/etc/redis/mine.conf";

const SCRIPT: &str = r#"
C=/etc/redis/redis.conf
r() { redis-cli -p 6379 "$@"; }
ask() { r config get '*'; }
serve() { redis-server $C --daemonize no >>"$HERE/log" 2>&1 & soon r ping; }
stop() { r shutdown nosave >/dev/null 2>&1; wait; }
install -d /var/log/redis /var/lib/redis /run/redis
serve
seen default
r config set maxmemory 5mb >/dev/null
r config rewrite >/dev/null
stop
sed -i 's/^appendonly no/appendonly  YES/' $C
printf 'client-output-buffer-limit pubsub 1gb 1mb 9\nmaxclients 500\nmaxclients 400\ninclude /etc/redis/mine.conf\n' >>$C
printf 'maxmemory-policy allkeys-lru\nsave 77 7\n' >/etc/redis/mine.conf
serve
seen changed
stop
patched 'etc/redis/*'
serve
seen planned
stop
echo 'maxclients 300' >>$C
serve
seen shadowed
stop
"#;

/// Sizes in bytes, as the server tells them.
fn plain(value: &str) -> String {
    let word = |word: &str| {
        let word = word.to_lowercase();
        let powers = [("kb", 1_u64 << 10), ("mb", 1 << 20), ("gb", 1 << 30)];
        let mut powers = powers.iter();
        powers
            .find_map(|(unit, bytes)| {
                let number: u64 = word.strip_suffix(unit)?.parse().ok()?;
                Some((number * bytes).to_string())
            })
            .unwrap_or(word)
    };
    let words: Vec<String> = value.split_whitespace().map(word).collect();
    words.join(" ").replace("\"\"", "")
}

fn held(ran: &Ran, name: &str) -> BTreeMap<String, String> {
    let said = ran.said(name);
    let lines: Vec<&str> = said.lines().collect();
    let mut held: BTreeMap<String, String> = lines
        .chunks(2)
        .filter_map(|two| Some((two.first()?.to_string(), two.get(1)?.to_string())))
        .collect();
    // normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60
    let limits = held["client-output-buffer-limit"].clone();
    let limits: Vec<&str> = limits.split(' ').collect();
    for class in limits.chunks(4) {
        let key = format!("client-output-buffer-limit {}", class[0]);
        held.insert(key, class[1..].join(" "));
    }
    held
}

fn planned(ran: &Ran, name: &str) -> Vec<Setting> {
    let mut all = ran.settings(name, OURS);
    all.retain(|one| one.key() != "include");
    all
}

#[test]
fn what_is_in_effect_and_who_wins_is_what_redis_says() {
    let ran = Ran::of(SCRIPT);
    for name in ["default", "changed", "planned", "shadowed"] {
        let held = held(&ran, name);
        for setting in planned(&ran, name) {
            assert_eq!(
                plain(setting.old()),
                held[setting.key()],
                "{name}: {setting:?}"
            );
        }
    }
    let stands = |key: &str| ran.setting("changed", OURS, key).place().0;
    for (key, file) in [
        ("maxmemory", MAIN),
        ("maxclients", MAIN),
        ("appendonly", MAIN),
        ("client-output-buffer-limit pubsub", MAIN),
        ("maxmemory-policy", MINE),
        ("save", MINE),
        ("maxmemory-clients", ""),
    ] {
        assert_eq!(stands(key), file, "{key}");
    }
    let after = held(&ran, "planned");
    for setting in planned(&ran, "planned") {
        assert_eq!(setting.place().0, OURS, "{setting:?}");
        assert_eq!(
            plain(setting.planned()),
            after[setting.key()],
            "{setting:?}"
        );
        assert!(!setting.is_change() && setting.winners().is_empty());
    }
    let last = ran.setting("shadowed", OURS, "maxclients");
    assert_eq!(last.old(), "300");
    let (file, line) = last.place();
    assert_eq!(last.winners(), [("wins", file.as_str(), line)]);
    assert_eq!(file, MAIN);
}
