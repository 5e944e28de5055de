//! What the command line sets, and what `ALTER SYSTEM` writes.

use std::collections::BTreeMap;

use hosttune::formats::{Format, Normal};

use super::cluster::{ACCOUNT, Cluster, as_postgres};
use super::oracle::{ENTRIES, entry};
use crate::support::command::run;
use crate::support::place::{Scratch, give, set_mode};

/// As much of a data directory as `postgres -C` looks at.
pub(super) fn data_directory() -> Scratch {
    let scratch = Scratch::new();
    let data = scratch.directory("data", ACCOUNT);
    set_mode(&data, 0o700);
    scratch.directory("data/global", ACCOUNT);
    for (file, text) in [("PG_VERSION", "15\n"), ("global/pg_control", "")] {
        give(&scratch.write(&format!("data/{file}"), text), ACCOUNT);
    }
    scratch.write("data/postgresql.conf", "");
    scratch
}

/// What a server started so would have for one setting.
fn effective(scratch: &Scratch, argv: &[&str], key: &str) -> String {
    let mut postgres = as_postgres("postgres");
    postgres
        .arg("-D")
        .arg(scratch.path().join("data"))
        .args(argv)
        .args(["-C", key]);
    run(&mut postgres)
        .expect("postgres -C")
        .trim_end_matches('\n')
        .to_owned()
}

const ARGV: &[&[&str]] = &[
    &["-B", "16MB", "-N", "20", "-p", "5433"],
    &["-B16MB", "-N20", "-Fp5433"],
    &["-c", "Work_Mem=8MB", "--log-duration=on", "--work-mem=9MB"],
    &["-d", "3"],
    &["-d0", "-E", "-l", "-i"],
    &["-S", "128", "-h", "127.0.0.1", "-k", "/run"],
    &["-fs", "-fi", "-fo", "-fb", "-ft"],
    &["-fn", "-fm", "-fh", "-tpa", "-tpl", "-te"],
    &["-O", "-P", "-s", "-W", "1"],
    &["-c", "my.name=a=b", "--cluster_name=", "-c", "port=5434"],
];

#[test]
fn a_servers_options_set_what_it_says_they_set() {
    let scratch = data_directory();
    let text = "work_mem = 1MB\nport = 1\nshared_buffers = 64MB\n";
    let main = scratch.write("data/postgresql.conf", text);
    let main = main.display().to_string();
    let files = BTreeMap::from([(main.clone(), text.as_bytes().to_vec())]);
    for argv in ARGV {
        let words: Vec<String> = std::iter::once("postgres")
            .chain(argv.iter().copied())
            .map(str::to_owned)
            .collect();
        let reading = Format::Postgresql
            .read_as_started(&files, &main, &words)
            .remove(0);
        let set: Vec<_> = reading
            .occurrences
            .iter()
            .filter(|one| one.file == "command line")
            .collect();
        assert!(set.len() >= argv.len() / 2, "{argv:?}");
        for key in set.iter().map(|one| &one.key) {
            let ours = reading.effective(&[], key).unwrap();
            let theirs = effective(&scratch, argv, key);
            // It shows the date style with the form that it completes it to.
            if key != "datestyle" {
                assert_eq!(
                    Format::Postgresql.normal(key, &ours.value),
                    Format::Postgresql.normal(key, theirs.as_bytes()),
                    "{argv:?} {key}"
                );
            }
        }
    }
}

#[test]
fn the_data_is_where_the_server_looks_for_it() {
    let scratch = data_directory();
    let place = scratch.path().join("data").display().to_string();
    let auto = format!("{place}/postgresql.auto.conf");
    std::fs::write(&auto, "work_mem = '3MB'\n").unwrap();
    let main = scratch.path().join("postgresql.conf").display().to_string();
    for (text, argv) in [
        (
            format!("data_directory = '/none'\ndata_directory '{place}'"),
            vec![],
        ),
        (
            format!("data_directory = '{place}'\nData_Directory = '/none'"),
            vec![],
        ),
        ("data_directory = '/none'".to_owned(), vec!["-c", "DATA"]),
        ("Data_Directory = '/none'".to_owned(), vec!["-D", "DATA"]),
        (String::new(), vec!["-D", "DATA"]),
    ] {
        let mut argv: Vec<String> = argv
            .iter()
            .map(|word| match *word {
                "DATA" if argv[0] == "-c" => format!("data_directory={place}"),
                "DATA" => place.clone(),
                word => word.to_owned(),
            })
            .collect();
        for name in ["config", "hba", "ident"] {
            let file = if name == "config" { &main } else { &auto };
            argv.push(format!("--{name}_file={file}"));
        }
        std::fs::write(&main, &text).unwrap();
        let mut postgres = as_postgres("postgres");
        postgres.args(&argv).args(["-C", "work_mem"]);
        assert_eq!(run(&mut postgres).expect("postgres -C"), "3072\n", "{text}");
        let files = [(&main, text.as_bytes()), (&auto, b"work_mem = '3MB'\n")];
        let files: BTreeMap<String, Vec<u8>> = files
            .map(|(path, bytes)| (path.clone(), bytes.to_vec()))
            .into();
        argv.insert(0, "postgres".to_owned());
        let reading = Format::Postgresql
            .read_as_started(&files, &main, &argv)
            .remove(0);
        let ours = reading.effective(&[], "work_mem").unwrap();
        assert_eq!(
            (&ours.file, ours.value.as_slice()),
            (&auto, b"3MB".as_slice()),
            "{text}"
        );
    }
}

#[test]
fn what_alter_system_wrote_wins() {
    let cluster =
        Cluster::with("work_mem = 1MB\nlog_line_prefix = 'a'\nmaintenance_work_mem = 32MB\n");
    for statement in [
        "alter system set work_mem = '2MB'",
        r"alter system set log_line_prefix = 'it''s \ %m # '",
        "alter system set checkpoint_timeout = 600",
        "alter system set checkpoint_timeout = '7min'",
        "alter system set search_path = 'a b', public",
        "alter system reset maintenance_work_mem",
    ] {
        cluster.say(statement).expect(statement);
    }
    let data = cluster.data.path();
    let mut files = BTreeMap::new();
    for name in ["postgresql.conf", "tune.conf", "postgresql.auto.conf"] {
        let path = data.join(name);
        files.insert(path.display().to_string(), std::fs::read(path).unwrap());
    }
    let main = data.join("postgresql.conf").display().to_string();
    let ours = Format::Postgresql.read(&files, &main).remove(0);
    assert_eq!(ours.troubles, []);
    let said = cluster.say(ENTRIES).expect("pg_file_settings");
    let theirs: Vec<_> = said.lines().map(entry).collect();
    super::generated::same_entries(&ours, &theirs);
    let effective = |key: &str| ours.effective(&[], key).unwrap();
    assert!(effective("work_mem").file.ends_with("postgresql.auto.conf"));
    assert!(
        effective("maintenance_work_mem")
            .file
            .ends_with("tune.conf")
    );
    let timeout =
        Format::Postgresql.normal("checkpoint_timeout", &effective("checkpoint_timeout").value);
    assert_eq!(timeout, Normal::Time(420_000_000));
}
