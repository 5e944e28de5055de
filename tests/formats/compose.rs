//! Compose files against `PyYAML`, and against docker-compose's own merging.
#![allow(
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "generators of text read best in one piece"
)]

use std::collections::BTreeMap;

use hosttune::formats::{Document, Format, Standing};
use serde_json::{Value, json};

use crate::oracle::{PYTHON, Random, edit, golden, judge, parsed, settings, statements};

/// `PyYAML`'s reading with its words left as they are written, but for null.
const READ: &str = r"
import json, sys, yaml
class Loader(yaml.SafeLoader): pass
Loader.yaml_implicit_resolvers = {}
for first, all in yaml.SafeLoader.yaml_implicit_resolvers.items():
    kept = [one for one in all if one[0].endswith((':null', ':merge'))]
    if kept: Loader.yaml_implicit_resolvers[first] = kept
PAIRS = ['environment', 'labels', 'args', 'annotations', 'sysctls']
def text(value):
    return 'null' if value is None else value
def value(within, key, what, out):
    if isinstance(what, dict) and what:
        for k, v in what.items(): value(within + [key], text(k), v, out)
    elif isinstance(what, list) and what and key in PAIRS:
        for item in what:
            name, equals, rest = item.partition('=')
            out.append([within + [key], name, rest if equals else 'null'])
    elif isinstance(what, list) and what:
        for n, item in enumerate(what): value(within, f'{key}[{n}]', item, out)
    else:
        out.append([within, key, {'[]': '[]', '{}': '{}'}.get(str(what), text(what)) if what in ([], {}) else text(what)])
def read(source):
    try:
        out = []
        for k, v in (yaml.load(source, Loader) or {}).items(): value([], text(k), v, out)
        return out
    except (yaml.YAMLError, AttributeError):
        return None
json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)
";

const VALUES: &[&str] = &[
    "512m",
    "\"1g\"",
    "'it''s'",
    "0.5",
    "\"a: b # c\"",
    "true",
    "plain words",
];

fn scalar(random: &mut Random) -> String {
    let plain = random.of(&[
        "512m",
        "1g",
        "0.5",
        "yes",
        "~",
        "null",
        "080",
        "0x1f",
        "a b",
        "x:y",
        "a#b",
        "2024-01-01",
        "\"q\\t\\u00e9\"",
        "'it''s'",
        "\"\"",
        "''",
        "\"two\\\n      lines\"",
        "\u{e9}",
        "!!str 5",
        "${A:-b}",
    ]);
    let comment = random.of(&["", "", "", " # why"]);
    format!("{plain}{comment}")
}

/// The value of a key at a depth, with its line end.
fn block(random: &mut Random, depth: usize, anchors: &mut usize) -> String {
    let indent = "  ".repeat(depth + 1);
    match random.below(if depth > 3 { 8 } else { 14 }) {
        0 => "\n".to_owned(),
        1 => " [a, 'b', {c: d}, ]\n".to_owned(),
        2 => " {a: 1, \"b\": [x], c: }\n".to_owned(),
        3 => format!(
            " |{}\n{indent}text # no comment\n{indent}  more\n\n",
            random.of(&["", "-", "+"])
        ),
        4 => format!(" >-\n{indent}folded\n{indent}text\n"),
        5 if *anchors > 0 => format!(" *a{}\n", random.below(*anchors)),
        6 => {
            *anchors += 1;
            format!(" &a{} {}\n", *anchors - 1, scalar(random))
        }
        9 => {
            let lead = if random.once_in(2) {
                &indent
            } else {
                &indent[2..]
            };
            (0..=random.below(3)).fold("\n".to_owned(), |all, _| {
                all + lead + "- " + &scalar(random) + "\n"
            })
        }
        10 => format!(
            "\n{indent}- k: {}\n{indent}  l: 2\n{indent}- m\n",
            random.of(&["1", "", "[]"])
        ),
        11.. => {
            *anchors += 1;
            let anchor = *anchors - 1;
            let inside = mapping(random, depth + 1, anchors);
            format!(" &a{anchor}\n{inside}")
        }
        _ => format!(" {}\n", scalar(random)),
    }
}

fn mapping(random: &mut Random, depth: usize, anchors: &mut usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::new();
    let names = [
        "mem_limit",
        "cpus",
        "deploy",
        "\"q k\"",
        "x-a",
        "image",
        "limits",
        "command",
    ];
    let start = random.below(names.len());
    for n in 0..=random.below(4) {
        if random.once_in(5) {
            text += &format!("{indent}# {}: 5\n\n", random.of(&names));
        }
        let name = names[(start + n) % names.len()];
        let value = block(random, depth, anchors);
        text += &format!("{indent}{name}:{value}");
    }
    if depth > 0 && random.once_in(3) {
        let lead = if random.once_in(2) { "" } else { "\"" };
        text += &format!("{indent}environment:\n");
        for n in 0..=random.below(3) {
            text += &format!(
                "{indent}  - {lead}NAME{n}={}{lead}\n",
                random.of(&["1", "a b", "", "x=y"])
            );
        }
    }
    if depth > 0 && random.once_in(4) {
        text += &format!("{indent}<<: {{init: true, cpus: 9}}\n");
    }
    text
}

fn project(random: &mut Random) -> String {
    let mut anchors = 0;
    let text = random
        .of(&["", "# head\n", "---\n", "version: '3.8'\n"])
        .to_owned()
        + &mapping(random, 0, &mut anchors);
    match random.below(6) {
        0 => text.replace('\n', "\r\n"),
        1 => text.trim_end_matches('\n').to_owned(),
        _ => text,
    }
}

#[test]
fn every_setting_of_generated_and_edited_files_is_what_pyyaml_reads() {
    let mut random = Random::new(5);
    let (mut documents, mut edits, mut refused) = (Vec::new(), 0, 0);
    while documents.len() < 1000 {
        let text = project(&mut random);
        let Ok(mut document) = Document::parse(Format::Compose, text) else {
            refused += 1;
            continue;
        };
        for _ in 0..random.below(4) {
            edits += usize::from(edit(&mut random, &mut document, VALUES, "shm_size"));
        }
        documents.push(document);
    }
    for path in golden("compose.override.yaml") {
        documents.push(parsed(Format::Compose, std::fs::read(path).unwrap()));
    }
    let texts: Vec<_> = documents
        .iter()
        .map(|one| String::from_utf8_lossy(one.bytes()))
        .collect();
    let said = judge(PYTHON, "-c", READ, &json!(texts));
    for ((document, said), text) in documents.iter().zip(said.as_array().unwrap()).zip(&texts) {
        let theirs = settings(said).unwrap_or_else(|| panic!("PyYAML refuses:\n{text}"));
        assert_eq!(statements(document), theirs, "\n{text}");
    }
    assert!(
        edits > 500 && refused < 300,
        "{edits} edits, {refused} refused"
    );
}

/// docker-compose's reading of base and override, lists without their order.
const MERGE: &str = r"
import json, sys, yaml
from compose.config import config, serialize
from compose.config.environment import Environment
from compose.config.errors import ConfigurationError
def item(key, value):
    if key == 'ports' and not isinstance(value, str):
        value = f'{value.published}:{value.target}'
    if key == 'volumes' and not isinstance(value, str): value = value.repr()
    if key == 'volumes': value = value[:-3] if value.endswith(':rw') else value
    return str(value)
def flat(within, key, value, out):
    if isinstance(value, dict):
        for k, v in value.items(): flat(within + [key], k, v, out)
    elif isinstance(value, (list, tuple)) and key in ('command', 'entrypoint', 'test'):
        for n, one in enumerate(value): out.append([within, f'{key}[{n}]', one])
    elif isinstance(value, (list, tuple)):
        for one in value: out.append([within, key + '[]', item(key, one)])
    else: out.append([within, key, str(value)])
def read(texts):
    files = [config.ConfigFile(f'{n}.yml', yaml.safe_load(text)) for n, text in enumerate(texts)]
    try:
        loaded = config.load(config.ConfigDetails('/', files, Environment()), interpolate=False)
    except ConfigurationError as error:
        return str(error)
    out = []
    flat([], 'services', serialize.denormalize_config(loaded)['services'], out)
    return out
json.dump([read(texts) for texts in json.load(sys.stdin)], sys.stdout)
";

/// One service's settings, in one of the shapes that compose has for them.
fn service(random: &mut Random) -> String {
    let mut lines = vec!["image: some".to_owned()];
    let some = |random: &mut Random, all: &[&str]| {
        let picked: Vec<&str> = all.iter().copied().filter(|_| random.once_in(2)).collect();
        picked.join(", ")
    };
    let pairs = |random: &mut Random| {
        let n = random.below(9);
        let list = some(random, &["A=1", "'B=x y'", "C="]);
        match random.below(3) {
            0 => format!("{{A: '{n}', D: two}}"),
            1 => format!("{{B: {n}}}"),
            _ => format!("[{list}]"),
        }
    };
    for _ in 0..3 + random.below(6) {
        let n = random.below(4) + 1;
        lines.push(match random.below(17) {
            0 => format!("mem_limit: {n}g"),
            1 => format!("cpu_shares: {n}"),
            2 => format!("environment: {}", pairs(random)),
            3 => format!("labels: {}", pairs(random)),
            4 => format!("command: [run, '{n}']"),
            5 => format!("entrypoint: [go, '{n}']"),
            6 => format!(
                "volumes: [{}]",
                some(random, &["/a:/a", "/b:/b:ro", "/c:/b", "/d:/d"])
            ),
            7 => format!("expose: [{}]", some(random, &["'80'", "'81'", "'82'"])),
            8 => format!("cap_add: [{}]", some(random, &["A", "B", "C"])),
            9 => format!("dns: [1.1.1.{n}]"),
            10 => format!("deploy: {{resources: {{limits: {{memory: {n}g}}}}}}"),
            11 => {
                format!("deploy: {{replicas: {n}, resources: {{reservations: {{memory: {n}m}}}}}}")
            }
            12 => format!("logging: {{driver: d{}, options: {{o{n}: x}}}}", n % 2),
            13 => format!("ulimits: {{nproc: {n}, a{n}: 7}}"),
            14 => format!("healthcheck: {{test: [CMD, '{n}'], retries: {n}}}"),
            15 => format!(
                "ports: [{}]",
                some(random, &["'80:80'", "'81:81'", "'82:80'"])
            ),
            _ => format!("stop_signal: s{n}"),
        });
    }
    let mut seen = BTreeMap::new();
    for line in lines {
        seen.insert(line.split(':').next().unwrap().to_owned(), line);
    }
    let lines: Vec<String> = seen
        .into_values()
        .map(|line| format!("    {line}\n"))
        .collect();
    lines.concat()
}

#[test]
fn what_holds_of_base_and_override_is_what_docker_compose_merges() {
    let mut random = Random::new(7);
    let projects: Vec<[String; 2]> = (0..50)
        .map(|_| {
            [0, 1].map(|_| {
                let mut text = "services:\n".to_owned();
                for name in 0..10 {
                    if !random.once_in(4) {
                        text += &format!("  s{name}:\n{}", service(&mut random));
                    }
                }
                text
            })
        })
        .collect();
    let said = judge(PYTHON, "-c", MERGE, &json!(projects));
    let mut compared = 0;
    for ([base, over], said) in projects.iter().zip(said.as_array().unwrap()) {
        let theirs = match said {
            Value::String(error) => panic!("docker-compose refuses: {error}\n{base}\n{over}"),
            said => settings(said).unwrap(),
        };
        // An address twice is one: docker-compose 1.29 keeps both, 2 does not.
        let theirs: std::collections::BTreeSet<_> = theirs.into_iter().collect();
        let files: BTreeMap<String, Vec<u8>> = BTreeMap::from([
            (
                "/p/docker-compose.yml".to_owned(),
                base.clone().into_bytes(),
            ),
            (
                "/p/docker-compose.override.yml".to_owned(),
                over.clone().into_bytes(),
            ),
        ]);
        let reading = Format::Compose
            .read(&files, "/p/docker-compose.yml")
            .remove(0);
        assert!(reading.troubles.is_empty());
        let holds = reading
            .occurrences
            .iter()
            .filter(|one| one.standing == Standing::Holds);
        let ours: std::collections::BTreeSet<_> = holds
            .filter(|one| one.value != "[]")
            .map(|one| {
                let command = ["command", "entrypoint", "test"]
                    .iter()
                    .any(|c| one.key.starts_with(c));
                let key = match one.key.split_once('[') {
                    Some((name, _)) if !command => format!("{name}[]"),
                    _ => one.key.clone(),
                };
                (one.within.clone(), key, one.value.to_string())
            })
            .collect();
        assert_eq!(ours, theirs, "\n{base}---\n{over}");
        compared += ours.len();
    }
    assert!(compared > 2000, "{compared} settings");
}
