use proptest::prelude::*;

use super::super::super::{Document, Format};
use super::{document, service};

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
