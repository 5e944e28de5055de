//! What the format says of a file, and what it makes of several.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Document, Format, Normal, Reading, Standing, TroubleKind};

fn parse(text: &[u8]) -> Document {
    Document::parse(Format::Redis, text).unwrap()
}

fn said(text: &[u8]) -> Vec<(String, String)> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| (one.key.clone(), one.value.to_string()))
        .collect()
}

fn wrong(text: &[u8]) -> (u32, u32) {
    let error = Document::parse(Format::Redis, text).unwrap_err();
    (error.line, error.column)
}

fn files(of: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let files = of.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn read(of: &[(&str, &str)]) -> Reading {
    Format::Redis
        .read(&files(of), "/etc/redis/redis.conf")
        .remove(0)
}

fn effective(reading: &Reading, key: &str) -> Option<(String, String, u32)> {
    let found = reading.effective(&[], key)?;
    Some((found.value.to_string(), found.file.clone(), found.line))
}

#[test]
fn words_are_quoted_as_redis_has_it() {
    for (line, value) in [
        (r#"logfile "a b""#, "a b"),
        (r#"logfile "\x41\n\t\"\\\q""#, "A\n\t\"\\q"),
        (r"logfile 'it\'s \n'", "it's \\n"),
        (r#"logfile a"b c""#, "ab c"),
        ("LogFile\ta\r", "a"),
        (r#""logfile" """#, ""),
    ] {
        assert_eq!(
            said(line.as_bytes()),
            [("logfile".to_owned(), value.to_owned())],
            "{line}"
        );
    }
}

#[test]
fn what_redis_refuses_is_refused_with_its_place() {
    for (text, place) in [
        (&b"port 1\nlogfile \"a"[..], (2, 9)),
        (b"logfile 'a'b", (1, 12)),
        (b"maxmemory 5mb # much", (1, 15)),
        (b"maxmemory", (1, 1)),
        (b"\xef\xbb\xbfport 1", (1, 1)),
        (b"# a\0b\nport 1", (1, 4)),
        (b"save 900", (1, 1)),
        (b"client-output-buffer-limit normal 1 2", (1, 1)),
        (b"rename-command GET", (1, 1)),
    ] {
        assert_eq!(wrong(text), place, "{}", text.escape_ascii());
    }
}

#[test]
fn comments_hold_any_bytes_and_stay() {
    let text = b"\t# \xff\xfe\r\n\r\nport 1\r\n#";
    assert_eq!(parse(text).bytes(), text);
    assert_eq!(said(text).len(), 1);
}

#[test]
fn those_of_which_each_counts_are_told_apart() {
    let text = b"client-output-buffer-limit NORMAL 0 0 0 slave 1 2 3\nrename-command GET g\n\
                 user default on >secret\nloadmodule /a.so x y\ninclude /b\ninclude \"/c d\"\n";
    let keys: Vec<String> = said(text).into_iter().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        [
            "client-output-buffer-limit normal",
            "client-output-buffer-limit replica",
            "rename-command get",
            "user default",
            "loadmodule /a.so",
            "include /b",
            "include /c d",
        ]
    );
}

#[test]
fn old_names_are_todays() {
    assert_eq!(said(b"slave-priority 1")[0].0, "replica-priority");
    assert_eq!(said(b"lua-time-limit 1")[0].0, "busy-reply-threshold");
}

#[test]
fn a_value_changes_where_it_stands_and_nothing_else() {
    let mut document = parse(b"# limit\nmaxmemory   \"50mb\"  \r\nport 1");
    document.set(&[], "maxmemory", b"38mb").unwrap();
    assert_eq!(document.bytes(), b"# limit\nmaxmemory   38mb  \r\nport 1");
    document.set(&[], "save", b"\"\"").unwrap();
    assert!(document.bytes().ends_with(b"port 1\r\nsave \"\"\r\n"));
    document.unset(&[], "maxmemory").unwrap();
    assert_eq!(document.bytes(), b"# limit\nport 1\r\nsave \"\"\r\n");
}

#[test]
fn a_new_setting_stands_behind_its_commented_default() {
    let text = b"# maxmemory limits what redis takes\n# maxmemory <bytes>\n\nport 1\n";
    let mut document = parse(text);
    document.set(&[], "maxmemory", b"38mb").unwrap();
    let expected =
        b"# maxmemory limits what redis takes\n# maxmemory <bytes>\nmaxmemory 38mb\n\nport 1\n";
    assert_eq!(document.bytes(), expected);
    document
        .set(
            &[],
            "include /etc/redis/90-tune.conf",
            b"/etc/redis/90-tune.conf",
        )
        .unwrap();
    assert!(
        document
            .bytes()
            .ends_with(b"port 1\ninclude /etc/redis/90-tune.conf\n")
    );
}

#[test]
fn one_of_several_classes_on_a_line_changes_alone() {
    let mut document = parse(b"client-output-buffer-limit normal 0 0 0 pubsub 1 2 3\n");
    document
        .set(&[], "client-output-buffer-limit pubsub", b"32mb 8mb 60")
        .unwrap();
    let expected = b"client-output-buffer-limit normal 0 0 0 pubsub 32mb 8mb 60\n";
    assert_eq!(document.bytes(), expected);
}

#[test]
fn a_value_that_is_two_is_refused() {
    let mut document = parse(b"maxmemory 1\n");
    assert!(document.set(&[], "maxmemory", b"1 2").is_err());
    assert!(document.set(&[], "maxmemory", b"1\nport 2").is_err());
    assert_eq!(document.bytes(), b"maxmemory 1\n");
}

#[test]
fn an_included_file_stands_at_its_place() {
    let reading = read(&[
        (
            "/etc/redis/redis.conf",
            "port 1\ninclude /etc/redis/a.conf\nport 3\n",
        ),
        ("/etc/redis/a.conf", "port 2\ntimeout 9\n"),
    ]);
    let main = "/etc/redis/redis.conf".to_owned();
    assert_eq!(effective(&reading, "port"), Some(("3".into(), main, 3)));
    let included = "/etc/redis/a.conf".to_owned();
    assert_eq!(
        effective(&reading, "timeout"),
        Some(("9".into(), included, 2))
    );
    assert!(reading.troubles.is_empty());
    let lost = reading
        .occurrences
        .iter()
        .filter(|one| one.standing != Standing::Holds);
    assert_eq!(lost.count(), 2);
}

#[test]
fn a_pattern_may_stand_for_nothing_and_a_file_may_not_be_missing() {
    let reading = read(&[(
        "/etc/redis/redis.conf",
        "include /etc/redis/d/*.conf\ninclude /etc/redis/none.conf\n",
    )]);
    let missing: Vec<String> = reading.troubles.iter().map(ToString::to_string).collect();
    assert_eq!(missing, ["/etc/redis/none.conf is not there"]);
}

#[test]
fn a_path_without_a_root_starts_where_dir_has_moved_it() {
    let reading = read(&[
        ("/etc/redis/redis.conf", "dir /srv\ninclude x/*.conf\n"),
        ("/srv/x/b.conf", "port 2\n"),
        ("/srv/x/a.conf", "port 1\n"),
    ]);
    assert_eq!(effective(&reading, "port").unwrap().0, "2");
}

#[test]
fn circles_end() {
    let reading = read(&[
        ("/etc/redis/redis.conf", "include /a\n"),
        ("/a", "include /etc/redis/redis.conf\ninclude /a\n"),
    ]);
    let deep = |one: &super::super::Trouble| matches!(one.what, TroubleKind::TooDeep { .. });
    assert_eq!(reading.troubles.iter().filter(|one| deep(one)).count(), 2);
}

#[test]
fn the_lines_of_save_add_up_until_one_forgets_them() {
    for (text, sum) in [
        ("save 900 1\nsave 300 10\n", "900 1 300 10"),
        ("save 900 1\nsave \"\"\n", ""),
        ("save 1 2\nsave \"\"\nsave 3 4\nsave 5 6\n", "3 4 5 6"),
        ("save 1 2\nsave\n", "1 2"),
        ("save \"900 1\"\n", "900 1"),
        ("save\n", ""),
    ] {
        let reading = read(&[("/etc/redis/redis.conf", text)]);
        assert_eq!(effective(&reading, "save").unwrap().0, sum, "{text}");
    }
}

#[test]
fn behind_an_include_each_save_stands_for_itself() {
    let reading = read(&[
        (
            "/etc/redis/redis.conf",
            "save 1 2\ninclude /a\nsave 5 6\nsave 7 8\n",
        ),
        ("/a", "save 3 4\n"),
    ]);
    assert_eq!(effective(&reading, "save").unwrap().0, "7 8");
    let sums = reading.occurrences.iter().filter(|one| one.key == "save");
    let sums: Vec<String> = sums.map(|one| one.value.to_string()).collect();
    assert_eq!(sums, ["1 2", "1 2 3 4", "5 6", "7 8"]);
}

#[test]
fn units_and_case_do_not_make_a_difference() {
    let normal = |key: &str, value: &str| Format::Redis.normal(key, value.as_bytes());
    assert_eq!(normal("maxmemory", "1kb"), Normal::Size(1024));
    assert_eq!(normal("maxmemory", "1K"), Normal::Size(1000));
    assert_eq!(normal("maxmemory", "38MB"), normal("maxmemory", "39845888"));
    assert_eq!(normal("maxmemory", "0"), Normal::Unlimited);
    assert_eq!(normal("maxmemory-clients", "5%"), Normal::text(b"5%"));
    assert_eq!(normal("appendonly", "YES"), Normal::Flag(true));
    assert_eq!(normal("port", "6379"), Normal::whole(6379));
    assert_eq!(normal("port", "06379"), Normal::text(b"06379"));
    assert_eq!(
        normal("maxmemory-policy", "AllKeys-LRU"),
        Normal::text(b"allkeys-lru")
    );
    let limits = "client-output-buffer-limit normal";
    assert_eq!(
        normal(limits, "1mb 512kb 60"),
        normal(limits, "1048576 524288 60")
    );
    assert_eq!(
        Format::Redis.spell(limits, &normal(limits, "1048576 524288 60")),
        "1mb 512kb 60"
    );
}

#[test]
fn a_person_writes_sizes_with_their_unit() {
    let spell = |value: Normal| Format::Redis.spell("maxmemory", &value);
    assert_eq!(spell(Normal::Size(38 << 20)), "38mb");
    assert_eq!(spell(Normal::Size(2 << 30)), "2gb");
    assert_eq!(spell(Normal::Size(1000)), "1000");
    assert_eq!(spell(Normal::Size(0)), "0");
    assert_eq!(
        Format::Redis.spell("appendonly", &Normal::Flag(false)),
        "no"
    );
    assert_eq!(Format::Redis.spell("save", &Normal::text(b"")), "\"\"");
}

#[test]
fn passwords_are_secret() {
    for key in [
        "requirepass",
        "masterauth",
        "user default",
        "tls-key-file-pass",
    ] {
        assert!(Format::Redis.is_secret(key, b""), "{key}");
    }
    assert!(!Format::Redis.is_secret("masteruser-x", b""));
    assert!(!Format::Redis.is_secret("maxmemory", b""));
}

#[test]
fn a_command_line_says_what_a_file_would() {
    let argv = "/usr/bin/redis-server /etc/redis.conf --maxmemory 50mb --save 1 2 --logfile a\tb";
    let argv: Vec<String> = argv.split(' ').map(str::to_owned).collect();
    let set: Vec<(String, String)> = Format::Redis
        .arguments(&argv)
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect();
    let expected = [("maxmemory", "50mb"), ("save", "1 2"), ("logfile", "a\tb")];
    assert_eq!(
        set,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

/// Lines that redis takes, in many spellings.
fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("# maxmemory <bytes>".to_owned()),
        "[ \t]{0,2}#[^\n\0]{0,12}",
        Just(String::new()),
        "[ \t]{0,2}(maxmemory|MaxMemory)[ \t]{1,3}[1-9]{1,4}(kb|MB|g|)[ \t]{0,2}",
        "port [1-9]{1,4}\r?",
        "logfile \"[a-z \\\\n]{0,6}x\"",
        "save [1-9]{1,3} [1-9]",
        "client-output-buffer-limit (normal|pubsub) [0-9]{1,3} 0 0",
        "timeout '[0-9]{1,2}'",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(document) = Document::parse(Format::Redis, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn an_edit_keeps_all_other_lines(
        lines in prop::collection::vec(line(), 0..8),
        ends in any::<bool>(),
        key in prop::sample::select(vec!["maxmemory", "port", "timeout", "hz", "appendonly"]),
    ) {
        let mut text = lines.join("\n");
        if ends {
            text.push('\n');
        }
        let mut document = parse(text.as_bytes());
        prop_assert_eq!(document.bytes(), text.as_bytes());
        document.set(&[], key, b"77").unwrap();
        let after = String::from_utf8(document.bytes().to_vec()).unwrap();
        let mut files = files(&[("/r", &after)]);
        let reading = Format::Redis.read(&files, "/r").remove(0);
        prop_assert_eq!(&reading.effective(&[], key).unwrap().value[..], b"77");
        let before: Vec<&str> = text.lines().map(str::trim_end).collect();
        let after_lines = after.lines().map(str::trim_end);
        let changed = after_lines.filter(|line| !before.contains(line)).count();
        prop_assert!(changed <= 1, "{}", after);
        document.unset(&[], key).unwrap();
        files.insert("/r".to_owned(), document.bytes().to_vec());
        let reading = Format::Redis.read(&files, "/r").remove(0);
        prop_assert!(reading.effective(&[], key).is_none());
    }
}
