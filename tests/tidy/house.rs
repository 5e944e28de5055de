//! The rules of the house that no compiler keeps.

use crate::tree::{File, files};
use hosttune::services::schemas;

/// Longer files do more than one thing.
const MOST_LINES: usize = 400;

/// Where a kind's name may stand beside the kind's own files and the registry.
const MAY_NAME_KINDS: &[(&str, &str)] = &[
    (
        "src/formats/evaluate.rs",
        "a file of JavaScript is run by the program of that name",
    ),
    (
        "src/host/detect/installed.rs",
        "which programs are of which kind",
    ),
    (
        "src/formats/by_path.rs",
        "the names of programs' files and directories",
    ),
    (
        "src/render/quote/mod.rs",
        "the quoting filters are named after their formats",
    ),
];
/// All that is at the top of the repository, and what git and cargo keep there.
const TOP: &[&str] = &[
    ".ci",
    ".git",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "bless",
    "clippy.toml",
    "deny.toml",
    "docs",
    "examples",
    "fuzz",
    "out",
    "profiles",
    "src",
    "target",
    "templates",
    "tests",
];
/// Literals that are also words: terms of a worst case.
const WORDS: &[(&str, &str)] = &[
    ("process", "src/services/node"),
    ("process", "src/services/pgbouncer/sizing.rs"),
    ("process", "src/services/redis/sizing.rs"),
];

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let long = |file: &File| {
        let lines = file.text.lines().count();
        (lines > MOST_LINES).then(|| format!("{}: {lines} lines, {MOST_LINES} at most", file.path))
    };
    report(
        &files("src", ".rs")
            .iter()
            .filter_map(long)
            .collect::<Vec<_>>(),
    );
}

/// A program that a test runs works in a directory of its own: what it leaves
/// here would be committed one day. The list is of the directory itself, so
/// nothing hides behind `.gitignore`, but what an open editor keeps.
#[test]
fn nothing_is_left_at_the_top() {
    let entries = std::fs::read_dir(crate::tree::root()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut loose: Vec<String> = names
        .filter(|name| !TOP.contains(&name.as_str()) && name.rsplit('.').next() != Some("swp"))
        .map(|name| format!("{name}: left by a program, or new: then TOP has to know it"))
        .collect();
    loose.sort();
    report(&loose);
}

#[test]
fn every_file_says_what_it_is_for() {
    let bare = |file: &File| {
        let said = file.text.starts_with("//! ");
        (!said).then(|| format!("{}: does not begin with a module header", file.path))
    };
    report(
        &files("src", ".rs")
            .iter()
            .filter_map(bare)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_program_unwraps_nothing() {
    let mut found = Vec::new();
    for file in files("src", ".rs") {
        for (line, number) in file.program().lines().zip(1..) {
            if [".unwrap()", ".expect("]
                .iter()
                .any(|word| line.contains(word))
            {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    report(&found);
}

/// Whether a file belongs to a kind, or to the list of all kinds.
fn may_name(path: &str, kind: &str) -> bool {
    let of_kind = path.starts_with(&format!("src/services/{kind}"));
    let excepted = MAY_NAME_KINDS.iter().any(|(file, _)| path == *file);
    let word = WORDS
        .iter()
        .any(|(word, file)| kind == *word && path.starts_with(file));
    of_kind || excepted || word || path == "src/services/registry.rs"
}

/// So that a new kind is a file of its own and one line: no other file knows it.
#[test]
fn nobody_names_a_kind() {
    let mut found = Vec::new();
    let schemas = schemas();
    assert!(schemas.len() >= 8, "{} kinds", schemas.len());
    for file in files("src", ".rs") {
        for schema in &schemas {
            let kind = schema.kind;
            let named = [
                format!("\"{kind}\""),
                format!("services::{kind}::"),
                format!("super::{kind}::"),
            ];
            if may_name(&file.path, kind) {
                continue;
            }
            for (line, number) in file.program().lines().zip(1..) {
                let code = line.split("//").next().unwrap();
                if named.iter().any(|name| code.contains(name)) {
                    found.push(format!(
                        "{}:{number}: names {kind}: {}",
                        file.path,
                        line.trim()
                    ));
                }
            }
        }
    }
    report(&found);
}

/// The modules in the order of the pipeline.
const PIPELINE: &[&str] = &[
    "units", "formats", "input", "host", "catalog", "stack", "setting", "services", "plan",
    "render", "diff", "report", "cli",
];

/// Arrows point one way: a module uses only those before it.
#[test]
fn no_module_uses_a_later_one() {
    let mut found = Vec::new();
    for file in files("src", ".rs") {
        let folder = file.path.split('/').nth(1).unwrap();
        let Some(own) = PIPELINE.iter().position(|module| *module == folder) else {
            continue;
        };
        let program = file.program();
        for later in PIPELINE.get(own + 1..).unwrap() {
            if program.contains(&format!("crate::{later}::")) {
                found.push(format!("{}: uses {later}", file.path));
            }
        }
    }
    report(&found);
    let map = crate::tree::read("src/lib.rs").text;
    let modules: Vec<&str> = map
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "))
        .collect();
    let modules: Vec<&str> = modules
        .iter()
        .map(|name| name.trim_end_matches(';'))
        .collect();
    assert_eq!(modules, PIPELINE);
}

/// Each exception is still one.
#[test]
fn no_exception_is_stale() {
    for (path, why) in MAY_NAME_KINDS {
        let text = crate::tree::read(path).text;
        let named = schemas()
            .iter()
            .any(|schema| text.contains(&format!("\"{}\"", schema.kind)));
        assert!(named, "{path} names no kind any more ({why})");
    }
}

/// A kind is complete: its templates are files, and all templates are of a kind.
#[test]
fn every_template_belongs_to_somebody() {
    let kinds = hosttune::services::ALL.iter();
    let known: Vec<String> = kinds
        .flat_map(|service| service.templates())
        .map(|(name, _)| format!("templates/{name}.tera"))
        .collect();
    let loose = |file: &File| {
        let shared = ["templates/common/", "templates/system/"];
        let ours = shared.iter().any(|folder| file.path.starts_with(folder));
        (!ours && !known.contains(&file.path)).then(|| format!("{}: no kind renders it", file.path))
    };
    report(
        &files("templates", ".tera")
            .iter()
            .filter_map(loose)
            .collect::<Vec<_>>(),
    );
}
