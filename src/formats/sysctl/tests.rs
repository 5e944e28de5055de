//! What lines of sysctl.d say, how they are edited, and what each reader takes.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Document, Files as _, Format, Normal, Standing};

fn document(text: &str) -> Document {
    Document::parse(Format::Sysctl, text).unwrap()
}

fn said(text: &str) -> Vec<(String, String)> {
    let document = document(text);
    let said = document.statements().iter();
    said.map(|one| (one.key.clone(), one.value.to_string()))
        .collect()
}

#[track_caller]
fn says(text: &str, key: &str, value: &str) {
    assert_eq!(said(text), [(key.to_owned(), value.to_owned())], "{text:?}");
}

#[track_caller]
fn after(before: &str, key: &str, value: &str) -> String {
    let mut document = document(before);
    document.set(&[], key, value.as_bytes()).unwrap();
    String::from_utf8(document.bytes().to_vec()).unwrap()
}

fn files(all: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let all = all.iter();
    all.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

/// What the two readers make of a key.
fn effective(all: &[(&str, &str)], key: &str) -> [Option<String>; 2] {
    let files = files(all);
    let readings = Format::Sysctl.read(&files, "");
    let value = |n: usize| Some(readings[n].effective(&[], key)?.value.to_string());
    [value(0), value(1)]
}

#[test]
fn a_line_is_a_key_and_all_behind_the_first_equals_sign() {
    says("vm.swappiness = 10", "vm.swappiness", "10");
    says("\tvm.swappiness=10 # low \r\n", "vm.swappiness", "10 # low");
    says("-vm.swappiness = 10\n", "vm.swappiness", "10");
    says("a.b = = \"5\"\n", "a.b", "= \"5\"");
    says("a.b =\n", "a.b", "");
}

#[test]
fn dots_and_slashes_change_places_as_the_first_of_them_says() {
    says("vm/swappiness = 1", "vm.swappiness", "1");
    says(
        "net/ipv4/conf/eth0.5/tag = 1",
        "net.ipv4.conf.eth0/5.tag",
        "1",
    );
    says(
        "net.ipv4.conf.eth0/5.tag = 1",
        "net.ipv4.conf.eth0/5.tag",
        "1",
    );
}

#[test]
fn what_both_readers_pass_over_says_nothing() {
    for text in [
        "",
        "# a.b = 1",
        "  ; a.b = 1",
        "a.b 1",
        " = 1",
        "a b = 1",
        "\u{feff}# comment\n",
    ] {
        assert_eq!(said(text), [], "{text:?}");
    }
}

#[test]
fn what_the_readers_differ_about_is_refused_with_its_place() {
    for line in [
        "a.b = 1\rc.d = 2",
        "a.b = 1\0",
        "\u{c}a.b = 1",
        "- a.b = 1",
        "--a.b = 1",
        "a.b. = 1",
        "a..b = 1",
        "/a/b = 1",
        "a/../b = 1",
        "a.{b,c}* = 1",
        "-a.*",
        "\u{feff}a.b = 1",
    ] {
        let text = format!("# first\n {line}\n");
        let error = Document::parse(Format::Sysctl, text).unwrap_err();
        assert_eq!((error.line, error.column), (2, 2), "{line:?}");
    }
    let long = [b"# ".as_slice(), &vec![b'x'; 1 << 20], b"\n"].concat();
    assert!(Document::parse(Format::Sysctl, long).is_err());
}

#[test]
fn a_value_changes_alone() {
    let text = "# \u{e4}\r\n vm.swappiness =\t10\r\nvm.swappiness = 11  \r\nlast = 1";
    let expected = text.replace("11", "12");
    assert_eq!(after(text, "vm.swappiness", "12"), expected);
    assert_eq!(after("a.b =\n", "a.b", "1"), "a.b =1\n");
}

#[test]
fn a_new_line_stands_behind_its_commented_default() {
    assert_eq!(
        after("# one\n#a.b=0\nc.d=1\n", "a.b", "2"),
        "# one\n#a.b=0\na.b=2\nc.d=1\n"
    );
    assert_eq!(after("; a/b = 0\n", "a.b", "2"), "; a/b = 0\na.b = 2\n");
}

#[test]
fn or_at_the_end_spelled_as_the_last_one_is() {
    assert_eq!(after("", "a.b", "1"), "a.b = 1\n");
    assert_eq!(after("c.d=1", "a.b", "1"), "c.d=1\na.b=1\n");
    assert_eq!(after("c.d = 1\r\n", "a.b", "1"), "c.d = 1\r\na.b = 1\r\n");
}

#[test]
fn numbers_are_the_kernels() {
    let normal = |value: &str| Format::Sysctl.normal("net.core.somaxconn", value.as_bytes());
    assert_eq!(normal("0x10"), Normal::whole(16));
    assert_eq!(normal("020"), normal("16"));
    assert_eq!(normal("-0x1"), Normal::whole(-1));
    assert_eq!(normal("4096\t 0x20000  9"), normal("4096 131072 9"));
    assert_eq!(normal("+5"), Normal::text(b"+5"));
    assert_eq!(normal("08"), Normal::text(b"08"));
    let name = Format::Sysctl.normal("kernel.hostname", b"010");
    assert_eq!(name, Normal::text(b"010"));
    assert_eq!(Format::Sysctl.spell("a.b", &Normal::whole(16)), "16");
}

#[test]
fn an_explicit_key_beats_a_pattern_wherever_it_stands() {
    let all = [
        ("/etc/sysctl.d/10.conf", "net.ipv4.conf.lo.tag = 1\n"),
        ("/etc/sysctl.d/20.conf", "net.ipv4.conf.*.tag = 2\n"),
        ("/etc/sysctl.d/30.conf", "-net.ipv4.conf.all.tag\n"),
    ];
    let both = |value: &str| [Some(value.to_owned()), Some(value.to_owned())];
    assert_eq!(effective(&all, "net.ipv4.conf.lo.tag"), both("1"));
    assert_eq!(effective(&all, "net.ipv4.conf.eth0.tag"), both("2"));
    assert_eq!(effective(&all, "net.ipv4.conf.all.tag"), [None, None]);
    assert_eq!(effective(&all, "net.ipv4.tag"), [None, None]);
}

#[test]
fn a_key_kept_off_after_its_value_is_lost_to_systemd_alone() {
    let all = [("/etc/sysctl.d/10.conf", "a.b = 1\n-a.b\n")];
    assert_eq!(effective(&all, "a.b"), [None, Some("1".to_owned())]);
    let readings = Format::Sysctl.read(&files(&all), "");
    assert_eq!(readings[0].occurrences[0].standing, Standing::Lost(1));
}

#[test]
fn only_procps_reads_sysctl_conf_and_hidden_names() {
    let all = [
        ("/etc/sysctl.conf", "a.b = 3\n"),
        ("/etc/sysctl.d/99.conf", "a.b = 1\n"),
        ("/etc/sysctl.d/.x.conf", "c.d = 2\n"),
    ];
    let [systemd, procps] = effective(&all, "a.b");
    assert_eq!(
        (systemd.as_deref(), procps.as_deref()),
        (Some("1"), Some("3"))
    );
    assert_eq!(effective(&all, "c.d"), [None, Some("2".to_owned())]);
}

#[test]
fn a_directory_in_place_of_a_file_is_a_trouble() {
    let all = [
        ("/etc/sysctl.d/10.conf/x", ""),
        ("/usr/lib/sysctl.d/10.conf", "a.b = 1\n"),
    ];
    let readings = Format::Sysctl.read(&files(&all), "");
    assert!(files(&all).read("/etc/sysctl.d/10.conf").is_err());
    for reading in &readings {
        assert_eq!(reading.troubles.len(), 1);
        assert_eq!(reading.effective(&[], "a.b"), None);
    }
}

fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "a.b",
        "a/c",
        "net.ipv4.conf.*.tag",
        "net.ipv4.conf.lo.tag",
        "-a.b",
        "#a.b",
        "; a.d",
        "",
    ]);
    let between = prop::sample::select(vec!["=", " = ", "\t=  ", " =", ""]);
    let value = prop::sample::select(vec!["1", "2 3", "", "x # y", "\"q\"", "\u{e4}"]);
    let end = prop::sample::select(vec!["\n", "\r\n", " \n", "\n\n"]);
    (key, between, value, end)
        .prop_map(|(key, between, value, end)| format!("{key}{between}{value}{end}"))
}

proptest! {
    #[test]
    fn whatever_is_read_is_printed_as_it_came(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(document) = Document::parse(Format::Sysctl, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn an_edit_keeps_all_else(
        lines in prop::collection::vec(line(), 0..12),
        key in prop::sample::select(vec!["a.b", "a.c", "a.d", "net.ipv4.conf.lo.tag"]),
        value in "[a-z0-9]{1,5}( [0-9]{1,3})?",
    ) {
        let before = document(&lines.concat());
        let mut set = before.clone();
        set.set(&[], key, value.as_bytes()).unwrap();
        prop_assert_eq!(&set.winner(&[], key).unwrap().value, value.as_str());
        let others = |document: &Document| -> Vec<(String, String)> {
            let all = document.statements().iter().filter(|one| one.key != key);
            all.map(|one| (one.key.clone(), one.value.to_string())).collect()
        };
        prop_assert_eq!(others(&before), others(&set));
        let kept = |document: &Document| -> Vec<Vec<u8>> {
            document.bytes().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
        };
        let (was, is) = (kept(&before), kept(&set));
        let changed = is.iter().filter(|line| !was.contains(line)).count();
        prop_assert!(changed <= 1, "{was:?} {is:?}");
        let mut unset = set.clone();
        unset.unset(&[], key).unwrap();
        prop_assert!(unset.winner(&[], key).is_none());
        prop_assert_eq!(others(&before), others(&unset));
    }
}
