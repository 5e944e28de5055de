//! A rendered tree on disk: what is in it, what would change, and its
//! replacement in one step.
#![expect(clippy::disallowed_methods, reason = "the tree is files")]

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

use super::CliError;
use crate::plan::Plan;
use crate::render::Artefact;

/// Lists what tune wrote, so that it never takes away what it did not.
const MANIFEST: &str = "manifest.json";

/// A directory that holds a rendered tree, or will.
pub(super) struct Tree {
    directory: PathBuf,
    /// What is in it, by path on the host.
    manifest: Manifest,
    contents: BTreeMap<String, String>,
    /// The service whose files are replaced; all of them where there is none.
    only: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    made_by: String,
    host: String,
    stack: String,
    files: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    service: String,
    mode: String,
    owner: String,
    meets: String,
    validator: String,
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
    /// The unified diff, where there is one.
    pub(super) fn patch(&self) -> Option<&str> {
        match self {
            Self::Changed(_, patch) => Some(patch.text.as_str()).filter(|text| !text.is_empty()),
            Self::Added(_) | Self::Removed(_) => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(path) => write!(f, "added    {path}"),
            Self::Changed(path, lines) => {
                write!(f, "changed  {path} (+{} -{})", lines.added, lines.removed)
            }
            Self::Removed(path) => write!(f, "removed  {path}"),
        }
    }
}

impl Tree {
    /// Looks at what is there. A directory with files that tune did not render
    /// is refused: it would be replaced whole.
    pub(super) fn open(directory: &Path, only: Option<&str>) -> Result<Self, CliError> {
        let mut tree = Self {
            directory: directory.to_owned(),
            manifest: Manifest::default(),
            contents: BTreeMap::new(),
            only: only.map(str::to_owned),
        };
        if !directory.exists() {
            return Ok(tree);
        }
        let mut present = Vec::new();
        list(directory, directory, &mut present)?;
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
        let known = |path: &String| {
            path == &format!("/{MANIFEST}") || tree.manifest.files.iter().any(|e| &e.path == path)
        };
        if let Some(foreign) = present.iter().find(|path| !known(path)) {
            let message = format!(
                "{} holds {foreign}, which tune did not render",
                directory.display()
            );
            return Err(CliError::refused(
                message,
                "the tree is replaced whole: name another directory with -o",
            ));
        }
        for path in present {
            let at = place(directory, &path);
            if let Ok(text) = std::fs::read_to_string(&at) {
                tree.contents.insert(path, text);
            }
        }
        Ok(tree)
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
            let path = format!("/{MANIFEST}");
            let nothing = Patch::between(&path, "", "");
            changes.push(Change::Changed(path, nothing));
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
        let made = files.iter().map(|file| Entry {
            path: file.path.clone(),
            service: file.service.clone(),
            mode: format!("{:04o}", file.mode),
            owner: file.owner.clone(),
            meets: file.meets.name().to_owned(),
            validator: file.validator.to_owned(),
        });
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

/// Every file below a directory, by its path on the host.
fn list(root: &Path, directory: &Path, found: &mut Vec<String>) -> Result<(), CliError> {
    let failed = |error| CliError::file("read", directory, error);
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            list(root, &path, found)?;
        } else if let Ok(below) = path.strip_prefix(root) {
            found.push(format!("/{}", below.display()));
        }
    }
    Ok(())
}

fn place(directory: &Path, path: &str) -> PathBuf {
    directory.join(path.trim_start_matches('/'))
}

/// Writes a whole new tree beside the old one and puts it in its place.
pub(super) fn replace(tree: &Tree, files: &[Artefact], plan: &Plan) -> Result<(), CliError> {
    let directory = &tree.directory;
    let parent = directory
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(parent).map_err(|error| CliError::file("create", parent, error))?;
    let staged = tempfile::Builder::new()
        .prefix(".tune-")
        .tempdir_in(parent)
        .map_err(|error| CliError::file("create a directory in", parent, error))?;
    let manifest = tree.next_manifest(files, plan);
    for entry in &manifest.files {
        let new = files.iter().find(|file| file.path == entry.path);
        let text = new
            .map(|file| &file.content)
            .or_else(|| tree.contents.get(&entry.path));
        let mode = u32::from_str_radix(&entry.mode, 8).unwrap_or(0o644);
        if let Some(text) = text {
            write(&place(staged.path(), &entry.path), text, mode)?;
        }
    }
    let text = serde_json::to_string_pretty(&manifest)
        .map_err(|error| CliError::file("write", MANIFEST, error.into()))?;
    write(&staged.path().join(MANIFEST), &format!("{text}\n"), 0o644)?;
    set_mode(staged.path(), 0o755)?;
    exchange(staged, directory)
}

fn write(path: &Path, text: &str, mode: u32) -> Result<(), CliError> {
    let failed = |error| CliError::file("write", path, error);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    let mut file = std::fs::File::create(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    // Nobody but the owner need write a rendered copy, whatever the host's file allows.
    set_mode(path, mode)
}

fn set_mode(path: &Path, mode: u32) -> Result<(), CliError> {
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions)
        .map_err(|error| CliError::file("set the mode of", path, error))
}

/// Swaps the staged tree with the old one, which then goes with the staging
/// directory; where there is none, a rename is enough.
fn exchange(staged: tempfile::TempDir, directory: &Path) -> Result<(), CliError> {
    let failed = |error: std::io::Error| CliError::file("replace", directory, error);
    if !directory.exists() {
        let path = staged.keep();
        return std::fs::rename(&path, directory).map_err(failed);
    }
    let swapped = renameat2(
        AT_FDCWD,
        staged.path(),
        AT_FDCWD,
        directory,
        RenameFlags::RENAME_EXCHANGE,
    );
    if swapped.is_ok() {
        return Ok(());
    }
    // A file system without exchange: the old tree steps aside first.
    let aside = staged.path().with_extension("old");
    std::fs::rename(directory, &aside).map_err(failed)?;
    let path = staged.keep();
    if let Err(error) = std::fs::rename(&path, directory) {
        let _ = std::fs::rename(&aside, directory);
        return Err(failed(error));
    }
    std::fs::remove_dir_all(&aside).map_err(failed)
}
