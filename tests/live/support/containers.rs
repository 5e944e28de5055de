//! What a compose project mounts where, and how its files look from inside.

use super::stage::Stage;
use super::tree::Tree;

/// The mounts of the tree's compose file: path on the host, path inside.
pub(crate) fn mounts(tree: &Tree) -> Vec<(String, String)> {
    let files = tree
        .files
        .iter()
        .filter(|entry| entry.path.ends_with("compose.override.yaml"));
    let texts = files.map(|entry| tree.read(&entry.path));
    let mount = |line: &str| {
        let text = line.trim().strip_prefix("- \"")?.strip_suffix(":ro\"")?;
        let (from, to) = text.split_once(':')?;
        Some((from.to_owned(), to.to_owned()))
    };
    texts
        .flat_map(|text| text.lines().filter_map(mount).collect::<Vec<_>>())
        .collect()
}

/// Puts the files of one service where its container has them.
pub(crate) fn mount(stage: &Stage, tree: &Tree, service: &str) {
    for (from, to) in mounts(tree) {
        if from.contains(&format!("/{service}/")) {
            stage.write(&to, &tree.read(&from));
        }
    }
}
