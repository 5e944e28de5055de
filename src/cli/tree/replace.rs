//! Puts a new tree in the place of the old one: all at once where the
//! directory can be renamed, else file by file.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};

use super::super::CliError;
use super::staging::{self, Staging};
use super::{Entry, MANIFEST, Manifest, Tree, place};
use crate::plan::Plan;
use crate::render::Artefact;

/// Writes a whole new tree beside the old one and puts it in its place.
pub(in crate::cli) fn replace(
    tree: &Tree,
    files: &[Artefact],
    plan: &Plan,
) -> Result<(), CliError> {
    let directory = &tree.directory;
    if cannot_move(directory) {
        return in_place(tree, files, plan);
    }
    let parent = directory
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(parent).map_err(|error| CliError::file("create", parent, error))?;
    let staging = match Staging::beside(directory) {
        Ok(staging) => staging,
        Err(CliError::File { .. }) if directory.exists() => return in_place(tree, files, plan),
        Err(other) => return Err(other),
    };
    // What was there may have changed while nobody held it.
    let tree = &Tree::open(directory, tree.only.as_deref())?;
    let staged = staging.join("new");
    let manifest = tree.next_manifest(files, plan);
    for entry in &manifest.files {
        if let Some((text, mode)) = content(tree, files, entry) {
            write(&place(&staged, &entry.path), text, mode)?;
        }
    }
    write(&staged.join(MANIFEST), &document(&manifest)?, 0o644)?;
    set_mode(&staged, 0o755)?;
    if !directory.exists() {
        let failed = |error| CliError::file("create", directory, error);
        return std::fs::rename(&staged, directory).map_err(failed);
    }
    if exchange(&staged, directory, &staging.join("old")) {
        return Ok(());
    }
    in_place(tree, files, plan)
}

/// Whether another directory in this one's place would leave a shell, this
/// program's own or the one that started it, in a directory that is gone.
fn cannot_move(directory: &Path) -> bool {
    std::env::current_dir().is_ok_and(|here| here.starts_with(directory))
}

/// Swaps the staged tree with the old one, which then goes with the staging
/// directory. A mount point, or the directory of another, cannot be renamed.
fn exchange(staged: &Path, directory: &Path, aside: &Path) -> bool {
    let flags = RenameFlags::RENAME_EXCHANGE;
    if renameat2(AT_FDCWD, staged, AT_FDCWD, directory, flags).is_ok() {
        return true;
    }
    // A file system without exchange: the old tree steps aside first.
    if std::fs::rename(directory, aside).is_err() {
        return false;
    }
    if std::fs::rename(staged, directory).is_ok() {
        return true;
    }
    let _ = std::fs::rename(aside, directory);
    false
}

/// Replaces file by file. The manifest first names the old and the new, so that
/// a killed render leaves nothing that the next one would not know; it becomes
/// the new one last.
fn in_place(tree: &Tree, files: &[Artefact], plan: &Plan) -> Result<(), CliError> {
    let directory = &tree.directory;
    let _lock = staging::locked(directory, directory)?;
    let tree = &Tree::open(directory, tree.only.as_deref())?;
    let manifest = tree.next_manifest(files, plan);
    let gone: Vec<&Entry> = tree
        .manifest
        .files
        .iter()
        .filter(|old| !manifest.files.iter().any(|new| new.path == old.path))
        .collect();
    let mut both = manifest.clone();
    both.files.extend(gone.iter().copied().cloned());
    put(&directory.join(MANIFEST), &document(&both)?, 0o644)?;
    for entry in &manifest.files {
        if let Some((text, mode)) = content(tree, files, entry) {
            put(&place(directory, &entry.path), text, mode)?;
        }
    }
    for entry in gone {
        remove(directory, &place(directory, &entry.path))?;
    }
    put(&directory.join(MANIFEST), &document(&manifest)?, 0o644)
}

fn content<'a>(tree: &'a Tree, files: &'a [Artefact], entry: &Entry) -> Option<(&'a String, u32)> {
    let new = files.iter().find(|file| file.path == entry.path);
    let text = new
        .map(|file| &file.content)
        .or_else(|| tree.contents.get(&entry.path))?;
    Some((text, u32::from_str_radix(&entry.mode, 8).unwrap_or(0o644)))
}

fn document(manifest: &Manifest) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(manifest)
        .map_err(|error| CliError::file("write", MANIFEST, error.into()))?;
    Ok(format!("{text}\n"))
}

/// Writes a file under another name and renames it: it is never half there.
pub(in crate::cli) fn put(path: &Path, text: &str, mode: u32) -> Result<(), CliError> {
    let staged = staging::beside(path);
    write(&staged, text, mode)?;
    std::fs::rename(&staged, path).map_err(|error| CliError::file("replace", path, error))
}

/// Unlinks a file, and the directories that are empty without it.
fn remove(directory: &Path, path: &Path) -> Result<(), CliError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(CliError::file("remove", path, error));
        }
        _ => {}
    }
    for above in path.ancestors().skip(1) {
        if above == directory || std::fs::remove_dir(above).is_err() {
            break;
        }
    }
    Ok(())
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
