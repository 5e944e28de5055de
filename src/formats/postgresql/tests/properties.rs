//! What holds for any file.

use proptest::prelude::*;

use crate::formats::postgresql::lexer;
use crate::formats::{Document, Format, Normal, Statement};

fn text(pattern: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let text = proptest::string::string_regex(pattern).unwrap();
    text.prop_map(String::into_bytes)
}

/// Lines as people write them, and some that no server takes.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let name = "(port|Work_Mem|fsync|my\\.name|cluster_name|include|shared_buffers)";
    let value = "(4MB|'[a-z ''\\\\#=]{0,4}'|-1|0x1F|\\.5|on|a\\.b|replica|'\u{fc}')";
    prop_oneof![
        8 => text(&format!("[ \t]{{0,2}}{name}( ?= ?| |\t){value}[ \t]?(#.{{0,3}})?\r?")),
        2 => text(&format!("#{name} = {value}")),
        1 => Just(Vec::new()),
        1 => proptest::collection::vec(any::<u8>(), 0..6),
    ]
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    let lines = proptest::collection::vec(line(), 0..12);
    (lines, any::<bool>()).prop_map(|(lines, ended)| {
        let mut file = lines.join(&b'\n');
        file.extend(ended.then_some(b'\n'));
        file
    })
}

fn others<'a>(document: &'a Document, key: &str) -> Vec<(&'a str, &'a [u8])> {
    let all = document.statements().iter();
    all.filter(|one: &&Statement| one.key != key)
        .map(|one| (one.key.as_str(), one.value.as_slice()))
        .collect()
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Document::parse(Format::Postgresql, bytes);
    }

    #[test]
    fn statements_are_where_they_say(bytes in file()) {
        let Ok(document) = Document::parse(Format::Postgresql, bytes.clone()) else {
            return Ok(());
        };
        prop_assert_eq!(document.bytes(), &bytes);
        for one in document.statements() {
            prop_assert!(one.at.start < one.value_at.start && one.value_at.end == one.at.end);
            let alone = Document::parse(Format::Postgresql, document.written(&one.at)).unwrap();
            prop_assert_eq!(&alone.statements()[0].key, &one.key);
            prop_assert_eq!(&alone.statements()[0].value, &one.value);
        }
    }

    #[test]
    fn an_edit_keeps_all_else(bytes in file(), key in "(port|work_mem|my\\.name|zz_last)", value in "[ -~]{0,6}") {
        let Ok(mut document) = Document::parse(Format::Postgresql, bytes.clone()) else {
            return Ok(());
        };
        let before = document.clone();
        let written = lexer::quote(value.as_bytes());
        document.set(&[], &key, &written).unwrap();
        prop_assert_eq!(document.winner(&[], &key).unwrap().value.as_slice(), value.as_bytes());
        prop_assert_eq!(others(&document, &key), others(&before, &key));
        match before.winner(&[], &key) {
            Some(was) => {
                let head = &bytes[..was.value_at.start];
                let tail = &bytes[was.value_at.end..];
                prop_assert_eq!(document.bytes(), [head, &written, tail].concat());
            }
            None => {
                let added = document.winner(&[], &key).unwrap();
                let line = document.written(&added.at).to_vec();
                prop_assert_eq!(line, [key.as_bytes(), b" = ", &written].concat());
                let once = document.clone();
                document.set(&[], &key, &written).unwrap();
                prop_assert_eq!(once.bytes(), document.bytes());
            }
        }
        document.unset(&[], &key).unwrap();
        prop_assert!(document.winner(&[], &key).is_none());
        prop_assert_eq!(others(&document, &key), others(&before, &key));
    }

    #[test]
    fn what_is_quoted_reads_as_it_was(value in proptest::collection::vec(1_u8.., 0..20)) {
        let line = [b"my.name = ".as_slice(), &lexer::quote(&value)].concat();
        let document = Document::parse(Format::Postgresql, line).unwrap();
        prop_assert_eq!(document.statements()[0].value.as_slice(), &value);
    }

    #[test]
    fn what_is_spelt_comes_to_the_same(
        key in "(shared_buffers|work_mem|max_wal_size|checkpoint_timeout|vacuum_cost_delay|log_rotation_age|fsync|wal_level|huge_pages|random_page_cost|max_connections|log_file_mode|cluster_name|search_path)",
        value in "(-?[0-9]{1,4}(\\.[0-9]{1,3})?(B|kB|MB|GB|us|ms|s|min|h|d)?|on|FALSE|minimal|[ -~]{0,9})",
    ) {
        let normal = Format::Postgresql.normal(&key, value.as_bytes());
        let line = format!("{key} = {}", Format::Postgresql.spell(&key, &normal));
        let document = Document::parse(Format::Postgresql, line).unwrap();
        let again = Format::Postgresql.normal(&key, &document.statements()[0].value);
        prop_assert_eq!(again, normal);
    }

    #[test]
    fn no_value_makes_it_panic(key in "(work_mem|vacuum_cost_delay|fsync|wal_level|search_path|max_connections)", value in proptest::collection::vec(any::<u8>(), 0..30)) {
        let normal = Format::Postgresql.normal(&key, &value);
        let _ = Format::Postgresql.spell(&key, &normal);
    }

    #[test]
    fn no_number_overflows(digits in "[-+]?[0-9]{0,60}\\.?[0-9]{0,60}([eE][-+]?[0-9]{1,12})?(TB|d)?") {
        let _: Normal = Format::Postgresql.normal("work_mem", digits.as_bytes());
        let _: Normal = Format::Postgresql.normal("vacuum_cost_delay", digits.as_bytes());
        let _: Normal = Format::Postgresql.normal("random_page_cost", digits.as_bytes());
    }
}
