//! What is committed in `out/` is what the code renders: a change of a formula
//! shows up in review as a change there.
#![allow(clippy::disallowed_methods, reason = "a test")]
#![allow(missing_docs, reason = "a test binary")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_golden_trees_are_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let trees = std::fs::read_dir(root.join("out")).unwrap().count();
    assert!(trees >= 10, "only {trees} trees in out/");
    let check = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--offline",
            "--example",
            "generate",
            "--",
            "--check",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&check.stdout),
        String::from_utf8_lossy(&check.stderr),
    );
    assert!(
        check.status.success(),
        "stale; renew with 'cargo run --example generate'\n{out}{err}"
    );
}
