//! `--from DIR --to DIR`: two rendered trees, or two checkouts, without a host.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::tree::{Entry, MANIFEST, Manifest};
use super::super::{Answer, CliError, Globals, Session, Ui};
use super::{DiffArgs, show};
use crate::diff::{Candidate, HostFiles, Side, between};
use crate::formats::{Files as _, Format, Trouble};
use crate::report::difference::Review;
use crate::services::{Meets, Validator};

/// What version control keeps beside the files.
const SKIPPED: &[&str] = &[".git", ".hg", ".svn", ".bzr", ".jj", "CVS", "_darcs"];

pub(super) fn run(
    args: &DiffArgs,
    from: &Path,
    to: &Path,
    session: &Session,
    ui: &mut Ui,
) -> Result<Answer, CliError> {
    alone(&session.globals)?;
    let mut before = Tree::open(from)?;
    let mut after = Tree::open(to)?;
    before.leave_out_same(&mut after);
    if before.is_rendered != after.is_rendered {
        // Of the one what a host gets is known, of the other what this disk has.
        before.forget_modes();
        after.forget_modes();
    }
    let mut found = between(&before.side(), &after.side());
    for tree in [&before, &after] {
        found.troubles.extend(tree.troubles.iter().cloned());
        found.troubles.extend(tree.files.moved());
    }
    let review = Review {
        title: format!("{} against {}", to.display(), from.display()),
        differences: &found,
        plan: None,
        before: None,
    };
    show(args, &review, ui)
}

/// Two trees are compared as they are: no plan is made.
fn alone(globals: &Globals) -> Result<(), CliError> {
    let given = [
        ("--root", globals.root != Path::new("/")),
        ("--profile", globals.profile.is_some()),
        ("--stack", globals.stack.is_some()),
        ("--config", globals.config.is_some()),
        ("--set", !globals.set.is_empty()),
        ("--templates", globals.templates.is_some()),
        ("--imds", globals.imds),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(CliError::refused(
            format!("{option} has no part in --from and --to: two trees are compared as they are"),
            format!("leave out {option}; 'tune render -o DIR' makes a tree of a plan"),
        )),
        None => Ok(()),
    }
}

struct Tree {
    files: HostFiles,
    /// Whether tune rendered it, and says what is in it.
    is_rendered: bool,
    holds: Vec<Candidate>,
    troubles: Vec<Trouble>,
}

impl Tree {
    fn open(directory: &Path) -> Result<Self, CliError> {
        let files = HostFiles::below(directory).map_err(|error| {
            CliError::refused(error.to_string(), "name a directory with --from and --to")
        })?;
        let list = format!("/{MANIFEST}");
        let manifest = match files.read(&list) {
            Ok(bytes) => Manifest::read(&bytes).map_err(|error| {
                let at: PathBuf = directory.join(MANIFEST);
                let message = format!("{} is not what tune writes: {error}", at.display());
                CliError::refused(message, "render the tree again")
            })?,
            Err(_) => None,
        };
        let below = files.all(SKIPPED);
        let entries = manifest.as_ref().map_or(&[][..], |found| &found.files);
        let of_list = entries.iter().map(|entry| entry.path.clone());
        let mut paths: BTreeSet<String> = below.files.into_iter().chain(of_list).collect();
        if manifest.is_some() {
            paths.remove(&list);
        }
        let entries: BTreeMap<&str, &Entry> = entries
            .iter()
            .map(|entry| (entry.path.as_str(), entry))
            .collect();
        let holds = paths
            .into_iter()
            .map(|path| match entries.get(path.as_str()) {
                Some(entry) => listed(entry),
                None => by_path(&files, path),
            });
        Ok(Self {
            holds: holds.collect(),
            is_rendered: manifest.is_some(),
            troubles: below.troubles,
            files,
        })
    }

    fn side(&self) -> Side<'_> {
        Side {
            files: &self.files,
            holds: &self.holds,
        }
    }

    /// Leaves out what is the same on both sides, and links that lead to the same:
    /// what they lead to is compared where it is.
    fn leave_out_same(&mut self, other: &mut Self) {
        let mut same = BTreeSet::new();
        let (modes, other_modes) = (self.modes(), other.modes());
        for one in &self.holds {
            let path = &one.path;
            let is_same = match (self.files.read(path), other.files.read(path)) {
                (Ok(old), Ok(new)) => old == new,
                (Err(_), Err(_)) => {
                    let link = self.files.link(path);
                    link.is_some() && link == other.files.link(path)
                }
                _ => false,
            };
            if is_same && modes.get(path) == other_modes.get(path) {
                same.insert(path.clone());
            }
        }
        for tree in [self, other] {
            tree.holds.retain(|one| !same.contains(&one.path));
        }
    }

    fn modes(&self) -> BTreeMap<String, Option<u32>> {
        let all = self.holds.iter();
        all.map(|one| (one.path.clone(), one.mode)).collect()
    }

    fn forget_modes(&mut self) {
        for one in &mut self.holds {
            one.mode = None;
            one.owner = None;
        }
    }
}

/// A file that the list of a rendered tree names.
fn listed(entry: &Entry) -> Candidate {
    let format = entry.format.or_else(|| Format::of_path(&entry.path));
    let format = format.unwrap_or(Format::Text);
    let main = match (&entry.main, entry.format) {
        (Some(main), _) => main.clone(),
        (None, Some(_)) => entry.path.clone(),
        (None, None) => format.main_of_path(&entry.path),
    };
    Candidate {
        service: entry.service.clone(),
        path: entry.path.clone(),
        mode: u32::from_str_radix(&entry.mode, 8).ok(),
        owner: Some(entry.owner.clone()),
        meets: entry.meets(),
        format,
        main,
        content: None,
        validator: Validator::default(),
        is_inside: false,
        settings: None,
    }
}

/// A file of which only its path is known.
fn by_path(files: &HostFiles, path: String) -> Candidate {
    let format = Format::of_path(&path).unwrap_or(Format::Text);
    // As git has it: whether it can be run.
    let mode = |facts: crate::diff::Facts| {
        if facts.mode & 0o100 == 0 {
            0o644
        } else {
            0o755
        }
    };
    Candidate {
        service: format.name().to_owned(),
        mode: crate::diff::Host::facts(files, &path).map(mode),
        owner: None,
        meets: Meets::Own,
        main: format.main_of_path(&path),
        format,
        content: None,
        validator: Validator::default(),
        is_inside: false,
        settings: None,
        path,
    }
}
