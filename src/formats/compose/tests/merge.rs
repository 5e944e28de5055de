//! What compose makes of a base and its override.

use std::collections::BTreeMap;

use super::super::super::*;

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

/// What holds for a service, of its lines in base and override.
fn over(base: &str, over: &str) -> Vec<String> {
    let base = format!("services: {{a: {{{base}}}}}");
    let over = format!("services: {{a: {{{over}}}}}");
    let all = effective(&reading(&[(BASE, &base), (OVER, &over)], BASE));
    let all = all.into_iter();
    all.map(|one| one.trim_start_matches("services.").to_owned())
        .collect()
}

#[test]
fn lists_are_joined_but_for_commands() {
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
}

#[test]
fn builds_and_logging_have_rules_of_their_own() {
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
