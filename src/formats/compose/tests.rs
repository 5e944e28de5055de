//! What is read out of compose files, and how values are spelled.

#[cfg(test)]
mod edit;
#[cfg(test)]
mod merge;

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
    let line = |n: usize| {
        let from = vec![format!("*a{}", n - 1); 10].join(", ");
        format!("a{n}: &a{n} [{from}]\n")
    };
    let lines: Vec<String> = (1..12).map(line).collect();
    let text = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", lines.concat());
    assert!(wrong(&text).contains("aliases bring in too much"));
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
