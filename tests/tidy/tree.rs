//! The files of the repository.

use std::path::{Path, PathBuf};

/// A file: its path from the root of the repository, and its text.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The text without what is only compiled for tests: modules of this file,
    /// and the whole file where it is one of those.
    pub(crate) fn program(&self) -> String {
        if self.is_test() {
            return String::new();
        }
        let mut kept = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            kept.push(line);
            if line != "#[cfg(test)]" {
                continue;
            }
            let opens = lines.next().unwrap_or_default();
            if opens.ends_with('{') {
                // Lines stay what they are, so that their numbers do.
                kept.push("");
                kept.extend(lines.by_ref().take_while(|line| *line != "}").map(|_| ""));
            }
            kept.push("");
        }
        kept.join("\n")
    }

    /// Whether the module above declares this file for tests only.
    fn is_test(&self) -> bool {
        let (folder, file) = self.path.rsplit_once('/').unwrap();
        let name = file.strip_suffix(".rs").unwrap_or(file);
        let declared = format!("#[cfg(test)]\nmod {name};");
        let beside = [format!("{folder}/mod.rs"), format!("{folder}.rs")];
        let parents = beside.iter().map(|path| root().join(path));
        parents
            .filter_map(|path| std::fs::read_to_string(path).ok())
            .any(|text| text.contains(&declared))
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder of the repository whose name ends so, in order.
pub(crate) fn files(folder: &str, ends: &str) -> Vec<File> {
    let mut paths = Vec::new();
    walk(&root().join(folder), &mut paths);
    paths.sort();
    let named = paths
        .iter()
        .filter(|path| path.to_str().unwrap().ends_with(ends));
    let found: Vec<File> = named.map(|path| file(path)).collect();
    assert!(!found.is_empty(), "no {ends} in {folder}");
    found
}

/// One file of the repository.
pub(crate) fn read(path: &str) -> File {
    file(&root().join(path))
}

fn file(path: &Path) -> File {
    let text = std::fs::read_to_string(path);
    let inside = path.strip_prefix(root()).unwrap();
    File {
        path: inside.to_str().unwrap().to_owned(),
        text: text.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    }
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, paths);
        } else {
            paths.push(path);
        }
    }
}
