//! Rendered trees: the golden ones under `out/`, and those that a test renders.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A rendered tree.
pub(crate) struct Tree {
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    pub(crate) files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Manifest {
    files: Vec<Entry>,
}

/// A file of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) mode: String,
    pub(crate) owner: String,
    pub(crate) validator: String,
}

impl Entry {
    /// The program that says whether it is valid.
    pub(crate) fn program(&self) -> &str {
        self.validator.split(' ').next().unwrap_or_default()
    }
}

impl Tree {
    pub(crate) fn at(root: &Path) -> Self {
        let manifest = root.join("manifest.json");
        let text = std::fs::read_to_string(&manifest)
            .unwrap_or_else(|error| panic!("{}: {error}", manifest.display()));
        let manifest: Manifest = serde_json::from_str(&text).unwrap();
        Self {
            name: root.file_name().unwrap().to_string_lossy().into_owned(),
            root: root.to_owned(),
            files: manifest.files,
        }
    }

    /// Where a file of it is.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.place(path))
            .unwrap_or_else(|error| panic!("{}{path}: {error}", self.name))
    }

    /// The one file whose path ends so.
    pub(crate) fn only(&self, end: &str) -> &Entry {
        let mut found = self.files.iter().filter(|entry| entry.path.ends_with(end));
        let entry = found.next();
        assert!(found.next().is_none(), "{}: several {end}", self.name);
        entry.unwrap_or_else(|| panic!("{}: no {end}", self.name))
    }
}

/// Every golden tree.
pub(crate) fn golden() -> Vec<Tree> {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out");
    let mut trees: Vec<Tree> = std::fs::read_dir(&out)
        .unwrap_or_else(|error| panic!("{}: {error}", out.display()))
        .map(|entry| Tree::at(&entry.unwrap().path()))
        .collect();
    trees.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(trees.len() >= 10, "only {} golden trees", trees.len());
    trees
}

/// Looks at every file of the golden trees that is meant, and tells of all that
/// are wrong at once.
pub(crate) fn every_golden_file(
    is_meant: impl Fn(&Entry) -> bool,
    mut wrong_with: impl FnMut(&Tree, &Entry) -> Option<String>,
) {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for tree in golden() {
        for entry in tree.files.iter().filter(|entry| is_meant(entry)) {
            seen += 1;
            if let Some(message) = wrong_with(&tree, entry) {
                wrong.push(format!("{}{}: {message}", tree.name, entry.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {seen} files:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(seen > 0, "no golden tree holds such a file");
}
