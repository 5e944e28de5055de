//! A server that is shown one tree of files after the other.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use hosttune::formats::{Format, Reading};
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::cluster::{Cluster, Data, client};
use crate::support::command::run;

/// Files by their names in the directory of the main file. `auto.conf` is what
/// `ALTER SYSTEM` would have written.
pub(super) type Tree = BTreeMap<String, Vec<u8>>;

pub(super) const MAIN: &str = "postgresql.conf";
pub(super) const AUTO: &str = "auto.conf";

/// As many values as wanted, the same ones each time.
pub(super) fn drawn<S: Strategy>(strategy: &S, count: usize) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    let mut draw = || strategy.new_tree(&mut runner).unwrap().current();
    (0..count).map(|_| draw()).collect()
}

/// What the server says of one entry of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) name: String,
    pub(super) value: Vec<u8>,
    pub(super) applied: bool,
    pub(super) error: String,
}

pub(super) struct Oracle {
    pub(super) cluster: Cluster,
}

impl Oracle {
    /// Its main file, and what `ALTER SYSTEM` would write, include those of the
    /// tree that is shown.
    pub(super) fn new() -> Self {
        let data = Data::new();
        let scratch = data.scratch.path().to_owned();
        let auto = data.path().join("postgresql.auto.conf");
        std::fs::remove_file(&auto).unwrap();
        symlink(scratch.join(AUTO), auto).unwrap();
        std::fs::write(scratch.join(MAIN), "").unwrap();
        std::fs::write(scratch.join(AUTO), "").unwrap();
        let cluster = data.start(|mut postgres| {
            let file = |name: &str| scratch.join(name).display().to_string();
            postgres.arg(format!("--config_file={}", file(MAIN)));
            postgres.arg(format!("--hba_file={}", file("data/pg_hba.conf")));
            postgres.arg(format!("--ident_file={}", file("data/pg_ident.conf")));
            postgres.args(["-h", "", "-k", &file("sock")]);
            postgres
        });
        Self { cluster }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.cluster.data.scratch.path().join(name)
    }

    /// Writes a tree into a directory of its own.
    pub(super) fn write(&self, n: usize, tree: &Tree) {
        for (file, bytes) in tree {
            let path = self.path(&format!("tree{n}/{file}"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// What the main file and the other say when a tree is shown.
    pub(super) fn shown(n: usize) -> [(&'static str, String); 2] {
        [
            (MAIN, format!("include 'tree{n}/{MAIN}'\n")),
            (AUTO, format!("include_if_exists '../tree{n}/{AUTO}'\n")),
        ]
    }

    /// What the server makes of each tree, in one session: psql writes what
    /// shows it, without starting a program.
    pub(super) fn entries(&self, trees: &[Tree]) -> Vec<Vec<Entry>> {
        let mut script = format!("prepare said as {ENTRIES};\n");
        for (n, tree) in trees.iter().enumerate() {
            self.write(n, tree);
            for (name, text) in Self::shown(n) {
                let path = self.path(name);
                let (path, text) = (path.display(), text.trim_end().replace('\'', "\\'"));
                writeln!(script, "\\o {path}\n\\qecho '{text}'").unwrap();
            }
            script += "\\o\n\\echo tree\nexecute said;\n";
        }
        let file = self.cluster.data.scratch.write("script.sql", &script);
        let mut psql = client(&self.cluster.sockets, "postgres");
        let printed = run(psql.arg("-f").arg(file)).expect("pg_file_settings");
        let mut all = Vec::new();
        for line in printed.lines() {
            if line == "tree" {
                all.push(Vec::new());
            } else {
                all.last_mut().unwrap().push(entry(line));
            }
        }
        assert_eq!(all.len(), trees.len());
        all
    }

    /// What we make of a tree.
    pub(super) fn reading(&self, n: usize, tree: &Tree) -> Reading {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let mut add = |name: &str, bytes: &[u8]| {
            let path = self.path(name).display().to_string();
            files.insert(path, bytes.to_vec());
        };
        for (name, bytes) in tree {
            add(&format!("tree{n}/{name}"), bytes);
        }
        let [(main, main_text), (_, auto_text)] = Self::shown(n);
        add(main, main_text.as_bytes());
        add("data/postgresql.auto.conf", auto_text.as_bytes());
        let data = self.cluster.data.path().display().to_string();
        let argv = ["postgres".to_owned(), "-D".to_owned(), data];
        let main = self.path(MAIN).display().to_string();
        let mut readings = Format::Postgresql.read_as_started(&files, &main, &argv);
        assert_eq!(readings.len(), 1);
        readings.remove(0)
    }
}

/// The entries of all files, what may be any bytes in hexadecimal.
pub(super) const ENTRIES: &str = "select sourceline, applied, coalesce(error, ''), \
     encode(textsend(coalesce(sourcefile, '')), 'hex'), \
     encode(textsend(coalesce(name, '')), 'hex'), \
     encode(textsend(coalesce(setting, '')), 'hex') \
     from pg_file_settings order by seqno";

pub(super) fn entry(line: &str) -> Entry {
    let columns: Vec<&str> = line.split('|').collect();
    let [number, applied, error, file, name, value] = columns[..] else {
        panic!("{line}");
    };
    Entry {
        file: String::from_utf8(from_hex(file)).unwrap(),
        line: number.parse().unwrap_or(0),
        name: String::from_utf8(from_hex(name)).unwrap(),
        value: from_hex(value),
        applied: applied == "t",
        error: error.to_owned(),
    }
}

pub(super) fn from_hex(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
