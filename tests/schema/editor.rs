//! taplo, which is behind the TOML support of editors: it finds the schema by
//! the first line of a file, and marks the mistakes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hosttune::cli::{Document, schema};
use hosttune::report::schema::text;

/// Looks at all of them at once: it takes seconds to start.
fn lint(files: &[PathBuf]) -> Output {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.tools");
    let taplo = tools.join("node/node_modules/.bin/taplo");
    assert!(taplo.exists(), "no {}: run tests/needs", taplo.display());
    Command::new(taplo)
        .args(["lint", "--colors", "never"])
        .args(files)
        .output()
        .unwrap()
}

#[test]
fn bundled_stacks_are_right_in_an_editor() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/stacks");
    let entries = std::fs::read_dir(folder).unwrap();
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 6);
    let lint = lint(&files);
    let said = String::from_utf8_lossy(&lint.stderr);
    assert!(lint.status.success(), "{said}");
}

/// Stacks beside their schema, as `tune init` lays them.
#[test]
fn an_editor_marks_the_mistakes() {
    let dir = tempfile::tempdir().unwrap();
    let beside = dir.path().join("tune.schema.json");
    std::fs::write(beside, text(&schema(Document::Stack))).unwrap();
    let service = "extends = \"web\"\n[services.db]\nkind = \"postgresql\"\n";
    let lines = [
        ("right", "want = \"1GiB\"", ""),
        ("unknown", "wnat = \"1GiB\"", "'wnat' was unexpected"),
        ("type", "want = 512", "512 is not of type \"string\""),
        (
            "kind",
            "script = \"a.js\"",
            "False schema does not allow \"a.js\"",
        ),
        ("word", "workload = \"wbe\"", "\"wbe\" is not one of"),
    ];
    let files = lines.map(|(name, line, _)| {
        let file = dir.path().join(format!("{name}.toml"));
        let stack = format!("#:schema ./tune.schema.json\n{service}{line}\n");
        std::fs::write(&file, stack).unwrap();
        file
    });
    let lint = lint(&files);
    let said = String::from_utf8_lossy(&lint.stderr);
    assert!(!lint.status.success(), "{said}");
    assert!(!said.contains("right.toml:"), "{said}");
    for (name, line, mark) in lines.into_iter().skip(1) {
        assert!(said.contains(mark), "{line}: {said}");
        assert!(said.contains(&format!("{name}.toml:5:")), "{line}: {said}");
    }
}
