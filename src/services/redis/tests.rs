//! A test for each row of the formulas.

use crate::plan::Plan;
use crate::services::trial::{failing, planned, refused, service, setting, text};
use crate::services::{Meets, Settled};
use crate::setting::{Activation, Value};
use crate::units::Bytes;

fn one(keys: &str) -> String {
    format!("[services.r]\nkind = \"redis\"\n{keys}\n")
}

fn value(host: &str, keys: &str, key: &str) -> String {
    text(service(&planned(host, &one(keys)), "r"), key)
}

fn settled(plan: &Plan) -> Settled {
    service(plan, "r").settled.clone().unwrap()
}

fn has(keys: &str, key: &str) -> bool {
    let plan = planned("t3.small", &one(keys));
    settled(&plan)
        .settings
        .iter()
        .any(|setting| setting.key == key)
}

const SMALL: &str = "memory = \"64MiB\"";

#[test]
fn maxmemory_by_persistence() {
    // 0.8 x (64 - 10); (64 - 12) / 2.2.
    assert_eq!(value("t3.small", SMALL, "maxmemory"), "43mb");
    let broker = format!("{SMALL}\nrole = \"broker\"");
    assert_eq!(value("t3.small", &broker, "maxmemory"), "23mb");
    let volatile = format!("{broker}\npersistence = \"none\"");
    assert_eq!(value("t3.small", &volatile, "maxmemory"), "43mb");
    // Twice the data and the process fit wherever a save copies them.
    for memory in [22, 40, 64, 300, 1024] {
        let keys = format!("role = \"store\"\nmemory = \"{memory}MiB\"");
        let plan = planned("t3.small", &one(&keys));
        let Value::Size(data) = setting(service(&plan, "r"), "maxmemory").value else {
            panic!("a size")
        };
        assert!(data.times(2).plus(Bytes::mib(10)) <= Bytes::mib(memory));
    }
}

#[test]
fn the_policy_by_role() {
    let policy = |keys: &str| value("t3.small", keys, "maxmemory-policy");
    assert_eq!(policy(""), "allkeys-lru");
    assert_eq!(
        policy("role = \"cache\"\npersistence = \"rdb\""),
        "allkeys-lru"
    );
    assert_eq!(policy("role = \"broker\""), "noeviction");
    assert_eq!(policy("role = \"store\""), "noeviction");
}

#[test]
fn persistence_by_role() {
    let all = |keys: &str| ["save", "appendonly"].map(|key| value("t3.small", keys, key));
    assert_eq!(all(""), ["", "no"]);
    assert_eq!(all("role = \"broker\""), ["", "yes"]);
    assert_eq!(all("role = \"store\""), ["", "yes"]);
    assert_eq!(
        all("role = \"store\"\npersistence = \"rdb\""),
        ["300 1", "no"]
    );
    let appends = value("t3.small", "role = \"broker\"", "appendfsync");
    assert_eq!(appends, "everysec");
}

#[test]
fn clients_by_what_they_hold() {
    // A tenth of 43 MiB, 40 KiB each.
    assert_eq!(value("t3.small", SMALL, "maxmemory-clients"), "4403kb");
    assert_eq!(value("t3.small", SMALL, "maxclients"), "110");
    let stated = "connections = 500";
    assert_eq!(value("t3.small", stated, "maxclients"), "500");
    assert_eq!(value("r6i.4xlarge", "", "maxclients"), "10000");
    let normal = "client-output-buffer-limit normal";
    assert_eq!(value("t3.small", SMALL, normal), "2201kb 1100kb 60");
    assert_eq!(value("r6i.4xlarge", "", normal), "16mb 8mb 60");
    let plan = planned("r6i.4xlarge", &one(""));
    assert_eq!(
        settled(&plan).open_files.as_ref().unwrap().whole(),
        10_032,
        "maxclients + 32"
    );
}

#[test]
fn nothing_newer_than_the_version() {
    assert!(has("version = 7", "maxmemory-clients"));
    assert!(!has("version = \"6.2\"", "maxmemory-clients"));
    assert!(has("version = \"6.2\"", "client-query-buffer-limit"));
    assert!(has(
        "version = 6\nprogram = \"valkey\"",
        "maxmemory-clients"
    ));
    let file = |version: &str| {
        let text = format!(
            "{}{}",
            one(version),
            one("port = 6380").replace(".r]", ".other]")
        );
        let plan = planned("t3.small", &text);
        let files = settled(&plan).files;
        let main = files
            .iter()
            .find(|file| file.meets == Meets::Merge)
            .unwrap();
        main.facts["appenddirname"].clone()
    };
    assert_eq!(file("version = 7"), "appendonlydir-r");
    assert!(file("version = \"6.2\"").is_null());
}

#[test]
fn threads_from_four_processors_on() {
    assert!(!has("", "io-threads"));
    assert_eq!(value("m6i.xlarge", "", "io-threads"), "3");
    assert_eq!(value("m6i.4xlarge", "", "io-threads"), "8");
    // Earned by credits, they are not there all the time.
    let plan = planned("t3.xlarge", &one(""));
    assert!(
        settled(&plan)
            .settings
            .iter()
            .all(|s| s.key != "io-threads")
    );
}

#[test]
fn overcommit_only_where_it_forks() {
    let wants = |keys: &str| settled(&planned("t3.small", &one(keys))).offers.kernel;
    assert!(wants("").is_empty());
    assert_eq!(wants("role = \"broker\"")[0].key, "vm.overcommit_memory");
    assert_eq!(wants("persistence = \"rdb\"")[0].value, 1);
}

#[test]
fn a_file_of_its_own_and_one_line_in_the_users() {
    let plan = planned("t3.small", &one(""));
    let settled = settled(&plan);
    let paths: Vec<_> = settled
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.meets))
        .filter(|(path, _)| path.starts_with("/etc/redis"))
        .collect();
    assert_eq!(
        paths,
        [
            ("/etc/redis/90-tune-r.conf", Meets::Own),
            ("/etc/redis/redis.conf", Meets::Merge)
        ]
    );
    let include = setting(service(&plan, "r"), "include");
    assert_eq!(include.text, "/etc/redis/90-tune-r.conf");
    assert_eq!(settled.units[0].name, "redis-server.service");
    let live = setting(service(&plan, "r"), "maxmemory").activation;
    assert_eq!(live, Activation::Live);
}

#[test]
fn where_each_distribution_keeps_it() {
    let place = |head: &str, keys: &str| {
        let plan = planned("t3.small", &format!("layout = \"{head}\"\n{}", one(keys)));
        let settled = settled(&plan);
        (settled.files[1].path.clone(), settled.units[0].name.clone())
    };
    let is = |conf: &str, unit: &str| (conf.to_owned(), unit.to_owned());
    assert_eq!(
        place("rhel", ""),
        is("/etc/redis/redis.conf", "redis.service")
    );
    assert_eq!(
        place("amazon", ""),
        is("/etc/redis6/redis6.conf", "redis6.service")
    );
    let valkey = "program = \"valkey\"";
    assert_eq!(
        place("debian", valkey),
        is("/etc/valkey/valkey.conf", "valkey-server.service")
    );
    assert_eq!(
        place("amazon", valkey),
        is("/etc/valkey/valkey.conf", "valkey.service")
    );
    let several = "replicas = 2\nport = 7000";
    assert_eq!(
        place("debian", several),
        is("/etc/redis/redis-r-1.conf", "redis-server@r-1.service")
    );
    assert_eq!(
        place("rhel", several),
        is("/etc/redis/redis-r-1.conf", "redis-r-1.service")
    );
}

#[test]
fn replicas_have_files_and_ports_of_their_own() {
    let plan = planned(
        "t3.small",
        &one("replicas = 2\nport = 7000\nrole = \"store\""),
    );
    let settled = settled(&plan);
    let mains: Vec<_> = settled
        .files
        .iter()
        .filter(|file| file.template == "redis/redis.conf")
        .map(|file| {
            (
                file.facts["port"].as_u64(),
                file.facts["dbfilename"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        mains,
        [
            (Some(7000), Some("dump-r-1.rdb")),
            (Some(7001), Some("dump-r-2.rdb"))
        ]
    );
    assert!(settled.settings.iter().all(|setting| setting.key != "port"));
}

#[test]
fn pins_are_counted_or_refused() {
    let pin = |pins: &str| one(&format!("[services.r.settings]\n{pins}"));
    let plan = planned("t3.small", &pin("maxmemory = \"500MiB\""));
    assert!(service(&plan, "r").stake.floor >= Bytes::mib(610));
    // A pinned append-only file copies the data as a stated one does.
    let text = format!("{SMALL}\n[services.r.settings]\nappendonly = true");
    assert_eq!(value("t3.small", &text, "maxmemory"), "23mb");
    let unbounded = refused("t3.small", &pin("maxmemory-clients = \"0B\""));
    assert!(unbounded.contains("no limit at all"), "{unbounded}");
    let refused = refused("t3.small", &pin("maxmemory-policy = \"lru\""));
    assert!(refused.contains("no such maxmemory-policy"), "{refused}");
}

#[test]
fn pinned_data_beside_a_pinned_share_are_written_and_checked() {
    let keys = |most: &str| {
        one(&format!(
            "role = \"store\"\nmemory = \"64MiB\"\n[services.r.settings]\nmaxmemory = \"{most}\""
        ))
    };
    let plan = planned("t3.small", &keys("500MiB"));
    assert_eq!(text(service(&plan, "r"), "maxmemory"), "500mb");
    let checks = failing("t3.small", &keys("500MiB"));
    assert_eq!(checks, ["fork-headroom", "worst-case-exceeds-limit"]);
}

#[test]
fn no_limit_is_written_as_pinned_and_the_rest_is_sized_as_without() {
    let unlimited = format!("{SMALL}\n[services.r.settings]\nmaxmemory = \"0B\"");
    assert_eq!(value("t3.small", &unlimited, "maxmemory"), "0");
    assert_eq!(value("t3.small", &unlimited, "maxclients"), "110");
    let checks = failing("t3.small", &one(&unlimited));
    assert_eq!(checks, ["store-without-limit"]);
}

#[test]
fn settings_that_leave_no_room_for_data_still_give_a_file() {
    let tight = "memory = \"16MiB\"\n[services.r.settings]\nappendonly = true";
    assert_eq!(value("t3.small", tight, "maxmemory"), "4mb");
    let checks = failing("t3.small", &one(tight));
    assert!(checks.contains(&"worst-case-exceeds-limit"), "{checks:?}");
}
