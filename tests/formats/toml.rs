//! TOML against Python's tomllib.
#![allow(
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "generators of text read best in one piece"
)]

use hosttune::formats::{Document, Format, Normal};
use serde_json::json;

use crate::oracle::{PYTHON, Random, edit, judge, parsed, settings, statements};

/// tomllib's reading: strings as they are, others with their type before them.
const READ: &str = r"
import datetime, json, sys, tomllib
def plain(what):
    if isinstance(what, bool): return 'true' if what else 'false'
    if isinstance(what, (int, float)): return f'{what:g}' if isinstance(what, float) else str(what)
    if isinstance(what, str): return json.dumps(what, ensure_ascii=False)
    if isinstance(what, list): return '[' + ', '.join(map(plain, what)) + ']'
    return what.isoformat()
def value(within, key, what, out):
    if isinstance(what, dict) and what:
        for k, v in what.items(): value(within + [key], k, v, out)
    elif isinstance(what, list) and what and isinstance(what[0], dict):
        for n, item in enumerate(what): value(within, f'{key}[{n}]', item, out)
    elif what != {}:
        out.append([within, key, what if isinstance(what, str) else '!' + plain(what)])
def read(source):
    try:
        out = []
        for k, v in tomllib.loads(source).items(): value([], k, v, out)
        return out
    except tomllib.TOMLDecodeError:
        return None
json.dump([read(source) for source in json.load(sys.stdin)], sys.stdout)
";

const VALUES: &[&str] = &["1", "\"2GiB\"", "'x'", "[1, 2]", "true", "1.5", "{ a = 1 }"];

fn value(random: &mut Random) -> &'static str {
    const ALL: &[&str] = &[
        "1",
        "0x1f",
        "-7",
        "1_000",
        "0o17",
        "1.50",
        "true",
        "false",
        "\"a\\tb\\u00e9\"",
        "'c:\\d'",
        "\"\"\"\ntwo\nlines \\\n   more\"\"\"",
        "'''\nraw\\'''",
        "[]",
        "[ 'a', # why\n  \"b\",\n]",
        "1979-05-27T07:32:00",
        "07:32:00",
        "\"512MiB\"",
        "\"\"",
        "\"# no comment\"",
        "[[1], [2, 3]]",
    ];
    ALL[random.below(ALL.len())]
}

/// Keys that are said once, in tables of every spelling.
fn document(random: &mut Random) -> String {
    let mut text = random.of(&["", "# head\n\n"]).to_owned();
    let line = |random: &mut Random, key: &str| {
        let indent = random.of(&["", "", "  "]);
        let comment = random.of(&["", "", " # why", "  "]);
        format!("{indent}{key} = {}{comment}\n", value(random))
    };
    for n in 0..random.below(3) {
        text += &line(random, &format!("top{n}"));
    }
    for n in 0..random.below(4) {
        match random.below(5) {
            0 => {
                text += &format!("[services.db{n}]\n");
                for key in ["kind", "\"q k\"", "want"] {
                    if random.once_in(2) {
                        text += &line(random, key);
                    } else {
                        text += "# want = \"1GiB\"\n\n";
                    }
                }
            }
            1 => {
                text += &format!("[dotted{n}]\n");
                text += &line(random, "db.kind");
                text += &line(random, "db.'settings'.work_mem");
                text += &line(random, "api.kind");
            }
            2 => {
                let inside = random.of(&[
                    "",
                    " a = 1 ",
                    "a = 1, b.c = 'x, }'",
                    " d = { e = [1,2] }, f = '' ",
                ]);
                text += &format!("[inline{n}]\ndb = {{{inside}}}\n");
            }
            3 => {
                text += &format!("[[many{n}]]\na = 1\n[[many{n}]]\n");
                text += &line(random, "b");
                text += &format!("[many{n}.sub]\n");
                text += &line(random, "c");
            }
            _ => {
                text += &format!("[deep{n}.er.est]\n");
                text += &line(random, "a");
            }
        }
    }
    match random.below(5) {
        0 => text.replace('\n', "\r\n"),
        1 => text.trim_end_matches('\n').to_owned(),
        _ => text,
    }
}

/// A statement as the other side prints it.
fn typed(document: &Document) -> Vec<(Vec<String>, String, String)> {
    let raw = |one: &hosttune::formats::Statement| -> String {
        let written = document.written(&one.value_at);
        let value = one.value.to_string();
        if written.starts_with(b"\"") || written.starts_with(b"'") {
            // tomllib makes one line end of two; a reader may do either.
            return value.replace("\r\n", "\n");
        }
        let plain = match Format::Toml.normal(&one.key, value.as_bytes()) {
            Normal::Flag(yes) => yes.to_string(),
            normal => normal.to_string(),
        };
        format!("!{plain}")
    };
    let all = document.statements().iter().filter(|one| one.value != "{}");
    let mut all: Vec<_> = all
        .map(|one| (one.within.clone(), one.key.clone(), raw(one)))
        .collect();
    all.sort();
    all
}

#[test]
fn every_setting_of_generated_and_edited_files_is_what_tomllib_reads() {
    let mut random = Random::new(3);
    let mut edits = 0;
    let mut documents: Vec<Document> = (0..1000)
        .map(|_| {
            let mut document = parsed(Format::Toml, document(&mut random));
            for _ in 0..random.below(5) {
                edits += usize::from(edit(&mut random, &mut document, VALUES, "want"));
            }
            document
        })
        .collect();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for directory in ["profiles/hosts", "profiles/stacks"] {
        for entry in std::fs::read_dir(root.join(directory)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "toml") {
                documents.push(parsed(Format::Toml, std::fs::read(path).unwrap()));
            }
        }
    }
    let texts: Vec<_> = documents
        .iter()
        .map(|one| String::from_utf8_lossy(one.bytes()))
        .collect();
    let said = judge(PYTHON, "-c", READ, &json!(texts));
    for ((document, said), text) in documents.iter().zip(said.as_array().unwrap()).zip(&texts) {
        let theirs = settings(said).unwrap_or_else(|| panic!("tomllib refuses:\n{text}"));
        assert_eq!(typed(document), theirs, "\n{text}");
    }
    assert!(edits > 500, "{edits} edits");
}

#[test]
fn want_is_set_for_every_service_of_the_bundled_stacks() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/stacks");
    let mut set = 0;
    for entry in std::fs::read_dir(root).unwrap() {
        let text = std::fs::read(entry.unwrap().path()).unwrap();
        let mut document = parsed(Format::Toml, text);
        let services: std::collections::BTreeSet<Vec<String>> = statements(&document)
            .into_iter()
            .filter(|(within, ..)| within.len() == 2 && within[0] == "services")
            .map(|(within, ..)| within)
            .collect();
        for within in services {
            document.set(&within, "want", b"\"77MiB\"").unwrap();
            assert_eq!(document.winner(&within, "want").unwrap().value, "77MiB");
            set += 1;
        }
    }
    assert!(set > 10, "{set} services");
}
