//! Environment files: what is read, and edits.

use proptest::prelude::*;

use super::super::*;

fn parse(text: &str) -> Document {
    Document::parse(Format::Environment, text).unwrap()
}

fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| format!("{}={}", one.key, one.value))
        .collect()
}

fn wrong(text: &str) -> String {
    Document::parse(Format::Environment, text)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_line_is_a_name_and_a_value() {
    assert_eq!(
        said("# head\n\nA=1\n  B=x y  \nC=\nD=a=b\r\nPASSED_ON\nE=--a=1 --b=2"),
        ["A=1", "B=x y", "C=", "D=a=b", "E=--a=1 --b=2"]
    );
}

#[test]
fn quotes_and_backslashes_are_systemds() {
    assert_eq!(
        said(
            "A=\"x y\"\nB='a\"\\b'\nC=\"\\$\\\"\\n\"\nD=a\\ b\\\\\nE=a'b'\nF='a'\"b\"\nG= ' x '  \n"
        ),
        [
            "A=x y", "B=a\"\\b", "C=$\"\\n", "D=a b\\", "E=a'b'", "F=ab", "G= x "
        ]
    );
}

#[test]
fn what_is_not_understood_has_its_place() {
    assert_eq!(wrong("a b\n"), "line 1, column 1: no '=' behind the name");
    assert_eq!(
        wrong("A=1\nexport B=1\n"),
        "line 2, column 1: no name before the '='"
    );
    assert_eq!(wrong("A =1\n"), "line 1, column 1: no name before the '='");
    assert_eq!(wrong("=1\n"), "line 1, column 1: no name before the '='");
    assert_eq!(
        wrong("A='x\n"),
        "line 1, column 5: only systemd goes on with the value on the next line"
    );
    assert_eq!(
        wrong("A=\"x"),
        "line 1, column 3: the file ends before the value does"
    );
    assert!(wrong("# x\\\nA=1\n").contains("part of this comment"));
    assert!(wrong("; x\n").contains("no comment for docker"));
    assert!(wrong("\u{feff}A=1\n").contains("no name"));
    assert!(Document::parse(Format::Environment, b"A=\xe9\n".to_vec()).is_err());
    assert!(Document::parse(Format::Environment, b"# \xe9\nA=1\n".to_vec()).is_ok());
}

#[test]
fn an_edit_changes_a_value_or_adds_a_line() {
    let set = |text: &str, key: &str, written: &str| {
        let mut document = parse(text);
        document.set(&[], key, written.as_bytes())?;
        Ok::<_, Refused>(String::from_utf8(document.bytes().to_vec()).unwrap())
    };
    assert_eq!(set("A= 'x' \nB=2\n", "A", "y").unwrap(), "A= y \nB=2\n");
    assert_eq!(set("A=\n", "A", "y").unwrap(), "A=y\n");
    assert_eq!(set("# B=1\nA=1\n", "B", "2").unwrap(), "# B=1\nB=2\nA=1\n");
    assert_eq!(set("A=1", "B", "2").unwrap(), "A=1\nB=2\n");
    assert_eq!(set("A=1\r\n", "B", "2").unwrap(), "A=1\r\nB=2\r\n");
    assert_eq!(set("A=1\nA=2\n", "A", "3").unwrap(), "A=1\nA=3\n");
    for (key, written) in [
        ("A", "x\ny"),
        ("A", "'x"),
        ("A", " x"),
        ("a b", "1"),
        ("#A", "1"),
    ] {
        assert!(set("A=1\n", key, written).is_err(), "{key} {written}");
    }
    let mut document = parse("A=1\nB=2\nA=3\n");
    document.unset(&[], "A").unwrap();
    assert_eq!(document.bytes(), b"B=2\n");
}

#[test]
fn a_value_is_spelled_so_that_it_reads_back() {
    for text in [
        "x",
        "a b",
        " a",
        "it's",
        "a\"b",
        "a\\b",
        "$x #y",
        "--max-old-space-size=65 --x",
        "",
    ] {
        let spelled = Format::Environment.spell("A", &Normal::text(text.as_bytes()));
        assert_eq!(said(&format!("A={spelled}\n")), [format!("A={text}")]);
    }
    assert_eq!(Format::Environment.spell("A", &Normal::text(b"a b")), "a b");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "[A-C=#;'\" \\\\\n\r]{0,40}") {
        for bytes in [bytes, text.into_bytes()] {
            if let Ok(document) = Document::parse(Format::Environment, bytes.clone()) {
                prop_assert_eq!(document.bytes(), &bytes);
            }
        }
    }

    #[test]
    fn an_edit_keeps_all_else(text in "([A-C]=[a-b'\"\\\\ ]{0,4}\n|#[A-C ]{0,3}\n|\n){0,6}", key in "[A-D]", value in "[a-b'\" #$\\\\]{0,5}") {
        let Ok(mut document) = Document::parse(Format::Environment, text) else { return Ok(()) };
        let was = document.clone();
        let others = |document: &Document| -> Vec<String> {
            let all = document.statements().iter().filter(|one| one.key != key);
            all.map(|one| format!("{}={}", one.key, one.value)).collect()
        };
        let written = Format::Environment.spell(&key, &Normal::text(value.as_bytes()));
        document.set(&[], &key, written.as_bytes()).unwrap();
        prop_assert_eq!(document.winner(&[], &key).unwrap().value.to_string(), value);
        prop_assert_eq!(others(&document), others(&was));
        document.unset(&[], &key).unwrap();
        prop_assert_eq!(others(&document), others(&was));
    }
}
