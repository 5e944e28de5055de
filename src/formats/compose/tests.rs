use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::*;

fn parse(text: &str) -> Document {
    Document::parse(Format::Compose, text).unwrap()
}

/// `a.b key=value`, one a line.
fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| format!("{} {}={}", one.within.join("."), one.key, one.value))
        .collect()
}

fn path(dotted: &str) -> Vec<String> {
    let path = dotted.split('.').filter(|block| !block.is_empty());
    path.map(str::to_owned).collect()
}

fn set(text: &str, within: &str, key: &str, written: &str) -> Result<String, Refused> {
    let mut document = parse(text);
    document.set(&path(within), key, written.as_bytes())?;
    Ok(String::from_utf8(document.bytes().to_vec()).unwrap())
}

fn unset(text: &str, within: &str, key: &str) -> Result<String, Refused> {
    let mut document = parse(text);
    document.unset(&path(within), key)?;
    Ok(String::from_utf8(document.bytes().to_vec()).unwrap())
}

fn wrong(text: &str) -> String {
    Document::parse(Format::Compose, text)
        .unwrap_err()
        .to_string()
}

const PROJECT: &str = "\
services:
  api:
    image: api  # ours
    mem_limit: 512m
    deploy:
      resources:
        limits:
          memory: \"512m\"
    environment:
      - DB_POOL_SIZE=5
      - 'DEBUG'
    ports:
      - \"80:80\"
";

#[test]
fn a_setting_is_a_path_of_keys_and_a_key() {
    assert_eq!(
        said(PROJECT),
        [
            "services.api image=api",
            "services.api mem_limit=512m",
            "services.api.deploy.resources.limits memory=512m",
            "services.api.environment DB_POOL_SIZE=5",
            "services.api.environment DEBUG=null",
            "services.api ports[0]=80:80",
        ]
    );
}

#[test]
fn a_mapping_and_a_list_of_pairs_say_the_same() {
    let mapping = said("services: {api: {environment: {A: '1', B: , C: \"\"}}}");
    let list = said("services: {api: {environment: [A=1, B, C=]}}");
    assert_eq!(mapping, list);
    assert_eq!(list[1], "services.api.environment B=null");
    assert_eq!(list[2], "services.api.environment C=");
}

#[test]
fn scalars_are_read_in_every_style() {
    assert_eq!(
        said(
            "a: plain\n  more\nb: 'it''s'\nc: \"\\x41\\n\"\nd: |\n  x\n  y\ne: >-\n  x\n  y\nf: !!str\ng: ~\n"
        ),
        [
            " a=plain more",
            " b=it's",
            " c=A\n",
            " d=x\ny\n",
            " e=x y",
            " f=",
            " g=null"
        ]
    );
}

#[test]
fn aliases_and_merges_are_resolved() {
    let text = "\
x-base: &base
  mem_limit: 1g
  cpus: 0.5
x-more: &more {cpus: 2, init: true}
services:
  a:
    <<: *base
    cpus: 1
  b:
    <<: [*base, *more]
  c: *base
  d: {mem_limit: &size 5m, shm_size: *size}
";
    let all = said(text);
    let of = |service: &str| -> Vec<&str> {
        let lead = format!("services.{service} ");
        all.iter()
            .filter_map(|one| one.strip_prefix(&lead))
            .collect()
    };
    assert_eq!(of("a"), ["cpus=1", "mem_limit=1g"]);
    assert_eq!(of("b"), ["mem_limit=1g", "cpus=0.5", "init=true"]);
    assert_eq!(of("c"), ["mem_limit=1g", "cpus=0.5"]);
    assert_eq!(of("d"), ["mem_limit=5m", "shm_size=5m"]);
}

#[test]
fn what_is_not_understood_has_its_place() {
    assert_eq!(
        wrong("a: 1\na: 2\n"),
        "line 2, column 1: 'a' stands here twice"
    );
    assert_eq!(
        wrong("a: 1\n---\nb: 2\n"),
        "line 2, column 1: a second document begins"
    );
    assert_eq!(wrong("- a\n"), "line 1, column 1: not a mapping");
    assert!(wrong("a:\n\tb: 2\n").starts_with("line 2, column "));
    assert!(wrong("a: 1\n\tb: 2\n").starts_with("line "));
    assert!(wrong("a: [1\n").starts_with("line 1, column 4"));
    assert!(wrong("a: *b\n").starts_with("line 1, column "));
    assert!(wrong("a: !other 1\n").contains("tag"));
    assert!(wrong("? [a]\n: 1\n").contains("key"));
    assert!(wrong("a: &a [*a]\n").contains("stands in"));
    let latin = Document::parse(Format::Compose, b"a: 1 # \xe9\n".to_vec());
    assert_eq!(
        latin.unwrap_err().to_string(),
        "line 1, column 8: it is not UTF-8"
    );
}

#[test]
fn aliases_of_aliases_do_not_fill_the_memory() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for n in 1..12 {
        let from = vec![format!("*a{}", n - 1); 10].join(", ");
        text += &format!("a{n}: &a{n} [{from}]\n");
    }
    assert!(wrong(&text).contains("aliases bring in too much"));
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

#[test]
fn sizes_times_and_numbers_are_freed_of_their_spelling() {
    let normal = |key: &str, value: &str| Format::Compose.normal(key, value.as_bytes());
    for value in [
        "512m",
        "512M",
        "512mb",
        "0.5g",
        "524288K",
        "536870912",
        "536870912b",
    ] {
        assert_eq!(
            normal("mem_limit", value),
            Normal::Size(512 << 20),
            "{value}"
        );
    }
    for value in ["90s", "1m30s", "1.5m", "90000ms"] {
        assert_eq!(normal("stop_grace_period", value), Normal::Time(90_000_000));
    }
    assert_eq!(normal("cpus", ".5"), normal("cpus", "0.50"));
    assert_eq!(normal("memswap_limit", "-1"), Normal::Unlimited);
    assert_eq!(normal("read_only", "True"), Normal::Flag(true));
    assert_eq!(
        normal("mem_limit", "${SIZE:-1g}"),
        Normal::text(b"${SIZE:-1g}")
    );
    assert_eq!(normal("image", "01"), Normal::text(b"01"));
}

#[test]
fn a_value_is_spelled_as_a_person_does() {
    let spell = |value| Format::Compose.spell("", &value);
    assert_eq!(spell(Normal::Size(512 << 20)), "512m");
    assert_eq!(spell(Normal::Size(1536 << 20)), "1536m");
    assert_eq!(spell(Normal::Size(2 << 30)), "2g");
    assert_eq!(spell(Normal::Size(1000)), "1000b");
    assert_eq!(spell(Normal::Time(35_000_000)), "35s");
    assert_eq!(spell(Normal::Flag(false)), "false");
    for (text, spelled) in [
        ("plain text", "plain text"),
        ("yes", "\"yes\""),
        ("3", "3"),
        ("0.10", "\"0.10\""),
        ("010", "\"010\""),
        ("80:80", "\"80:80\""),
        ("a: b", "\"a: b\""),
        ("a #b", "\"a #b\""),
        ("", "\"\""),
        (
            "--max-old-space-size=65 --x",
            "\"--max-old-space-size=65 --x\"",
        ),
    ] {
        assert_eq!(spell(Normal::text(text.as_bytes())), spelled);
    }
}

#[test]
fn secrets_are_known_by_name_and_by_value() {
    let secret = |key, value: &str| Format::Compose.is_secret(key, value.as_bytes());
    assert!(secret("POSTGRES_PASSWORD", "x"));
    assert!(secret("BROKER", "redis://:hunter2@cache/0"));
    assert!(!secret("mem_limit", "512m"));
}

fn reading(files: &[(&str, &str)], main: &str) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    Format::Compose.read(&files, main).remove(0)
}

fn effective(reading: &Reading) -> Vec<String> {
    let holds = reading
        .occurrences
        .iter()
        .filter(|one| one.standing == Standing::Holds);
    let mut all: Vec<String> = holds
        .map(|one| format!("{} {}={}", one.within.join("."), one.key, one.value))
        .collect();
    all.sort();
    all
}

const BASE: &str = "/p/compose.yaml";
const OVER: &str = "/p/compose.override.yaml";

#[test]
fn the_override_is_laid_over_the_base_whichever_is_asked_for() {
    let files = [
        (BASE, "services: {a: {mem_limit: 1g, cpus: 1}}"),
        (OVER, "services: {a: {mem_limit: 2g, init: true}}"),
    ];
    for main in [BASE, OVER] {
        let reading = reading(&files, main);
        assert_eq!(reading.files, [BASE, OVER]);
        assert_eq!(
            effective(&reading),
            [
                "services.a cpus=1",
                "services.a init=true",
                "services.a mem_limit=2g"
            ]
        );
        assert_eq!(reading.occurrences[0].standing, Standing::Lost(2));
    }
    // Any other name is read alone.
    let alone = reading(
        &[("/p/other.yaml", "a: 1"), (OVER, "a: 2")],
        "/p/other.yaml",
    );
    assert_eq!(effective(&alone), [" a=1"]);
}

#[test]
fn lists_are_joined_but_for_commands() {
    let over = |base: &str, over: &str| {
        let base = format!("services: {{a: {{{base}}}}}");
        let over = format!("services: {{a: {{{over}}}}}");
        let all = effective(&reading(&[(BASE, &base), (OVER, &over)], BASE));
        let all = all.into_iter();
        all.map(|one| one.trim_start_matches("services.").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(over("command: [a, b]", "command: [c]"), ["a command[0]=c"]);
    assert_eq!(over("command: [a, b]", "command: c"), ["a command=c"]);
    assert_eq!(over("command: a", "command: [c]"), ["a command[0]=c"]);
    assert_eq!(
        over("ports: ['80:80', '81:81']", "ports: ['82:82', '80:80']"),
        ["a ports[0]=80:80", "a ports[1]=81:81", "a ports[2]=82:82"]
    );
    assert_eq!(
        over("volumes: ['a:/a', 'b:/b']", "volumes: ['c:/b:ro']"),
        ["a volumes[0]=a:/a", "a volumes[1]=c:/b:ro"]
    );
    assert_eq!(
        over(
            "volumes: ['a:/a']",
            "volumes: [{type: bind, source: /s, target: /a}]"
        ),
        [
            "a.volumes[0] source=/s",
            "a.volumes[0] target=/a",
            "a.volumes[0] type=bind"
        ]
    );
    assert_eq!(
        over("environment: [A=1, B=2]", "environment: {B: 3, C: 4}"),
        [
            "a.environment A=1",
            "a.environment B=3",
            "a.environment C=4"
        ]
    );
    assert_eq!(
        over("dns: 1.1.1.1", "dns: [8.8.8.8]"),
        ["a dns[0]=1.1.1.1", "a dns[1]=8.8.8.8"]
    );
    assert_eq!(over("ports: ['80']", "ports: []"), ["a ports[0]=80"]);
    assert_eq!(over("ports: []", "ports: ['80']"), ["a ports[0]=80"]);
    assert_eq!(
        over("deploy: {replicas: 1}", "deploy:"),
        ["a.deploy replicas=1"]
    );
    assert_eq!(
        over("build: .", "build: {target: x}"),
        ["a.build context=.", "a.build target=x"]
    );
    assert_eq!(
        over(
            "logging: {driver: a, options: {x: 1}}",
            "logging: {driver: b, options: {y: 2}}"
        ),
        ["a.logging driver=b", "a.logging.options y=2"]
    );
}

#[test]
fn a_reset_forgets_and_an_override_replaces() {
    let base = "services: {a: {ports: ['80'], environment: {A: 1}, cpus: 1}}";
    let over = "services: {a: {ports: !override ['81'], environment: !reset {}, cpus: !reset }}";
    assert_eq!(
        effective(&reading(&[(BASE, base), (OVER, over)], BASE)),
        [
            "services.a cpus=!reset",
            "services.a environment=!reset",
            "services.a ports[0]=81"
        ]
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let troubles = |text: &str| {
        let troubles = reading(&[(BASE, text)], BASE).troubles.into_iter();
        troubles.map(|one| one.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(
        troubles("a: [\n"),
        ["/p/compose.yaml:1:4: unclosed bracket '['"]
    );
    assert_eq!(
        troubles("include: [x.yaml]\n"),
        ["/p/compose.yaml:1:1: 'include[0]' names settings that are not read"]
    );
    assert_eq!(
        troubles("services:\n  a:\n    extends: b\n"),
        ["/p/compose.yaml:3:1: 'extends' names settings that are not read"]
    );
    assert!(troubles("services:\n  include:\n    init: true\n").is_empty());
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
