//! What units say, how they are edited, and which of their lines count.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Document, Format, Reading, Standing};

fn document(text: &str) -> Document {
    Document::parse(Format::Systemd, text).unwrap()
}

fn service() -> [String; 1] {
    ["Service".to_owned()]
}

fn said(text: &str) -> Vec<(String, String)> {
    let document = document(text);
    let all = document.statements().iter();
    all.map(|one| {
        (
            format!("{}.{}", one.within.join(" "), one.key),
            one.value.to_string(),
        )
    })
    .collect()
}

#[track_caller]
fn says(text: &str, expected: &[(&str, &str)]) {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let expected: Vec<_> = expected.iter().map(own).collect();
    assert_eq!(said(text), expected, "{text:?}");
}

#[track_caller]
fn after(before: &str, key: &str, value: &str) -> String {
    let mut document = document(before);
    document.set(&service(), key, value.as_bytes()).unwrap();
    String::from_utf8(document.bytes().to_vec()).unwrap()
}

/// What is read of `foo-bar@1.service` or another.
fn read(all: &[(&str, &str)], unit: &str) -> Reading {
    let all = all.iter();
    let files: BTreeMap<String, Vec<u8>> = all
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    Format::Systemd.read(&files, unit).remove(0)
}

fn effective(reading: &Reading, key: &str) -> Option<String> {
    Some(reading.effective(&service(), key)?.value.to_string())
}

fn holding(reading: &Reading, key: &str) -> Vec<String> {
    let all = reading.occurrences.iter();
    let all = all.filter(|one| one.key == key && one.standing == Standing::Holds);
    all.map(|one| one.value.to_string()).collect()
}

#[test]
fn keys_stand_in_sections() {
    says(
        "\u{feff}[Unit]\r\nDescription = a=b # c\r\n; no\n[Service]\nMemoryMax=1M",
        &[("Unit.Description", "a=b # c"), ("Service.MemoryMax", "1M")],
    );
}

#[test]
fn a_continued_line_passes_over_comments_and_ends_at_a_blank_one() {
    says(
        "[Service]\nExecStart=/bin/a \\\n  # no=1\n\t--b\nX=1 \\\n\nY=2\n",
        &[
            ("Service.ExecStart", "/bin/a  \t--b"),
            ("Service.X", "1"),
            ("Service.Y", "2"),
        ],
    );
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    says(
        "[Service]\rA=1\r\rB=2 \\\r\n3",
        &[("Service.A", "1"), ("Service.B", "2  3")],
    );
}

#[test]
fn what_systemd_passes_over_says_nothing() {
    says(
        "A=0\n[Service]\nno equals\n=1\nA B=1\n[X-Own]\nC=1\n",
        &[("X-Own.C", "1")],
    );
}

#[test]
fn every_variable_is_a_statement() {
    says(
        "[Service]\nEnvironment=A=1 \"B=x y\" C='p'q bad 9X=1 D=a\\x20b\nEnvironment=\n",
        &[
            ("Service.Environment A", "1"),
            ("Service.Environment B", "x y"),
            ("Service.Environment C", "pq"),
            ("Service.Environment D", "a b"),
            ("Service.Environment", ""),
        ],
    );
}

#[test]
fn what_systemd_refuses_is_refused_with_its_place() {
    for (line, column) in [
        ("[Service", 1),
        (" [a\"b]", 2),
        ("Environment=A=1 \"B", 17),
        ("Environment=A=\\q", 13),
    ] {
        let text = format!("[Service]\n{line}\n");
        let error = Document::parse(Format::Systemd, text).unwrap_err();
        assert_eq!(error.line, 2, "{line}");
        assert!(error.column >= column, "{line}: {}", error.column);
    }
    assert!(Document::parse(Format::Systemd, b"[Service]\nA=\xff\n".as_slice()).is_err());
    assert!(Document::parse(Format::Systemd, b"[Service]\n# \xff\n".as_slice()).is_ok());
}

#[test]
fn a_value_changes_alone() {
    let text = "[Service]\r\n MemoryMax = 1M \r\n[Install]\r\nMemoryMax=2M";
    assert_eq!(after(text, "MemoryMax", "345M"), text.replace("1M", "345M"));
    let text = "[Service]\nEnvironment=\"A=x y\" B=2\n";
    assert_eq!(after(text, "Environment A", "z"), text.replace("x y", "z"));
    assert_eq!(
        after(text, "Environment B", "3"),
        text.replace("B=2", "B=3")
    );
    assert_eq!(
        after("[Service]\nCPUWeight=\n", "CPUWeight", "5"),
        "[Service]\nCPUWeight=5\n"
    );
}

#[test]
fn a_new_line_stands_where_a_person_would_have_put_it() {
    let text = "[Unit]\nA=1\n\n[Service]\nB=1\n#MemoryMax=1M\n\n[Install]\nC=1\n";
    assert_eq!(
        after(text, "MemoryMax", "2M"),
        text.replace("#MemoryMax=1M\n", "#MemoryMax=1M\nMemoryMax=2M\n")
    );
    assert_eq!(
        after(text, "CPUWeight", "5"),
        text.replace("B=1\n", "B=1\nCPUWeight=5\n")
    );
    assert_eq!(
        after("[Service]\nEnvironment=A=1\nB=1\n", "Environment C", "2"),
        "[Service]\nEnvironment=A=1\nEnvironment=\"C=2\"\nB=1\n"
    );
    assert_eq!(
        after("[Service]\nB=1 \\\n 2\nC=1", "D", "1"),
        "[Service]\nB=1 \\\n 2\nC=1\nD=1\n"
    );
    assert_eq!(
        after("[Unit]\nA=1", "D", "1"),
        "[Unit]\nA=1\n\n[Service]\nD=1\n"
    );
    assert_eq!(after("", "D", "1"), "[Service]\nD=1\n");
}

#[test]
fn an_edit_that_would_change_others_is_refused() {
    let mut document = document("[Service]\nA=1\nB=2\n");
    for value in ["1 \\", "1\nC=3", " 1"] {
        assert!(
            document.set(&service(), "A", value.as_bytes()).is_err(),
            "{value:?}"
        );
    }
    assert!(document.set(&[], "A", b"1").is_err());
}

#[test]
fn a_higher_directory_hides_the_unit_in_a_lower_one() {
    let all = [
        ("/etc/systemd/system/a.service", "[Service]\nCPUWeight=1\n"),
        (
            "/usr/lib/systemd/system/a.service",
            "[Service]\nTasksMax=2\n",
        ),
    ];
    let reading = read(&all, "a.service");
    assert_eq!(reading.files, ["/etc/systemd/system/a.service"]);
    assert_eq!(effective(&reading, "TasksMax"), None);
}

#[test]
fn drop_ins_come_by_name_from_the_unit_its_template_its_prefix_and_its_type() {
    let part = "[Service]\nCPUWeight=1\n";
    let all = [
        ("/etc/systemd/system/service.d/30.conf", part),
        ("/etc/systemd/system/service.d/40.conf", part),
        ("/usr/lib/systemd/system/a-b@.service", part),
        ("/usr/lib/systemd/system/a-b@.service.d/20.conf", part),
        ("/usr/lib/systemd/system/a-b@1.service.d/10.conf", part),
        ("/usr/lib/systemd/system/a-b@1.service.d/40.conf", part),
        ("/usr/lib/systemd/system/a-.service.d/25.conf", part),
        ("/run/systemd/system/a-@1.service.d/15.conf", part),
        ("/run/systemd/system/a-b@2.service.d/15.conf", part),
        (
            "/etc/systemd/system.control/a-b@1.service.d/50-M.conf",
            part,
        ),
        ("/etc/systemd/system/a-b@1.service.d/.x.conf", part),
        ("/etc/systemd/system/a-b@1.service.d/README", part),
    ];
    let files = read(&all, "a-b@1.service").files;
    let expected = [
        "/usr/lib/systemd/system/a-b@.service",
        "/usr/lib/systemd/system/a-b@1.service.d/10.conf",
        "/run/systemd/system/a-@1.service.d/15.conf",
        "/usr/lib/systemd/system/a-b@.service.d/20.conf",
        "/usr/lib/systemd/system/a-.service.d/25.conf",
        "/etc/systemd/system/service.d/30.conf",
        "/usr/lib/systemd/system/a-b@1.service.d/40.conf",
        "/etc/systemd/system.control/a-b@1.service.d/50-M.conf",
    ];
    assert_eq!(files, expected);
}

#[test]
fn a_masked_unit_sets_nothing_and_says_so() {
    let all = [
        ("/etc/systemd/system/a.service", ""),
        (
            "/usr/lib/systemd/system/a.service",
            "[Service]\nCPUWeight=1\n",
        ),
    ];
    let reading = read(&all, "a.service");
    assert!(reading.occurrences.is_empty());
    assert_eq!(reading.troubles.len(), 1);
}

#[test]
fn an_empty_value_takes_back_what_a_list_gathered() {
    let all = [
        (
            "/usr/lib/systemd/system/a.service",
            "[Unit]\nAfter=x\nConditionPathExists=/a\n[Service]\nExecStart=/bin/a\nEnvironment=A=1 B=2\nEnvironment=A=3\n",
        ),
        (
            "/etc/systemd/system/a.service.d/x.conf",
            "[Unit]\nAfter=\nAfter=y\nConditionHost=\n[Service]\nExecStart=\nExecStart=/bin/b\nExecStart=/bin/c\n",
        ),
    ];
    let reading = read(&all, "a.service");
    assert_eq!(holding(&reading, "ExecStart"), ["/bin/b", "/bin/c"]);
    assert_eq!(holding(&reading, "After"), ["x", "", "y"]);
    assert!(holding(&reading, "ConditionPathExists").is_empty());
    assert_eq!(effective(&reading, "Environment A").as_deref(), Some("3"));
    assert_eq!(effective(&reading, "Environment B").as_deref(), Some("2"));
}

#[test]
fn one_timeout_sets_both() {
    let text = |text: &str| read(&[("/x", text)], "/x");
    let key = "TimeoutStopSec";
    let later = text("[Service]\nTimeoutStopSec=1\nTimeoutSec=2\n");
    assert_eq!(effective(&later, key).as_deref(), Some("2"));
    let earlier = text("[Service]\nTimeoutSec=2\nTimeoutStopSec=1\n");
    assert_eq!(effective(&earlier, key).as_deref(), Some("1"));
    assert_eq!(effective(&earlier, "TimeoutStartSec").as_deref(), Some("2"));
}

#[test]
fn a_value_that_systemd_passes_over_leaves_the_one_before() {
    let reading = read(&[("/x", "[Service]\nMemoryMax=5M\nMemoryMax=12Q\n")], "/x");
    assert_eq!(effective(&reading, "MemoryMax").as_deref(), Some("5M"));
    assert_eq!(reading.occurrences[1].standing, Standing::PassedOver);
    assert!(reading.is_whole());
}

#[test]
fn secrets_are_never_shown() {
    let format = Format::Systemd;
    assert!(format.is_secret("Environment DB_PASSWORD", b""));
    assert!(format.is_secret("SetCredential", b""));
    assert!(!format.is_secret("Environment DB_POOL_SIZE", b""));
    assert!(format.is_secret("ExecStart", b"/bin/a --to redis://:p@h/0"));
    assert!(!format.is_secret("ExecStart", b"/bin/a --to redis://h/0"));
}

fn line() -> impl Strategy<Value = String> {
    let text = prop::sample::select(vec![
        "MemoryMax=1M",
        "MemoryMax = 2M ",
        "CPUWeight=",
        "Environment=A=1 \"B=2 3\"",
        "Environment=\"A=4\"",
        "ExecStart=/bin/a \\\n # c\n  b",
        "#CPUWeight=7",
        "; c",
        "",
        "[Install]",
        "[Service]",
        "no",
        "After=a \\\n",
        "\tTasksMax=\t5",
    ]);
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", " \n", "\n\n"]);
    (text, end).prop_map(|(text, end)| format!("{text}{end}"))
}

proptest! {
    #[test]
    fn whatever_is_read_is_printed_as_it_came(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(document) = Document::parse(Format::Systemd, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn no_line_of_signs_is_too_much(text in "(\\[[a-zA-Z]*\\]|Environment=|[=\\\\\"' \n\r#;a-z0-9%x]){0,60}") {
        let read = Document::parse(Format::Systemd, format!("[Service]\n{text}"));
        for one in read.iter().flat_map(Document::statements) {
            let _ = Format::Systemd.normal("TimeoutStopSec", &one.value);
            let _ = Format::Systemd.normal("MemoryMax", &one.value);
        }
    }

    #[test]
    fn an_edit_keeps_all_else(
        lines in prop::collection::vec(line(), 0..12),
        key in prop::sample::select(vec!["MemoryMax", "CPUWeight", "TasksMax", "Environment A", "Environment Z"]),
        value in "[a-zA-Z0-9]{1,6}",
    ) {
        let before = document(&lines.concat());
        let mut set = before.clone();
        if set.set(&service(), key, value.as_bytes()).is_err() {
            // What continues to the end of the file would take in a new line.
            prop_assert!(lines.concat().contains("After=a \\\n"));
            return Ok(());
        }
        let others = |document: &Document| -> Vec<(Vec<String>, String, String)> {
            let all = document.statements().iter();
            let all = all.filter(|one| one.key != key || one.within != service());
            all.map(|one| (one.within.clone(), one.key.clone(), one.value.to_string())).collect()
        };
        prop_assert_eq!(&set.winner(&service(), key).unwrap().value, value.as_str());
        prop_assert_eq!(others(&before), others(&set));
        let twice = {
            let mut twice = set.clone();
            twice.set(&service(), key, value.as_bytes()).unwrap();
            twice
        };
        prop_assert_eq!(twice.bytes(), set.bytes());
        let mut unset = set.clone();
        if unset.unset(&service(), key).is_ok() {
            prop_assert!(unset.winner(&service(), key).is_none());
            prop_assert_eq!(others(&before), others(&unset));
        }
    }
}
