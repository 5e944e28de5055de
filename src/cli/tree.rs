//! A rendered tree on disk: what is in it, what would change, and its
//! replacement in one step.
#![expect(clippy::disallowed_methods, reason = "the tree is files")]

mod manifest;
mod replace;
mod staging;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use super::CliError;
use crate::plan::Plan;
use crate::render::Artefact;

pub(super) use manifest::{Entry, Manifest, manifest_schema};
pub(super) use replace::{put, replace};
pub(super) use staging::beside;

/// Lists what tune wrote, so that it never takes away what it did not.
pub(super) const MANIFEST: &str = "manifest.json";

/// A directory that holds a rendered tree, or will.
pub(super) struct Tree {
    directory: PathBuf,
    /// What is in it, by path on the host.
    manifest: Manifest,
    contents: BTreeMap<String, String>,
    /// The service whose files are replaced; all of them where there is none.
    only: Option<String>,
}

/// One difference between the tree and what it should be.
pub(super) enum Change {
    Added(String),
    Changed(String, Patch),
    Removed(String),
}

/// What changes in a file, line by line.
pub(super) struct Patch {
    added: usize,
    removed: usize,
    /// As a unified diff.
    text: String,
}

impl Patch {
    fn between(path: &str, old: &str, new: &str) -> Self {
        let diff = TextDiff::from_lines(old, new);
        let count = |tag: ChangeTag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
        Self {
            added: count(ChangeTag::Insert),
            removed: count(ChangeTag::Delete),
            text: diff
                .unified_diff()
                .header(&format!("a{path}"), &format!("b{path}"))
                .to_string(),
        }
    }
}

impl Change {
    /// What became of a file, and which.
    pub(super) fn told(&self) -> (&'static str, String) {
        match self {
            Self::Added(path) => ("added    ", path.clone()),
            Self::Changed(path, lines) => {
                let counts = format!("{path} (+{} -{})", lines.added, lines.removed);
                ("changed  ", counts)
            }
            Self::Removed(path) => ("removed  ", path.clone()),
        }
    }

    /// The unified diff, where there is one.
    pub(super) fn patch(&self) -> Option<&str> {
        match self {
            Self::Changed(_, patch) => Some(patch.text.as_str()).filter(|text| !text.is_empty()),
            Self::Added(_) | Self::Removed(_) => None,
        }
    }
}

impl Tree {
    /// Looks at what is there. A directory with files that tune did not render
    /// is refused: it would be replaced whole.
    pub(super) fn open(directory: &Path, only: Option<&str>) -> Result<Self, CliError> {
        let directory = &resolved(directory)?;
        let mut tree = Self {
            directory: directory.clone(),
            manifest: Manifest::default(),
            contents: BTreeMap::new(),
            only: only.map(str::to_owned),
        };
        if !directory.exists() {
            return Ok(tree);
        }
        let manifest = directory.join(MANIFEST);
        if manifest.is_file() {
            let text = std::fs::read_to_string(&manifest)
                .map_err(|error| CliError::file("read", &manifest, error))?;
            tree.manifest = serde_json::from_str(&text).map_err(|error| {
                let message = format!("{} is not what tune writes: {error}", manifest.display());
                CliError::refused(
                    message,
                    "name another directory with -o, or remove this one",
                )
            })?;
        }
        let mut present = Vec::new();
        tree.list(directory, &mut present)?;
        for path in present {
            let at = place(directory, &path);
            if let Ok(text) = std::fs::read_to_string(&at) {
                tree.contents.insert(path, text);
            }
        }
        Ok(tree)
    }

    /// Every file below a directory, by its path on the host, up to the first
    /// that is not tune's.
    fn list(&self, directory: &Path, found: &mut Vec<String>) -> Result<(), CliError> {
        let failed = |error| CliError::file("read", directory, error);
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(failed)? {
            entries.push(entry.map_err(failed)?);
        }
        entries.sort_by_key(std::fs::DirEntry::file_name);
        // Files before directories: a foreign file here ends the walk at once.
        let (directories, files): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .partition(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        for path in files.iter().map(std::fs::DirEntry::path) {
            let Ok(below) = path.strip_prefix(&self.directory) else {
                continue;
            };
            let name = format!("/{}", below.display());
            if staging::is_left_over(&path) {
                continue;
            }
            if !self.knows(&name) {
                let message = format!(
                    "{} holds {name}, which tune did not render",
                    self.directory.display()
                );
                return Err(CliError::refused(
                    message,
                    "the tree is replaced whole: name another directory with -o",
                ));
            }
            found.push(name);
        }
        for below in directories {
            self.list(&below.path(), found)?;
        }
        Ok(())
    }

    fn knows(&self, path: &str) -> bool {
        path.strip_prefix('/') == Some(MANIFEST)
            || self.manifest.files.iter().any(|entry| entry.path == path)
    }

    /// Entries that stay as they are: those of other services under `--only`.
    fn kept(&self) -> impl Iterator<Item = &Entry> {
        self.manifest.files.iter().filter(|entry| {
            self.only
                .as_ref()
                .is_some_and(|only| &entry.service != only)
        })
    }

    /// What would change.
    pub(super) fn compare(&self, files: &[Artefact], plan: &Plan) -> Vec<Change> {
        let mut changes = Vec::new();
        for file in files {
            match self.contents.get(&file.path) {
                None => changes.push(Change::Added(file.path.clone())),
                Some(text) if text != &file.content || !self.mode_is(file) => {
                    let lines = Patch::between(&file.path, text, &file.content);
                    changes.push(Change::Changed(file.path.clone(), lines));
                }
                Some(_) => {}
            }
        }
        for entry in &self.manifest.files {
            let stays = self.kept().any(|kept| kept == entry)
                || files.iter().any(|file| file.path == entry.path);
            if !stays {
                changes.push(Change::Removed(entry.path.clone()));
            }
        }
        if changes.is_empty() && self.manifest != self.next_manifest(files, plan) {
            let path = MANIFEST.to_owned();
            changes.push(if self.directory.join(MANIFEST).exists() {
                let nothing = Patch::between(&path, "", "");
                Change::Changed(path, nothing)
            } else {
                Change::Added(path)
            });
        }
        changes
    }

    fn mode_is(&self, file: &Artefact) -> bool {
        let metadata = std::fs::metadata(place(&self.directory, &file.path));
        // Version control keeps no more of a mode than whether it can be run.
        metadata.is_ok_and(|found| {
            (found.permissions().mode() & 0o100 != 0) == (file.mode & 0o100 != 0)
        })
    }

    fn next_manifest(&self, files: &[Artefact], plan: &Plan) -> Manifest {
        let made = files.iter().map(Entry::of);
        let mut files: Vec<Entry> = made.chain(self.kept().cloned()).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest {
            made_by: format!("tune {}", env!("CARGO_PKG_VERSION")),
            host: plan.host.name.clone(),
            stack: plan.stack.clone(),
            files,
        }
    }
}

/// The directory that is meant: a link is followed, for the tree behind it is
/// what is replaced, not the link.
fn resolved(directory: &Path) -> Result<PathBuf, CliError> {
    let path = match directory.canonicalize() {
        Ok(path) => path,
        Err(_) if directory.symlink_metadata().is_err() => return Ok(directory.to_owned()),
        Err(error) => return Err(CliError::file("follow", directory, error)),
    };
    if path.parent().is_none() {
        return Err(CliError::refused(
            format!("-o {} is the whole file system", directory.display()),
            "the tree is replaced whole: name another directory with -o",
        ));
    }
    Ok(path)
}

fn place(directory: &Path, path: &str) -> PathBuf {
    directory.join(path.trim_start_matches('/'))
}
