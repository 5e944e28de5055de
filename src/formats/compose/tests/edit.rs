//! Edits of compose files.

use proptest::prelude::*;

use super::super::super::*;
use super::{PROJECT, parse, path, set};

fn unset(text: &str, within: &str, key: &str) -> Result<String, Refused> {
    let mut document = parse(text);
    document.unset(&path(within), key)?;
    Ok(String::from_utf8(document.bytes().to_vec()).unwrap())
}

#[test]
fn a_value_is_changed_where_it_stands() {
    for (within, key, written, line) in [
        ("services.api", "mem_limit", "1g", "    mem_limit: 1g\n"),
        (
            "services.api",
            "image",
            "\"b\"",
            "    image: \"b\"  # ours\n",
        ),
        (
            "services.api.deploy.resources.limits",
            "memory",
            "1g",
            "          memory: 1g\n",
        ),
        (
            "services.api.environment",
            "DB_POOL_SIZE",
            "\"7\"",
            "      - DB_POOL_SIZE=7\n",
        ),
        (
            "services.api.environment",
            "DB_POOL_SIZE",
            "a # b",
            "      - DB_POOL_SIZE=a\n",
        ),
        (
            "services.api.environment",
            "DEBUG",
            "\"it's\"",
            "      - 'DEBUG=it''s'\n",
        ),
        (
            "services.api",
            "ports[0]",
            "\"81:80\"",
            "      - \"81:80\"\n",
        ),
    ] {
        let after = set(PROJECT, within, key, written).unwrap();
        let changed: Vec<_> = after
            .split_inclusive('\n')
            .filter(|one| !PROJECT.contains(one))
            .collect();
        assert_eq!(changed, [line]);
        assert_eq!(after.lines().count(), PROJECT.lines().count());
    }
}

#[test]
fn a_value_in_another_shape_is_replaced_whole() {
    let text = "a:\nb: |\n  x\n  y\nc: [1, 2]\nd: &x 5\ne: *x\n";
    assert_eq!(set(text, "", "a", "5").unwrap(), text.replace("a:", "a: 5"));
    assert_eq!(
        set(text, "", "b", "z").unwrap(),
        text.replace("|\n  x\n  y", "z")
    );
    assert_eq!(set(text, "", "e", "6").unwrap(), text.replace("*x", "6"));
    // What others stand for is not changed for one of them.
    assert!(set(text, "", "d", "6").is_err());
}

#[test]
fn a_key_is_added_at_the_end_of_its_block_or_behind_its_comment() {
    let after = set(PROJECT, "services.api", "shm_size", "64m").unwrap();
    assert_eq!(after, format!("{PROJECT}    shm_size: 64m\n"));
    let after = set(PROJECT, "services.api.environment", "NEW", "a b").unwrap();
    assert!(after.contains("      - 'DEBUG'\n      - 'NEW=a b'\n    ports"));
    let after = set(PROJECT, "services.api.deploy.resources.limits", "cpus", "2").unwrap();
    assert!(after.contains("\"512m\"\n          cpus: 2\n    env"));
    let text = "services:\n  db:\n    image: x\n    # shm_size: 64m\n\n    init: true\n";
    assert_eq!(
        set(text, "services.db", "shm_size", "1g").unwrap(),
        text.replace("64m\n", "64m\n    shm_size: 1g\n")
    );
}

#[test]
fn blocks_that_are_missing_are_made_as_this_file_indents() {
    let text = "services:\n    db:\n        image: x\n";
    assert_eq!(
        set(text, "services.db.deploy.resources", "x", "1").unwrap(),
        format!("{text}        deploy:\n            resources:\n                x: 1\n")
    );
    assert_eq!(
        set("", "services.on", "mem_limit", "1g").unwrap(),
        "services:\n  \"on\":\n    mem_limit: 1g\n"
    );
    assert_eq!(
        set(
            "services:\r\n  db:\r\n",
            "services.db.deploy",
            "replicas",
            "1"
        )
        .unwrap(),
        "services:\r\n  db:\r\n    deploy:\r\n      replicas: 1\r\n"
    );
    assert_eq!(
        set(
            "services:\n  db:\n    environment: # none\n    x: 1",
            "services.db.environment",
            "A",
            "1"
        )
        .unwrap(),
        "services:\n  db:\n    environment: # none\n      A: 1\n    x: 1"
    );
}

#[test]
fn a_key_that_a_merge_brings_in_is_added_before_it_is_changed() {
    let text = "x: &x\n  cpus: 1\nservices:\n  a:\n    <<: *x\n    init: true\n";
    assert_eq!(
        set(text, "services.a", "cpus", "2").unwrap(),
        format!("{text}    cpus: 2\n")
    );
    // With its first key of its own a block hides all that was merged.
    let text = "x: &x\n  deploy:\n    a: 1\n    b: 2\ny:\n  <<: *x\n";
    assert!(set(text, "y.deploy", "a", "3").is_err());
}

#[test]
fn what_cannot_be_added_on_a_line_of_its_own_is_refused() {
    let refused = |text, within| set(text, within, "k", "v").unwrap_err().to_string();
    assert_eq!(
        refused("a: {b: 1}\n", "a"),
        "a is written in braces, on one line"
    );
    assert_eq!(refused("a: 1\n", "a"), "a has a value: it is no block");
    assert_eq!(refused("a: [1]\n", "a"), "a is a list");
    assert!(refused("x: &x {b: 1}\na: *x\n", "a").contains("alias"));
}

#[test]
fn two_statements_for_one_are_refused() {
    for written in ["1\n  other: 2", "1\nother: 2", "{a: 1}", "[a]", "", "&a"] {
        assert!(
            set(PROJECT, "services.api", "mem_limit", written).is_err(),
            "{written}"
        );
    }
}

#[test]
fn a_statement_goes_with_the_blocks_that_it_leaves_empty() {
    let after = unset(PROJECT, "services.api.deploy.resources.limits", "memory").unwrap();
    assert_eq!(
        after,
        PROJECT.replace(
            "    deploy:\n      resources:\n        limits:\n          memory: \"512m\"\n",
            ""
        )
    );
    let after = unset(PROJECT, "services.api.environment", "DEBUG").unwrap();
    assert_eq!(after, PROJECT.replace("      - 'DEBUG'\n", ""));
    let after = unset(PROJECT, "services.api", "ports[0]").unwrap();
    assert_eq!(
        after,
        PROJECT.replace("    ports:\n      - \"80:80\"\n", "")
    );
    assert_eq!(unset("a:\n  b:\n    c: 1\n", "a.b", "c").unwrap(), "");
}

/// Files as people write them, and a few that they do not.
fn yaml() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[a-z0-9./:-]{0,6}",
        Just("\"q: \\\"x\\\"\"".to_owned()),
        Just("'it''s'".to_owned()),
        Just("[a, b]".to_owned()),
        Just("{a: 1}".to_owned()),
        Just("*x".to_owned()),
        Just("&x 5".to_owned()),
        Just("|\n          text\n".to_owned()),
        Just("# comment".to_owned()),
    ];
    let line = (0..4_usize, "[a-d]{1,2}", scalar)
        .prop_map(|(depth, key, value)| format!("{}{key}: {value}\n", "  ".repeat(depth)));
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "[a-c:\\-\\[\\]{}#&*|>'\" \n\t!,?]{0,60}") {
        for bytes in [bytes, text.into_bytes()] {
            if let Ok(document) = Document::parse(Format::Compose, bytes.clone()) {
                prop_assert_eq!(document.bytes(), &bytes);
            }
        }
    }

    #[test]
    fn an_edit_keeps_all_else(text in yaml(), n: prop::sample::Index, fresh in "[a-z]{3}", take: bool) {
        let Ok(mut document) = Document::parse(Format::Compose, text) else { return Ok(()) };
        let was = document.clone();
        let statements = was.statements();
        let (within, key) = match statements.len() {
            0 => (Vec::new(), fresh),
            count => {
                let one = &statements[n.index(count)];
                (one.within.clone(), if take { one.key.clone() } else { fresh })
            }
        };
        if document.set(&within, &key, b"9z").is_ok() {
            let set = document.winner(&within, &key).unwrap();
            prop_assert_eq!(set.value.to_string(), "9z");
            let others = |document: &Document| -> Vec<String> {
                let all = document.statements().iter();
                all.filter(|one| one.within != within || one.key != key)
                    .map(|one| format!("{:?} {} {}", one.within, one.key, one.value)).collect()
            };
            prop_assert_eq!(others(&document), others(&was));
            let lines = was.bytes().split(|b| *b == b'\n').filter(|line| !line.is_empty());
            let after: Vec<_> = document.bytes().split(|b| *b == b'\n').collect();
            if was.winner(&within, &key).is_none() {
                for line in lines { prop_assert!(after.contains(&line)); }
                document.unset(&within, &key).unwrap();
                prop_assert_eq!(others(&document), others(&was));
            }
        }
    }
}
