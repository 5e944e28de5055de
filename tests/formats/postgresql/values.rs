//! What values come to: every setting that a reload changes, in every spelling,
//! right and wrong, and the units that only those of a start have.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bstr::ByteSlice as _;
use hosttune::formats::{Format, Normal};
use proptest::prelude::*;

use super::cluster::as_postgres;
use super::oracle::{AUTO, ENTRIES, Entry, MAIN, Oracle, Tree, drawn, entry, from_hex};
use super::spellings::{SETTINGS, Setting};
use super::started::data_directory;
use crate::support::command::run;

/// A file with every setting, some of them twice, some by ALTER SYSTEM.
fn tree(n: usize, values: &[(String, String, u8)]) -> Tree {
    let line = |key: &str, value: &str| {
        let value = value
            .replace('\\', "\\\\")
            .replace('\'', "''")
            .replace('\n', "\\n");
        format!("{key} = '{value}'\n")
    };
    let mut main = format!("tune.shown = '{n}'\n");
    let mut auto = String::new();
    for (key, value, place) in values {
        match place {
            0 => auto += &line(key, value),
            1 => main.insert_str(0, &line(&key.to_uppercase(), "1")),
            _ => {}
        }
        main += &line(key, value);
    }
    Tree::from([
        (MAIN.to_owned(), main.into_bytes()),
        (AUTO.to_owned(), auto.into_bytes()),
    ])
}

/// Shows a tree, reloads, and waits until sessions begin with it. Returns what
/// the server says of the files' entries and of the settings.
fn reload(oracle: &Oracle, n: usize, tree: &Tree) -> (Vec<Entry>, Vec<Vec<String>>) {
    oracle.write(n, tree);
    for (name, text) in Oracle::shown(n) {
        std::fs::write(oracle.path(name), text).unwrap();
    }
    oracle
        .cluster
        .say("select pg_reload_conf()")
        .expect("reload");
    let began = Instant::now();
    while oracle
        .cluster
        .rows("select current_setting('tune.shown', true)")
        != [[n.to_string()]]
    {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "{}",
            oracle.cluster.log()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let settings = "select lower(name), encode(textsend(setting), 'hex'), \
        coalesce(sourcefile, ''), coalesce(sourceline, 0) from pg_settings";
    let rows = oracle.cluster.rows(&format!("{ENTRIES}; {settings}"));
    let (entries, settings): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.len() == 6);
    let entries = entries.iter().map(|row| entry(&row.join("|"))).collect();
    (entries, settings)
}

/// A number of it, in any unit, to see what is out of bounds.
fn amount(value: &Normal) -> Option<i128> {
    match value {
        Normal::Size(n) | Normal::Time(n) | Normal::Number(n) => Some(*n),
        _ => None,
    }
}

/// What the server refuses: we leave it as text, unless it is a number past the
/// setting's bounds or a word that is not listed.
fn refused(setting: &Setting, ours: &Normal) {
    let bound = |bound: f64| Format::Postgresql.normal(&setting.name, bound.to_string().as_bytes());
    let past = match (
        amount(ours),
        amount(&bound(setting.least)),
        amount(&bound(setting.most)),
    ) {
        (Some(ours), Some(least), Some(most)) => ours < least || ours > most,
        _ => matches!(ours, Normal::Text(_)),
    };
    let below = matches!(ours, Normal::Number(n) if *n < 0);
    let word = setting.kind == "enum";
    assert!(past || below || word, "{} = {ours:?}", setting.name);
}

/// One setting is raised to 1 MiB, with a value of its own kind.
fn raised(key: &str, ours: &Normal, theirs: &Normal) -> bool {
    key == "autovacuum_work_mem" && ours.bytes() < theirs.bytes() && theirs.bytes() == Some(1 << 20)
}

#[test]
fn thousands_of_values_come_to_what_the_server_takes_them_for() {
    let oracle = Oracle::new();
    let settings: Vec<Setting> = oracle
        .cluster
        .rows(SETTINGS)
        .iter()
        .map(|row| Setting::of(row))
        .collect();
    assert!(settings.len() > 120, "{} settings", settings.len());
    let strategies: Vec<_> = settings
        .iter()
        .map(|one| (Just(one.name.clone()), one.spellings(), 0..4_u8))
        .collect();
    let (mut taken, mut not_taken, mut wrong) = (0, 0, Vec::new());
    for (n, values) in drawn(&strategies, 50).iter().enumerate() {
        let tree = tree(n, values);
        let (entries, effective) = reload(&oracle, n, &tree);
        let ours = oracle.reading(n, &tree);
        assert_eq!(ours.troubles, []);
        for setting in &settings {
            let winner = ours.effective(&[], &setting.name).unwrap();
            let normal = Format::Postgresql.normal(&setting.name, &winner.value);
            let entry = entries
                .iter()
                .find(|one| (&one.file, one.line) == (&winner.file, winner.line))
                .unwrap();
            let row = effective.iter().find(|row| row[0] == setting.name).unwrap();
            let said = format!("{} = {:?}, {row:?}", setting.name, winner.value);
            if !entry.error.is_empty() {
                refused(setting, &normal);
                not_taken += 1;
                continue;
            }
            let theirs = Format::Postgresql.normal(&setting.name, &from_hex(&row[1]));
            let more_digits = setting.kind == "real" && winner.value.len() > 19;
            let same = normal == theirs || more_digits || raised(&setting.name, &normal, &theirs);
            let place = (&winner.file, winner.line.to_string()) == (&row[2], row[3].clone());
            if !same || !place {
                wrong.push(format!("{said}: {normal:?}, {theirs:?}"));
            }
            taken += 1;
            // What we would write instead means the same to us.
            let spelt = Format::Postgresql.spell(&setting.name, &normal);
            assert!(!spelt.as_bytes().contains_str("\n"), "{said}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        taken > 5000 && not_taken > 300,
        "{taken} taken, {not_taken} not"
    );
}

const STARTS: &[(&str, [&str; 6])] = &[
    (
        "shared_buffers",
        ["16384", "128MB", "100.3MB", "131073kB", "0x1000", "010000"],
    ),
    (
        "wal_buffers",
        ["-1", "64", "1MB", "1.5MB", "100kB", "108kB"],
    ),
    (
        "wal_decode_buffer_size",
        ["524288", "1MB", "0.5MB", "100.5kB", "65537B", "65537.5"],
    ),
    (
        "track_activity_query_size",
        ["1024", "1kB", "1.0005kB", "0x400", "2048B", "2047.5"],
    ),
    (
        "old_snapshot_threshold",
        ["-1", "90s", "150s", "1h", "1.5h", "0.5d"],
    ),
    (
        "max_connections",
        ["20", "20.5", "21.5", "0x14", "024", "2e1"],
    ),
    (
        "unix_socket_permissions",
        ["0700", "448", "0x1C0", "00", "0777", "511"],
    ),
    ("huge_pages", ["off", "FALSE", "no", "0", "try", "Try"]),
    (
        "wal_level",
        [
            "Replica",
            "archive",
            "hot_standby",
            "logical",
            "replica",
            "LOGICAL",
        ],
    ),
];

#[test]
fn units_of_what_only_a_start_sets() {
    let scratch = data_directory();
    let mut seen = String::new();
    for (key, values) in STARTS {
        for value in values {
            let mut postgres = as_postgres("postgres");
            postgres.arg("-D").arg(scratch.path().join("data"));
            postgres.args([&format!("--{key}={value}"), "-C", key]);
            let theirs = run(&mut postgres).expect(value);
            let theirs = Format::Postgresql.normal(key, theirs.trim_end().as_bytes());
            let ours = Format::Postgresql.normal(key, value.as_bytes());
            if ours != theirs {
                writeln!(seen, "{key} = {value}: {ours:?}, {theirs:?}").unwrap();
            }
        }
    }
    assert_eq!(seen, "");
}
