//! taplo, which is behind the TOML support of editors: it finds the schema by
//! the first line of a file, and marks the mistakes.

use std::path::Path;
use std::process::{Command, Output};

use hosttune::cli::{Document, schema};
use hosttune::report::schema::text;

fn lint(file: &Path) -> Output {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.tools");
    let taplo = tools.join("node/node_modules/.bin/taplo");
    assert!(taplo.exists(), "no {}: run tests/needs", taplo.display());
    Command::new(taplo)
        .args(["lint", "--colors", "never"])
        .arg(file)
        .current_dir(file.parent().unwrap())
        .output()
        .unwrap()
}

/// A stack beside its schema, as `tune init` lays them.
fn written(stack: &str) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let beside = dir.path().join("tune.schema.json");
    std::fs::write(beside, text(&schema(Document::Stack))).unwrap();
    let file = dir.path().join("tune.toml");
    std::fs::write(&file, format!("#:schema ./tune.schema.json\n{stack}")).unwrap();
    lint(&file)
}

#[test]
fn bundled_stacks_are_right_in_an_editor() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/stacks");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let lint = lint(&file);
        let said = String::from_utf8_lossy(&lint.stderr);
        assert!(lint.status.success(), "{}: {said}", file.display());
    }
}

#[test]
fn an_editor_marks_the_mistakes() {
    let service = "extends = \"web\"\n[services.db]\nkind = \"postgresql\"\n";
    assert!(written(service).status.success());
    for (line, mark) in [
        ("wnat = \"1GiB\"", "'wnat' was unexpected"),
        ("want = 512", "512 is not of type \"string\""),
        ("script = \"a.js\"", "False schema does not allow \"a.js\""),
        ("workload = \"wbe\"", "\"wbe\" is not one of"),
    ] {
        let lint = written(&format!("{service}{line}\n"));
        let said = String::from_utf8_lossy(&lint.stderr);
        assert!(!lint.status.success(), "{line}");
        assert!(said.contains(mark), "{line}: {said}");
        assert!(said.contains("tune.toml:5:"), "{line}: {said}");
    }
}
