//! Every file that a server reads, in its order.

use std::collections::BTreeMap;

use crate::formats::{Files, Format, Missing, Reading, Standing};

const MAIN: &str = "/data/postgresql.conf";

fn read(files: &[(&str, &str)]) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| (format!("/data/{path}"), text.as_bytes().to_vec()))
        .collect();
    Format::Postgresql.read(&files, MAIN).remove(0)
}

/// The winner's file, line and value.
fn winner(reading: &Reading, key: &str) -> String {
    let one = reading.effective(&[], key).unwrap();
    format!("{}:{} {}", one.file, one.line, one.value)
}

fn troubles(reading: &Reading) -> Vec<String> {
    reading.troubles.iter().map(ToString::to_string).collect()
}

#[test]
fn the_last_wins_across_files_and_alter_system_over_all() {
    let reading = read(&[
        (
            "postgresql.conf",
            "port = 1\ninclude 'a.conf'\nfsync = off\nwork_mem = 1MB\n",
        ),
        ("a.conf", "PORT = 2\nfsync = on\n"),
        ("postgresql.auto.conf", "# by hand\nwork_mem = '9MB'\n"),
    ]);
    assert_eq!(troubles(&reading), [""; 0]);
    assert_eq!(winner(&reading, "port"), "/data/a.conf:1 2");
    assert_eq!(winner(&reading, "fsync"), "/data/postgresql.conf:3 off");
    assert_eq!(
        winner(&reading, "work_mem"),
        "/data/postgresql.auto.conf:2 9MB"
    );
    assert_eq!(reading.occurrences[0].standing, Standing::Lost(1));
    assert_eq!(
        reading.files,
        [MAIN, "/data/a.conf", "/data/postgresql.auto.conf"]
    );
}

#[test]
fn a_directory_gives_its_conf_files_by_their_bytes() {
    let reading = read(&[
        ("postgresql.conf", "include_dir = 'conf.d'\n"),
        ("conf.d/b.conf", "port = 2"),
        ("conf.d/B.conf", "port = 1"),
        ("conf.d/.z.conf", "port = 3"),
        ("conf.d/z.conf.bak", "port = 4"),
        ("conf.d/zconf", "port = 5"),
        ("conf.d/.conf", "port = 6"),
        ("conf.d/y.conf/z", "port = 7"),
    ]);
    assert_eq!(troubles(&reading), [""; 0]);
    assert_eq!(winner(&reading, "port"), "/data/conf.d/b.conf:1 2");
    assert_eq!(reading.occurrences.len(), 2);
}

#[test]
fn paths_are_relative_to_the_file_that_names_them() {
    let reading = read(&[
        ("postgresql.conf", "include 'x/one.conf'\n"),
        (
            "x/one.conf",
            "include './two.conf'\ninclude '../three.conf'\ninclude '/data/four.conf'",
        ),
        ("x/two.conf", "port = 2"),
        ("three.conf", "fsync = on"),
        ("four.conf", "work_mem = 1MB"),
    ]);
    assert_eq!(troubles(&reading), [""; 0]);
    assert_eq!(winner(&reading, "port"), "/data/x/two.conf:1 2");
    assert_eq!(winner(&reading, "fsync"), "/data/three.conf:1 on");
    assert_eq!(winner(&reading, "work_mem"), "/data/four.conf:1 1MB");
}

#[test]
fn what_is_not_there_is_trouble_where_the_server_insists() {
    let reading = read(&[(
        "postgresql.conf",
        "include_if_exists 'a.conf'\ninclude 'b.conf'\ninclude_dir 'c'\n",
    )]);
    assert_eq!(
        troubles(&reading),
        ["/data/b.conf is not there", "/data/c is not there"]
    );
    let none = read(&[]);
    assert!(none.troubles.is_empty() && none.occurrences.is_empty());
}

#[test]
fn a_malformed_file_is_trouble_and_the_rest_is_read() {
    let reading = read(&[
        ("postgresql.conf", "include 'a.conf'\nport = 1\n"),
        ("a.conf", "fsync = on\nwork_mem = 1 MB\n"),
    ]);
    assert_eq!(troubles(&reading).len(), 1);
    assert!(troubles(&reading)[0].starts_with("/data/a.conf:2:14: more than one value"));
    assert_eq!(winner(&reading, "port"), "/data/postgresql.conf:2 1");
}

#[test]
fn ten_levels_deep_and_no_circles() {
    let mut files: Vec<(String, String)> = (0..12)
        .map(|n| (format!("{n}.conf"), format!("include '{}.conf'\n", n + 1)))
        .collect();
    files.push((
        "postgresql.conf".into(),
        "include '2.conf'\nport = 1\n".into(),
    ));
    files.push(("12.conf".into(), "port = 2\n".into()));
    let named = |files: &[(String, String)]| {
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        read(&files)
    };
    assert_eq!(
        troubles(&named(&files)),
        ["/data/12.conf is included in circles or too deeply, by /data/11.conf:1"]
    );
    files[12].1 = "include '3.conf'\nport = 1".into();
    let reading = named(&files);
    assert_eq!(troubles(&reading), [""; 0]);
    assert_eq!(reading.occurrences.len(), 2);
    let own = read(&[("postgresql.conf", "include_dir '.'\n")]);
    assert_eq!(
        troubles(&own),
        ["/data/postgresql.conf is included in circles or too deeply, by /data/postgresql.conf:1"]
    );
    let circle = read(&[
        ("postgresql.conf", "include 'a.conf'\n"),
        ("a.conf", "\ninclude 'postgresql.conf'"),
    ]);
    assert_eq!(
        troubles(&circle),
        ["/data/postgresql.conf is included in circles or too deeply, by /data/a.conf:2"]
    );
}

#[test]
fn files_that_are_included_without_end_are_read_only_so_often() {
    let long = format!("# {}\n", "long ".repeat(100_000));
    let again = |n: usize| long.clone() + &format!("include '{n}.conf'\n").repeat(100);
    let mut files: Vec<(String, String)> = (0..9)
        .map(|n| (format!("{n}.conf"), again(n + 1)))
        .collect();
    files.push(("postgresql.conf".into(), "include '0.conf'".into()));
    files.push(("9.conf".into(), "port = 1".into()));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let reading = read(&files);
    assert!(!reading.troubles.is_empty());
}

/// Some files are not what they should be.
struct Broken;

impl Files for Broken {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        match path {
            MAIN => Ok(b"include_dir 'd'\ninclude_if_exists 'gone.conf'\ninclude 'gone.conf'\ninclude 'null.conf'\ninclude_if_exists 'dir.conf'\n".to_vec()),
            "/data/gone.conf" | "/data/d/gone.conf" => Err(Missing::Dangling("x".into())),
            "/data/null.conf" | "/data/d/null.conf" => Err(Missing::Masked),
            "/data/dir.conf" | "/data/d/dir.conf" => Err(Missing::Directory),
            "/data/postgresql.auto.conf" => Err(Missing::Unreadable("EACCES".into())),
            _ => Err(Missing::Absent),
        }
    }

    fn list(&self, _: &str) -> Result<Vec<String>, Missing> {
        Ok(["dir.conf", "gone.conf", "null.conf"]
            .map(str::to_owned)
            .to_vec())
    }
}

#[test]
fn links_masks_and_directories_as_the_server_meets_them() {
    let reading = Format::Postgresql.read(&Broken, MAIN).remove(0);
    assert_eq!(
        troubles(&reading),
        [
            "/data/d/gone.conf is a link to x, which is not there",
            "/data/gone.conf is a link to x, which is not there",
            "/data/dir.conf is a directory",
            "/data/postgresql.auto.conf cannot be read: EACCES",
        ]
    );
}

#[test]
fn alter_system_is_where_the_data_is() {
    let files = |main: &str| {
        let files: BTreeMap<String, Vec<u8>> = [
            ("/etc/pg/postgresql.conf", main),
            ("/etc/pg/postgresql.auto.conf", "port = 1"),
            ("/srv/postgresql.auto.conf", "port = 2"),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into();
        Format::Postgresql
            .read(&files, "/etc/pg/postgresql.conf")
            .remove(0)
    };
    assert_eq!(
        winner(&files(""), "port"),
        "/etc/pg/postgresql.auto.conf:1 1"
    );
    let set = files("data_directory = '/nowhere'\ndata_directory = '/srv/'");
    assert_eq!(winner(&set, "port"), "/srv/postgresql.auto.conf:1 2");
    let relative = files("data_directory = 'here'");
    assert_eq!(relative.troubles.len(), 1);
}
