//! taplo, which is behind the TOML support of editors: it finds the schema by
//! the first line of a file, and marks the mistakes.

use std::path::{Path, PathBuf};
use std::process::Command;

use hosttune::cli::{Document, schema};
use hosttune::report::schema::text;

/// What it says of files. It takes seconds to start.
fn lint(files: &[PathBuf]) -> String {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.tools");
    let taplo = tools.join("node/node_modules/.bin/taplo");
    assert!(taplo.exists(), "no {}: run tests/needs", taplo.display());
    let lint = Command::new(taplo)
        .args(["lint", "--colors", "never"])
        .args(files)
        .output()
        .unwrap();
    assert!(!lint.status.success(), "{lint:?}");
    String::from_utf8(lint.stderr).unwrap()
}

fn bundled() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/stacks");
    let entries = std::fs::read_dir(folder).unwrap();
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 6);
    files
}

/// Stacks beside their schema, as `tune init` lays them, and the bundled ones
/// among them: it comes to the last file, and says nothing of theirs.
#[test]
fn an_editor_marks_the_mistakes_and_nothing_of_the_bundled_stacks() {
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
    let written = lines.map(|(name, line, _)| {
        let file = dir.path().join(format!("{name}.toml"));
        let stack = format!("#:schema ./tune.schema.json\n{service}{line}\n");
        std::fs::write(&file, stack).unwrap();
        file
    });
    let (first, last) = written.split_at(lines.len() / 2);
    let said = lint(&[first, &bundled(), last].concat());
    assert!(!said.contains("right.toml:"), "{said}");
    assert!(!said.contains("profiles/stacks/"), "{said}");
    for (name, line, mark) in lines.into_iter().skip(1) {
        assert!(said.contains(mark), "{line}: {said}");
        assert!(said.contains(&format!("{name}.toml:5:")), "{line}: {said}");
    }
}
