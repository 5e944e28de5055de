//! pgbouncer.ini against PgBouncer: what it takes, and what its console says
//! of it, with included files.
#![allow(
    clippy::disallowed_methods,
    reason = "runs programs and writes their files"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use hosttune::formats::{Document, Format, Reading};

use crate::programs::{Chance, Server, printed, program};

/// Files that one server is given, one after the other.
const SERVED: u64 = 100;
/// Files that are only parsed.
const PARSED: u64 = 450;
/// The part of a socket's name that makes it the test's own.
const PORT: &str = "7001";

fn setting(chance: &mut Chance) -> String {
    let key = chance.pick(&[
        "max_client_conn",
        "default_pool_size",
        "log_connections",
        "server_lifetime",
        "server_idle_timeout",
        "query_timeout",
        "pool_mode",
        "server_reset_query",
        "ignore_startup_parameters",
        "stats_users",
    ]);
    let n = chance.below(90) + 10;
    let value = match key {
        "max_client_conn" | "default_pool_size" => {
            chance.pick(&["64", "0x40", "0100", " 7"]).to_owned()
        }
        "log_connections" => chance.pick(&["0", "1"]).to_owned(),
        "server_lifetime" | "server_idle_timeout" | "query_timeout" => match chance.below(3) {
            0 => format!("{n}.5"),
            1 => format!("0{n}"),
            _ => n.to_string(),
        },
        "pool_mode" => chance
            .pick(&["session", "TRANSACTION", "Statement"])
            .to_owned(),
        _ => chance
            .pick(&["", "a, b", "x ; y # z", "it's = \"odd\""])
            .to_owned(),
    };
    let around = chance.pick(&["=", " = ", "\t=  ", "= "]);
    format!(
        "{key}{around}{value}{}",
        chance.pick(&["", " ", "\r", "\t"])
    )
}

fn settings(chance: &mut Chance, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(most) {
        if chance.one_in(4) {
            text.push_str("\n; pool_mode = [x]\n\t# ü\n");
        }
        let _ = writeln!(text, "{}{}", chance.pick(&["", " ", "\t"]), setting(chance));
    }
    text
}

fn databases(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(4) {
        let name = chance.pick(&["a", "b-c", "d.e"]);
        let _ = write!(text, "{name} =");
        for parameter in [
            "host=/nowhere",
            "port = 7",
            "dbname='it''s'",
            "pool_size=3",
            "password='a b'",
        ] {
            if chance.one_in(2) {
                let _ = write!(text, "{}{parameter}", chance.pick(&[" ", "  "]));
            }
        }
        text.push('\n');
    }
    text
}

/// What every file says first and last, so that the console can be asked.
struct Base {
    before: String,
    after: String,
}

impl Base {
    fn new(directory: &str) -> Self {
        let after = format!(
            "listen_port = {PORT}\nlisten_addr =\nunix_socket_dir = {directory}\nadmin_users = nobody\n\
             auth_type = any\nauth_file = {directory}/users\n"
        );
        Self {
            before: "[pgbouncer]\n".to_owned(),
            after,
        }
    }

    fn text(&self, chance: &mut Chance, include: &str) -> String {
        let mut text = self.before.clone();
        text.push_str(&settings(chance, 8));
        if chance.one_in(4) {
            text.push_str("[pgbouncer]\n");
        }
        let _ = write!(
            text,
            "%include\t{include} \n{}{}",
            settings(chance, 6),
            self.after
        );
        let _ = write!(text, "[databases]\n{}", databases(chance));
        if chance.one_in(2) {
            let _ = write!(text, "[users]\n[databases]\n{}", databases(chance));
        }
        text
    }
}

/// The rows of a table of the console: by the first column, the others by name.
fn table(said: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut lines = said.lines().map(|line| line.split('|').collect::<Vec<_>>());
    let names = lines.next().unwrap_or_default();
    let row = |columns: Vec<&str>| {
        let pairs = names.iter().zip(&columns);
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        (columns[0].to_owned(), pairs.collect())
    };
    lines
        .filter(|columns| columns.len() == names.len())
        .map(row)
        .collect()
}

fn console(directory: &str, commands: &[&str]) -> String {
    let mut psql = Command::new(program("psql"));
    psql.args([
        "-XqA",
        "-F",
        "|",
        "-P",
        "footer=off",
        "-h",
        directory,
        "-p",
        PORT,
    ]);
    psql.args(["-U", "nobody", "pgbouncer"]);
    for command in commands {
        psql.args(["-c", command]);
    }
    printed(&mut psql)
}

fn compare(reading: &Reading, config: &str, databases: &str, seed: u64) -> usize {
    let config = table(config);
    let mut compared = 0;
    let main = ["pgbouncer".to_owned()];
    for (key, row) in &config {
        // The server keeps these from before.
        if [
            "conffile",
            "auth_file",
            "auth_user",
            "user",
            "verbose",
            "unix_socket_mode",
        ]
        .contains(&key.as_str())
        {
            continue;
        }
        let normal = |value: &str| Format::Pgbouncer.normal(key, value.as_bytes());
        let ours = reading
            .effective(&main, key)
            .map(|one| one.value.to_string());
        let theirs = normal(&row["value"]);
        match ours {
            Some(ours) => assert_eq!(normal(&ours), theirs, "seed {seed}: {key}"),
            None => assert_eq!(theirs, normal(&row["default"]), "seed {seed}: {key}"),
        }
        compared += 1;
    }
    compared + compare_databases(reading, databases, seed)
}

fn compare_databases(reading: &Reading, databases: &str, seed: u64) -> usize {
    let mut compared = 0;
    let databases = table(databases);
    for (name, row) in databases
        .iter()
        .filter(|(name, row)| *name != "pgbouncer" && row["disabled"] == "0")
    {
        let of = |key: &str| {
            let within = ["databases".to_owned(), name.clone()];
            reading
                .effective(&within, key)
                .map(|one| one.value.to_string())
        };
        let is_there = reading
            .occurrences
            .iter()
            .any(|one| one.within.get(1) == Some(name) || one.key == *name);
        if !is_there {
            continue;
        }
        assert_eq!(
            of("host").unwrap_or_default(),
            row["host"],
            "seed {seed}: {name}"
        );
        assert_eq!(
            of("port").unwrap_or("5432".to_owned()),
            row["port"],
            "seed {seed}: {name}"
        );
        assert_eq!(
            of("dbname").unwrap_or(name.clone()),
            row["database"],
            "seed {seed}: {name}"
        );
        if let Some(size) = of("pool_size") {
            assert_eq!(size, row["pool_size"], "seed {seed}: {name}");
        }
        compared += 1;
    }
    compared
}

fn open_to_all(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
}

#[test]
fn what_is_in_effect_is_what_the_console_says() {
    let scratch = tempfile::tempdir().unwrap();
    open_to_all(scratch.path());
    let directory = scratch.path().to_str().unwrap();
    let place = |name: &str| format!("{directory}/{name}");
    let (main, included) = (place("main.ini"), place("own.ini"));
    std::fs::write(place("users"), "\"nobody\" \"\"\n").unwrap();
    std::fs::write(&included, "").unwrap();
    let base = Base::new(directory);
    std::fs::write(&main, [base.before.as_str(), &base.after].concat()).unwrap();
    let asked = || console(directory, &["SHOW VERSION"]).contains("PgBouncer");
    let _server = Server::start("pgbouncer", &["-q", &main], true, asked);
    let mut compared = 0;
    for seed in 0..SERVED {
        let mut chance = Chance::new(seed);
        let mut files = BTreeMap::new();
        files.insert(main.clone(), base.text(&mut chance, &included).into_bytes());
        files.insert(included.clone(), settings(&mut chance, 5).into_bytes());
        let mut document = Document::parse(Format::Pgbouncer, files[&main].clone()).unwrap();
        assert_eq!(document.bytes(), files[&main]);
        if chance.one_in(2) {
            let block = ["pgbouncer".to_owned()];
            document.set(&block, "max_client_conn", b"321").unwrap();
            document
                .set(&["databases".to_owned(), "a".to_owned()], "port", b"4321")
                .unwrap();
            files.insert(main.clone(), document.bytes().to_vec());
        }
        for (path, text) in &files {
            std::fs::write(path, text).unwrap();
        }
        let said = console(directory, &["RELOAD", "SHOW CONFIG", "SHOW DATABASES"]);
        let (config, databases) = said.split_at(said.find("name|host|").expect(&said));
        assert!(config.starts_with("key|value|"), "seed {seed}: {said}");
        let reading = Format::Pgbouncer.read(&files, &main).remove(0);
        assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
        compared += compare(&reading, config, databases, seed);
    }
    assert!(compared > 5000, "{compared}");
}

/// What PgBouncer says of a file that is not written as it should be.
const REFUSED: &[&str] = &[
    "syntax error",
    "value without section",
    "invalid section",
    "error processing include",
];

#[test]
fn what_pgbouncer_refuses_we_refuse() {
    let scratch = tempfile::tempdir().unwrap();
    open_to_all(scratch.path());
    let path = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let (main, included) = (path("main.ini"), path("own.ini"));
    let mut refused = 0;
    for seed in 0..PARSED {
        let mut chance = Chance::new(10_000 + seed);
        let mut bytes = settings(&mut chance, 3).into_bytes();
        bytes.extend(
            b"\n%include "
                .iter()
                .chain(included.as_bytes())
                .chain(b"\n[databases]\n"),
        );
        bytes.extend(databases(&mut chance).bytes());
        for _ in 0..chance.below(3) {
            chance.damage(&mut bytes);
        }
        bytes.splice(0..0, *b"[pgbouncer]\n");
        let files = BTreeMap::from([
            (main.clone(), bytes.clone()),
            (included.clone(), b"verbose = 0\n".to_vec()),
        ]);
        for (path, text) in &files {
            std::fs::write(path, text).unwrap();
        }
        // It reads the file, finds no such account, and ends.
        let said = printed(
            Command::new(program("pgbouncer"))
                .args(["-u", "no-such-user", &main])
                .current_dir("/"),
        );
        let takes = said.contains("could not find user");
        assert!(takes || said.contains("cannot load config file"), "{said}");
        let troubles = Format::Pgbouncer.read(&files, &main).remove(0).troubles;
        if troubles.is_empty() {
            let why = REFUSED.iter().find(|why| said.contains(**why));
            assert!(
                takes || why.is_none(),
                "taken: {}\n{said}",
                bytes.escape_ascii()
            );
        } else {
            refused += 1;
            assert!(!takes, "refused: {}\n{troubles:?}", bytes.escape_ascii());
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn the_distributions_file_is_read_and_kept() {
    let bytes = std::fs::read("/etc/pgbouncer/pgbouncer.ini").unwrap();
    let mut document = Document::parse(Format::Pgbouncer, bytes.clone()).unwrap();
    assert_eq!(document.bytes(), bytes);
    document
        .set(&["pgbouncer".to_owned()], "default_pool_size", b"5")
        .unwrap();
    let text = String::from_utf8(document.bytes().to_vec()).unwrap();
    assert!(text.contains("\n;default_pool_size = 20\ndefault_pool_size = 5\n"));
}
