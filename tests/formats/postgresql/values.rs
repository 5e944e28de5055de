//! What values come to: every setting that a reload changes, in every spelling,
//! right and wrong, and the units that only those of a start have.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use bstr::ByteSlice as _;
use hosttune::formats::{Format, Normal};
use proptest::prelude::*;
use proptest::sample::select;

use super::cluster::{Data, as_postgres};
use super::oracle::{AUTO, ENTRIES, Entry, MAIN, Oracle, Tree, drawn, entry, from_hex};
use crate::support::command::run;

/// Those that a reload changes; not those that would hold up or end the session
/// that asks, fill the log, or that psql sets itself. Of text there is one.
const SETTINGS: &str = "select lower(name), vartype, coalesce(unit, ''), min_val, max_val, \
    replace(array_to_string(enumvals, ','), ' ', '_') from pg_settings \
    where context not in ('internal', 'postmaster') and source <> 'client' \
    and (vartype <> 'string' or name in ('search_path', 'restore_command', 'log_line_prefix')) \
    and name !~ '^(debug|trace|transaction|session|jit|idle)_|_(stats|timeout|duration)$|^pre_|^post_' \
    and name !~ '^db_user|^temp_file|^log_(min|error|stat)|force_parallel|exit_on|stack|ignore|default_tra|client_min|tcp_' \
    order by 1";

/// What most settings do not take, or otherwise than it looks.
const ODD: &[&str] = &[
    "",
    "o",
    "2",
    "onn",
    " on",
    "1.5",
    "0x1F",
    "0x1.8",
    "1e1",
    "-1",
    "1 kB",
    "1Kb",
    "ms",
    "0x",
    "08",
    "1..2",
    "1e",
    "nan",
    "inf",
    "1e400",
    "99999999999999999999",
    "''",
    ".",
    "+1",
    "- 1",
    "1 m s",
    "\t1\u{b}kB\n",
];

struct Setting {
    name: String,
    kind: String,
    unit: String,
    least: f64,
    most: f64,
    words: Vec<String>,
}

impl Setting {
    fn of(row: &[String]) -> Self {
        Self {
            name: row[0].clone(),
            kind: row[1].clone(),
            unit: row[2].clone(),
            least: row[3].parse().unwrap_or(0.0),
            most: row[4].parse().unwrap_or(0.0),
            words: row[5]
                .split(',')
                .map(|word| word.replace('_', " "))
                .collect(),
        }
    }

    /// Spellings of values, most of them right.
    fn spellings(&self) -> BoxedStrategy<String> {
        let odd = select(ODD).prop_map(str::to_owned);
        let right = match self.kind.as_str() {
            "bool" => cased(&[
                "on", "off", "of", "t", "tru", "true", "f", "fals", "y", "ye", "n", "no", "1", "0",
            ]),
            "enum" => {
                let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
                words.extend(["true", "no", "1", "off", "debug"]);
                cased(&words)
            }
            "string" => "[ -~]{0,8}".boxed(),
            "real" => self.reals(),
            _ => self.numbers(),
        };
        prop_oneof![9 => right, 1 => odd].boxed()
    }

    /// In any unit, with a fraction or none, hexadecimal, octal.
    fn numbers(&self) -> BoxedStrategy<String> {
        let units: &[(&str, f64)] = match self.unit.as_str() {
            "" => &[("", 1.0)],
            "ms" | "s" | "min" => &[
                ("us", 1e-6),
                ("ms", 1e-3),
                ("s", 1.0),
                ("min", 60.0),
                ("h", 3600.0),
                ("d", 86400.0),
            ],
            _ => &[
                ("B", 1.0),
                ("kB", 1024.0),
                ("MB", 1_048_576.0),
                ("GB", 1_073_741_824.0),
                ("TB", 1_099_511_627_776.0),
            ],
        };
        let base = match self.unit.as_str() {
            "8kB" => 8192.0,
            "min" => 60.0,
            unit => units.iter().find(|(name, _)| *name == unit).unwrap().1,
        };
        let (least, most) = (self.least, self.most.min(self.least + 1e6));
        let numbers = (0.0..1.0_f64, select(units), 0..7, 0..3_usize);
        numbers
            .prop_map(move |(part, (unit, size), form, places)| {
                // Nearer to the least: most bounds are far away.
                let amount = least + (most - least) * part * part * part;
                let whole = amount.round();
                match form {
                    0 => format!("{whole}"),
                    1 if whole >= 0.0 => format!("{:#x}", whole as u64),
                    2 if whole >= 0.0 => format!("0{:o}", whole as u64),
                    _ if unit.is_empty() => format!("{whole}."),
                    // What is half of a unit is tried often.
                    3 => format!("{} {unit} ", ((amount * base / size * 2.0).floor()) / 2.0),
                    _ => format!("{:.places$}{unit}", amount * base / size),
                }
            })
            .boxed()
    }

    /// Of five digits: the server shows six.
    fn reals(&self) -> BoxedStrategy<String> {
        let (least, most) = (self.least, self.most.min(self.least + 99.0));
        let in_units = self.unit == "ms";
        (0.0..1.0_f64, 0..5)
            .prop_map(move |(part, form)| {
                let amount = ((least + (most - least) * part) * 1e3).round() / 1e3;
                match form {
                    0 => format!("{amount:.3}"),
                    1 => format!(" +{:.3}e-2 ", amount.abs() * 1e2),
                    2 if in_units => format!("{:.0}us", amount * 1e3),
                    3 if in_units => format!("{:.6} s", amount / 1e3),
                    4 if in_units => format!("{amount:.3} ms"),
                    _ => format!("{}", amount.round()),
                }
            })
            .boxed()
    }
}

fn cased(words: &[&str]) -> BoxedStrategy<String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    (select(words), any::<bool>())
        .prop_map(|(word, upper)| if upper { word.to_uppercase() } else { word })
        .boxed()
}

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
            began.elapsed() < Duration::from_secs(60),
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

#[test]
fn units_of_what_only_a_start_sets() {
    let data = Data::new();
    data.configure("");
    let mut seen = String::new();
    for (key, values) in [
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
    ] {
        for value in values {
            let mut postgres = as_postgres("postgres");
            postgres.arg("-D").arg(data.path());
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
