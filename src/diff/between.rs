//! Two trees of files, neither of which is a host: what one says and the other
//! does not. Nothing is merged, for both are whole.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::compare::{Extent, is_code, settle, was};
use super::model::{Differences, FileDifference, Was};
use super::{Ran, secret};
use crate::formats::{Files, Format, Missing, Trouble, TroubleKind};

/// One of two trees.
pub struct Side<'a> {
    /// All that can be read in it.
    pub files: &'a dyn Files,
    /// The files to compare; their bytes are read from `files`.
    pub holds: &'a [Candidate],
}

/// What changes from one tree to the other.
pub fn between(before: &Side<'_>, after: &Side<'_>) -> Differences {
    let mut found = compared(before, after);
    secret::mark(&mut found);
    found
}

fn compared(before: &Side<'_>, after: &Side<'_>) -> Differences {
    let both = by_path(before, after);
    let mut candidates = Vec::new();
    let mut files = Vec::new();
    let mut unread = Vec::new();
    let (mut mains_before, mut mains_after) = (Mains::default(), Mains::default());
    for (path, (old, new)) in both {
        let old_bytes = old.map_or(Was::Nothing, |_| was(before.files, path));
        let new_bytes = new.map_or(Was::Nothing, |_| was(after.files, path));
        if let Was::Missing(missing) = new_bytes {
            unread.push(trouble(path, missing));
            continue;
        }
        // In a list of files, and not there.
        let lost = |one: Option<&Candidate>, is: &Was| one.is_some() && *is == Was::Nothing;
        if lost(old, &old_bytes) || lost(new, &new_bytes) {
            unread.push(trouble(path, Missing::Absent));
            continue;
        }
        let Some(known) = new.or(old) else { continue };
        let reached =
            mains_before.reach(before.files, known) || mains_after.reach(after.files, known);
        let candidate = Candidate {
            main: if reached {
                known.main.clone()
            } else {
                known.path.clone()
            },
            content: match new_bytes {
                Was::File(bytes) => Some(bytes),
                Was::Nothing | Was::Missing(_) => None,
            },
            ..known.clone()
        };
        files.push(file(old, old_bytes, new, &candidate));
        candidates.push(candidate);
    }
    let (mut found, _) = settle(
        &candidates,
        files,
        &Ran::new(),
        (before.files, after.files),
        Extent::Part,
    );
    for trouble in unread {
        if !found.troubles.contains(&trouble) {
            found.troubles.push(trouble);
        }
    }
    found
}

/// The files of both, by path.
fn by_path<'a>(
    before: &Side<'a>,
    after: &Side<'a>,
) -> BTreeMap<&'a str, (Option<&'a Candidate>, Option<&'a Candidate>)> {
    let mut both: BTreeMap<&str, (Option<&Candidate>, Option<&Candidate>)> = BTreeMap::new();
    for one in before.holds {
        both.entry(&one.path).or_default().0 = Some(one);
    }
    for one in after.holds {
        both.entry(&one.path).or_default().1 = Some(one);
    }
    both
}

/// Which files a program comes to. A tree may hold no more than a part of what
/// it reads: that nothing includes a file there means nothing.
#[derive(Default)]
struct Mains(BTreeMap<(Format, String), BTreeSet<String>>);

impl Mains {
    fn reach(&mut self, files: &dyn Files, one: &Candidate) -> bool {
        let key = (one.format, one.main.clone());
        let reached = self.0.entry(key).or_insert_with(|| {
            let readings = one.format.read(files, &one.main);
            readings
                .into_iter()
                .flat_map(|reading| reading.files)
                .collect()
        });
        reached.contains(&one.path)
    }
}

fn trouble(path: &str, missing: Missing) -> Trouble {
    Trouble {
        file: path.to_owned(),
        what: TroubleKind::Missing(missing),
    }
}

fn file(
    old: Option<&Candidate>,
    was: Was,
    new: Option<&Candidate>,
    candidate: &Candidate,
) -> FileDifference {
    FileDifference {
        link: None,
        code: is_code(candidate, &was),
        service: candidate.service.clone(),
        path: candidate.path.clone(),
        format: candidate.format,
        meets: candidate.meets,
        was,
        becomes: candidate.content.clone(),
        mode: (old.and_then(|one| one.mode), new.and_then(|one| one.mode)),
        owner: (
            old.and_then(|one| one.owner.clone()),
            new.and_then(|one| one.owner.clone()),
        ),
        foreign: false,
        kept: Vec::new(),
        other_lines: 0,
    }
}

#[cfg(test)]
mod tests;
