//! What is committed in `out/` and `docs/` is what the code makes: a change of
//! a formula or of a key shows up in review as a change there.
#![allow(clippy::disallowed_methods, reason = "a test")]
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![allow(missing_docs, reason = "a test binary")]

use std::path::Path;
use std::process::{Command, Output};

fn check(root: &Path) -> Output {
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--example", "generate"])
        .args(["--", "--check"])
        .arg(root)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

#[test]
fn what_is_generated_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let trees = std::fs::read_dir(root.join("out")).unwrap().count();
    assert!(trees >= 10, "only {trees} trees in out/");
    let check = check(root);
    let (out, err) = (
        String::from_utf8_lossy(&check.stdout),
        String::from_utf8_lossy(&check.stderr),
    );
    assert!(
        check.status.success(),
        "stale; renew with 'cargo run --example generate'\n{out}{err}"
    );
}

/// Of a copy without the trees: each of them, a page that was edited, a schema
/// that is not there, and one that nothing makes.
#[test]
fn everything_that_is_stale_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = tempfile::tempdir().unwrap();
    let copied = Command::new("cp")
        .arg("-r")
        .args([root.join("docs"), copy.path().join("docs")])
        .status()
        .unwrap();
    assert!(copied.success());
    let docs = copy.path().join("docs");
    std::fs::write(docs.join("stack.md"), "edited\n").unwrap();
    std::fs::remove_file(docs.join("schema/plan.schema.json")).unwrap();
    std::fs::write(docs.join("schema/loose.schema.json"), "{}\n").unwrap();
    let check = check(copy.path());
    assert_eq!(check.status.code(), Some(1));
    let err = String::from_utf8(check.stderr).unwrap();
    let stale: Vec<&str> = err
        .lines()
        .filter_map(|line| line.strip_suffix(" is stale: cargo run --example generate"))
        .collect();
    let (trees, files): (Vec<&str>, Vec<&str>) =
        stale.iter().partition(|name| name.starts_with("out/"));
    assert!(trees.len() >= 10, "{err}");
    let named = [
        "docs/stack.md",
        "docs/schema/plan.schema.json",
        "docs/schema/loose.schema.json",
    ];
    assert_eq!(files, named);
    assert_eq!(
        std::fs::read_to_string(docs.join("stack.md")).unwrap(),
        "edited\n"
    );
}
