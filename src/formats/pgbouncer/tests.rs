//! What the format says of a file, and what it makes of several.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Document, Format, Normal, Reading};

const MAIN: &str = "/etc/pgbouncer/pgbouncer.ini";

fn parse(text: &str) -> Document {
    Document::parse(Format::Pgbouncer, text).unwrap()
}

fn within(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn said(text: &str) -> Vec<(String, String)> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| {
        (
            [one.within.as_slice(), std::slice::from_ref(&one.key)]
                .concat()
                .join("/"),
            one.value.to_string(),
        )
    })
    .collect()
}

fn wrong(text: &str) -> (u32, u32) {
    let error = Document::parse(Format::Pgbouncer, text).unwrap_err();
    (error.line, error.column)
}

fn read(of: &[(&str, &str)]) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = of
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    Format::Pgbouncer.read(&files, MAIN).remove(0)
}

fn effective(reading: &Reading, path: &[&str], key: &str) -> Option<String> {
    let found = reading.effective(&within(path), key);
    found.map(|one| one.value.to_string())
}

#[test]
fn a_file_says_its_sections_and_settings() {
    let text = "; first\r\n[pgbouncer] listen_port=6000\r\n\tpool_mode =  session  \r\n# x\n%include /a b \n";
    let expected = [
        ("[pgbouncer]", ""),
        ("pgbouncer/listen_port", "6000"),
        ("pgbouncer/pool_mode", "session"),
        ("pgbouncer/%include /a b", "/a b"),
    ];
    assert_eq!(
        said(text),
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn a_connection_string_is_its_parameters() {
    let text = "[databases]\nmy-db = host=/run dbname = 'it''s' password=x\nplain =\n";
    let expected = [
        ("[databases]", ""),
        ("databases/my-db/host", "/run"),
        ("databases/my-db/dbname", "it's"),
        ("databases/my-db/password", "x"),
        ("databases/plain", ""),
    ];
    assert_eq!(
        said(text),
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
    assert!(Format::Pgbouncer.is_secret("password", b""));
    assert!(!Format::Pgbouncer.is_secret("auth_query", b""));
}

#[test]
fn what_pgbouncer_refuses_is_refused_with_its_place() {
    for (text, place) in [
        ("\u{feff}[pgbouncer]\n", (1, 1)),
        ("[pgbouncer\n", (1, 11)),
        ("[nobody]\n", (1, 1)),
        ("[pgbouncer]\nlisten_port\n", (2, 12)),
        ("[pgbouncer]\n= 1\n", (2, 1)),
        ("[databases]\n\"a b\" = host=x\n", (2, 1)),
        ("[databases]\na = host=''\n", (2, 12)),
        ("[databases]\na = host='x'port=1\n", (2, 13)),
        ("[databases]\na = hostess\n", (2, 12)),
        ("[pgbouncer]\n%includes\n", (2, 1)),
        ("[pgbouncer]\nlogfile = a\0b\n", (2, 12)),
    ] {
        assert_eq!(wrong(text), place, "{text}");
    }
}

#[test]
fn a_value_changes_where_it_stands_and_nothing_else() {
    let mut document =
        parse("[databases]\na = host=x port=1\n[pgbouncer]\nmax_client_conn=\t100 \r\n");
    document
        .set(&within(&["pgbouncer"]), "max_client_conn", b"500")
        .unwrap();
    document
        .set(&within(&["databases", "a"]), "port", b"6432")
        .unwrap();
    document
        .set(&within(&["databases", "a"]), "dbname", b"'b c'")
        .unwrap();
    assert_eq!(
        document.bytes(),
        b"[databases]\na = host=x port=6432 dbname='b c'\n[pgbouncer]\nmax_client_conn=\t500 \r\n"
    );
    document
        .unset(&within(&["pgbouncer"]), "max_client_conn")
        .unwrap();
    assert!(document.bytes().ends_with(b"[pgbouncer]\n"));
}

#[test]
fn a_new_setting_stands_behind_its_commented_default_in_its_section() {
    let mut document =
        parse("[pgbouncer]\n;pool_mode = session\n\nlisten_port = 1\n\n[databases]\n");
    let main = within(&["pgbouncer"]);
    document.set(&main, "pool_mode", b"transaction").unwrap();
    document.set(&main, "%include /a", b"/a").unwrap();
    document
        .set(&within(&["databases", "x"]), "host", b"h")
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(document.bytes()),
        "[pgbouncer]\n;pool_mode = session\npool_mode = transaction\n\nlisten_port = 1\n%include /a\n\n[databases]\nx = host=h\n"
    );
    let mut empty = parse("");
    empty.set(&main, "pool_mode", b"session").unwrap();
    assert_eq!(empty.bytes(), b"[pgbouncer]\npool_mode = session\n");
    assert!(empty.set(&within(&["other"]), "a", b"b").is_err());
}

#[test]
fn an_included_file_goes_on_in_the_section_that_includes_it() {
    let reading = read(&[
        (
            MAIN,
            "[pgbouncer]\nlisten_port = 1\n%include /a\nverbose = 2\n",
        ),
        ("/a", "listen_port = 2\n[databases]\nx = host=h\n"),
    ]);
    assert_eq!(
        effective(&reading, &["pgbouncer"], "listen_port").unwrap(),
        "2"
    );
    assert_eq!(
        effective(&reading, &["databases", "x"], "host").unwrap(),
        "h"
    );
    // The section of the included file goes on: "verbose" is no setting there.
    let troubles: Vec<String> = reading.troubles.iter().map(ToString::to_string).collect();
    assert_eq!(troubles, [format!("{MAIN}:4:1: no connection string")]);
}

#[test]
fn databases_may_stand_in_a_file_without_a_section_line() {
    let reading = read(&[
        (MAIN, "[databases]\n%include /a\n[pgbouncer]\n"),
        ("/a", "x = host=h\n"),
    ]);
    assert_eq!(
        effective(&reading, &["databases", "x"], "host").unwrap(),
        "h"
    );
    assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
}

#[test]
fn a_missing_file_and_circles_are_told() {
    let reading = read(&[(
        MAIN,
        "[pgbouncer]\n%include /none\n%include /etc/pgbouncer/pgbouncer.ini\n",
    )]);
    let troubles: Vec<String> = reading.troubles.iter().map(ToString::to_string).collect();
    let circle = format!("{MAIN} is included in circles or too deeply, by {MAIN}:3");
    assert_eq!(troubles, ["/none is not there".to_owned(), circle]);
}

#[test]
fn a_second_main_section_forgets_what_has_a_default() {
    let text = "[pgbouncer]\nverbose = 1\nmax_client_conn = 5\n[pgbouncer]\npool_mode = session\n";
    let reading = read(&[(MAIN, text)]);
    assert_eq!(effective(&reading, &["pgbouncer"], "max_client_conn"), None);
    assert_eq!(effective(&reading, &["pgbouncer"], "verbose").unwrap(), "1");
}

#[test]
fn an_entry_that_comes_again_is_another() {
    let text = "[databases]\na = host=x user=u pool_size=3\na = port=7\n[pgbouncer]\n";
    let reading = read(&[(MAIN, text)]);
    let of = |key: &str| effective(&reading, &["databases", "a"], key);
    assert_eq!((of("host"), of("pool_size")), (None, None));
    assert_eq!(of("port").unwrap(), "7");
    assert_eq!(of("user").unwrap(), "u");
}

#[test]
fn a_spelling_does_not_make_a_difference() {
    let normal = |key: &str, value: &str| Format::Pgbouncer.normal(key, value.as_bytes());
    assert_eq!(normal("max_client_conn", "0x40"), Normal::whole(64));
    assert_eq!(normal("max_client_conn", "0100"), Normal::whole(64));
    assert_eq!(normal("server_lifetime", "010.0"), Normal::Time(10_000_000));
    assert_eq!(
        normal("server_lifetime", "0x10"),
        normal("server_lifetime", "16")
    );
    assert_eq!(
        normal("pool_mode", "SESSION"),
        normal("pool_mode", "session")
    );
    assert_eq!(
        normal("unix_socket_mode", "777"),
        normal("unix_socket_mode", "0777")
    );
    assert_eq!(normal("logfile", "0x1"), Normal::text(b"0x1"));
    let spell = |value: Normal| Format::Pgbouncer.spell("server_lifetime", &value);
    assert_eq!(spell(Normal::Time(1_500_000)), "1.5");
    assert_eq!(spell(Normal::Time(3_600_000_000)), "3600");
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[;#][^\n\0]{0,12}",
        Just(";listen_port = 6432".to_owned()),
        Just(String::new()),
        "listen_port[ \t]{0,2}=[ \t]{0,2}[1-9]{1,4}[ \r]{0,2}",
        "logfile = [a-z ;#']{0,6}",
        Just("[databases]".to_owned()),
        Just("[pgbouncer]".to_owned()),
        Just("%include /b".to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(document) = Document::parse(Format::Pgbouncer, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn an_edit_keeps_all_other_lines(
        lines in prop::collection::vec(line(), 0..8),
        ends in any::<bool>(),
        key in prop::sample::select(vec!["listen_port", "max_client_conn", "verbose"]),
    ) {
        let mut text = lines.join("\n");
        if ends {
            text.push('\n');
        }
        if let Ok(mut document) = Document::parse(Format::Pgbouncer, text.clone()) {
            prop_assert_eq!(document.bytes(), text.as_bytes());
            let main = within(&["pgbouncer"]);
            document.set(&main, key, b"77").unwrap();
            prop_assert_eq!(&document.winner(&main, key).unwrap().value[..], b"77");
            let after = String::from_utf8(document.bytes().to_vec()).unwrap();
            let before: Vec<&str> = text.lines().map(str::trim_end).collect();
            let changed: Vec<&str> = after.lines().map(str::trim_end)
                .filter(|line| !before.contains(line) && *line != "[pgbouncer]").collect();
            prop_assert!(changed.len() <= 1, "{:?}", changed);
            document.unset(&main, key).unwrap();
            prop_assert!(document.winner(&main, key).is_none());
        }
    }
}
