//! What a server's command line sets.

use std::collections::BTreeMap;

use crate::formats::{Format, Normal, Reading, Standing};

const MAIN: &str = "/etc/postgresql/15/main/postgresql.conf";

fn reading(files: &[(&str, &str)], argv: &str) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let argv: Vec<String> = argv.split(' ').map(str::to_owned).collect();
    Format::Postgresql
        .read_as_started(&files, MAIN, &argv)
        .remove(0)
}

fn set(argv: &str) -> String {
    let reading = reading(&[], argv);
    let all = reading.occurrences.iter();
    let held = all.filter(|one| one.standing == Standing::Holds);
    held.fold(String::new(), |said, one| {
        said + &one.key + "=" + &one.value.to_string() + " "
    })
}

#[test]
fn settings_by_name_and_by_letter() {
    assert_eq!(
        set("postgres -c Work_Mem=8MB --log-duration=on"),
        "work_mem=8MB log_duration=on "
    );
    assert_eq!(
        set("postgres -p5433 -N 20 -B 16MB -k /run"),
        "port=5433 max_connections=20 shared_buffers=16MB unix_socket_directories=/run "
    );
    assert_eq!(
        set("postgres -Fil -h x"),
        "fsync=off ssl=on listen_addresses=x "
    );
    assert_eq!(
        set("postgres -fs -tpl -S 64"),
        "enable_seqscan=off log_planner_stats=on work_mem=64 "
    );
    assert_eq!(
        set("postgres -d 1"),
        "log_min_messages=debug1 log_connections=on log_disconnections=on "
    );
    assert_eq!(set("postgres -D /data -c"), "");
    assert_eq!(set("postgres"), "");
    assert_eq!(set(""), "");
}

#[test]
fn they_win_over_every_file() {
    let reading = reading(
        &[
            (
                MAIN,
                "work_mem = 1MB\nwork_mem = 2MB\nport = 1\ndata_directory = '/data'\n",
            ),
            ("/data/postgresql.auto.conf", "work_mem = 3MB\n"),
        ],
        "postgres -c work_mem=4MB",
    );
    let winner = reading.effective(&[], "work_mem").unwrap();
    assert_eq!((winner.file.as_str(), winner.line), ("command line", 1));
    let normal = Format::Postgresql.normal("work_mem", &winner.value);
    assert_eq!(normal, Normal::Size(4 << 20));
    let last = reading.occurrences.len() - 1;
    let losers = reading
        .occurrences
        .iter()
        .filter(|one| one.key == "work_mem");
    assert_eq!(
        losers
            .filter(|one| one.standing == Standing::Lost(last))
            .count(),
        3
    );
    assert_eq!(reading.effective(&[], "port").unwrap().file, MAIN);
}

#[test]
fn they_say_where_the_data_is() {
    let auto = |directory: &str| format!("{directory}/postgresql.auto.conf");
    let read = |main: &str, argv: &str| {
        let files = [
            (MAIN, main),
            (&auto("/told"), "port = 1"),
            (&auto("/set"), "port = 2"),
            (&auto("/file"), "port = 3"),
        ];
        reading(&files, argv)
            .effective(&[], "port")
            .unwrap()
            .value
            .to_string()
    };
    assert_eq!(read("", "postgres -D /told"), "1");
    assert_eq!(read("data_directory = '/file'", "postgres -D /told"), "3");
    assert_eq!(
        read(
            "data_directory = '/file'",
            "postgres -D /told -c data_directory=/set"
        ),
        "2"
    );
    // Where the data is looked for, the case of this name counts.
    assert_eq!(read("Data_Directory = '/file'", "postgres -D /told"), "1");
}
