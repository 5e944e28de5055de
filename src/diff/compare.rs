//! The comparison: every candidate against what is there, what programs read
//! now against what they would read then.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::files::Accounts;
use super::merge;
use super::model::{Differences, FileDifference, Was};
use super::values::{self, Sides};
use super::{Host, Ran, evaluate, model};
use crate::formats::{Files, Format, Missing, Reading, Staged, Trouble, TroubleKind};
use crate::services::Meets;

/// What stands in the head of every file that tune made.
const MARK: &[u8] = b"Made by tune";

/// A program's files are read once, whoever asks.
pub(super) type Readings = BTreeMap<(Format, String), Vec<Reading>>;

/// What programs read, whoever asks: now, and once the files are as planned.
pub(super) struct Read {
    pub(super) now: Readings,
    pub(super) then: Readings,
}

/// What would change, with what programs read.
pub(super) fn compare(host: &dyn Host, candidates: &[Candidate], ran: &Ran) -> (Differences, Read) {
    let accounts = Accounts::of(host);
    let files = candidates
        .iter()
        .map(|candidate| file(host, &accounts, candidate));
    let files: Vec<FileDifference> = files.collect();
    let mut over = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for file in &files {
        match &file.becomes {
            Some(bytes) => drop(over.insert(file.path.clone(), bytes.clone())),
            None => drop(gone.insert(file.path.clone())),
        }
    }
    let staged = Staged::new(host, &over).without(&gone);
    settle(candidates, files, ran, (host, &staged), Extent::Host)
}

/// How much of a host there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// A host: what its programs name should be there.
    Host,
    /// Files of one only: what they name besides need not be there.
    Part,
}

/// The settings of files, by what is read of all before and after.
pub(super) fn settle(
    candidates: &[Candidate],
    files: Vec<FileDifference>,
    ran: &Ran,
    (old, new): (&dyn Files, &dyn Files),
    extent: Extent,
) -> (Differences, Read) {
    let mut found = Differences {
        files,
        ..Differences::default()
    };
    let (mut now, mut then) = (Readings::new(), Readings::new());
    for (n, candidate) in candidates.iter().enumerate() {
        let key = (candidate.format, candidate.main.clone());
        let before = now.entry(key.clone());
        let before = before.or_insert_with(|| ran_or_read(candidate, ran, old));
        let after = then.entry(key).or_insert_with(|| read(candidate, new));
        // What is not installed yet reads nothing: the file is looked at by itself.
        let by_itself = !is_read(candidate, after) && !is_there(candidate, new);
        let alone = |files| vec![candidate.format.read_alone(files, &candidate.path)];
        let (before, after) = if by_itself {
            (&alone(old), &alone(new))
        } else {
            (&*before, &*after)
        };
        let sides = Sides {
            candidate,
            before,
            after,
            is_read: by_itself || is_read(candidate, after),
            is_code: found.files.get(n).is_some_and(|file| file.code) && !has_run(candidate, ran),
        };
        let (settings, other_lines) = values::compare(&sides);
        found.settings.extend(settings);
        if let Some(file) = found.files.get_mut(n) {
            file.other_lines = other_lines;
            file.code &= !has_run(candidate, ran);
        }
    }
    // What is not installed yet brings files of its own, which the plan's name.
    let missing =
        |main: &str| extent == Extent::Part || matches!(old.read(main), Err(Missing::Absent));
    found.troubles = troubles(&found, &now, &then, &missing);
    (found, Read { now, then })
}

/// Whether the program comes to the file.
fn is_read(candidate: &Candidate, readings: &[Reading]) -> bool {
    let mut readings = readings.iter();
    candidate.main == candidate.path
        || readings.any(|reading| reading.files.contains(&candidate.path))
}

/// Whether the file is there that the program begins with.
fn is_there(candidate: &Candidate, files: &dyn Files) -> bool {
    !matches!(files.read(&candidate.main), Err(Missing::Absent))
}

fn has_run(candidate: &Candidate, ran: &Ran) -> bool {
    ran.contains_key(&candidate.path)
}

/// What its program reads, or what was said when it was run.
fn ran_or_read(candidate: &Candidate, ran: &Ran, files: &dyn Files) -> Vec<Reading> {
    match ran.get(&candidate.main) {
        Some(said) => vec![evaluate::reading(&candidate.main, said)],
        None => read(candidate, files),
    }
}

/// What its program makes of all its files; of a file that is nobody's, because
/// it stands where no program looks, what it says by itself.
fn read(candidate: &Candidate, files: &dyn Files) -> Vec<Reading> {
    let (format, main) = (candidate.format, &candidate.main);
    if candidate.is_inside {
        return vec![format.read_alone(files, main)];
    }
    let found = format.read(files, main);
    let reached = found.iter().any(|reading| reading.files.contains(main));
    if reached || *main != candidate.path || files.read(main).is_err() {
        return found;
    }
    // Whether it would come there is not known.
    if found.iter().any(|reading| !reading.troubles.is_empty()) {
        return found;
    }
    vec![format.read_alone(files, main)]
}

/// What is the matter now; what would be the matter only then is the plan's own
/// doing, and counts as well. Each once.
/// A file that is simply not there is none where `may_lack` says so of its program.
fn troubles(
    found: &Differences,
    now: &Readings,
    then: &Readings,
    may_lack: &dyn Fn(&str) -> bool,
) -> Vec<Trouble> {
    let unread = found.files.iter().filter_map(|file| match &file.was {
        Was::Missing(missing) => Some(Trouble {
            file: file.path.clone(),
            what: TroubleKind::Missing(missing.clone()),
        }),
        Was::Nothing | Was::File(_) => None,
    });
    let read = now.iter().chain(then).flat_map(|((_, main), readings)| {
        let all = readings.iter().flat_map(|reading| &reading.troubles);
        all.filter(|trouble| !trouble.is_absence() || !may_lack(main))
            .cloned()
    });
    let mut all: Vec<Trouble> = Vec::new();
    for trouble in unread.chain(read) {
        if !all.contains(&trouble) {
            all.push(trouble);
        }
    }
    all
}

/// What stands at a path.
pub(super) fn was(files: &dyn Files, path: &str) -> Was {
    match files.read(path) {
        Ok(bytes) => Was::File(bytes),
        Err(Missing::Absent) => Was::Nothing,
        Err(missing) => Was::Missing(missing),
    }
}

fn file(host: &dyn Host, accounts: &Accounts, candidate: &Candidate) -> FileDifference {
    let was = was(host, &candidate.path);
    let (becomes, kept) = merge::becomes(host, candidate, &was);
    let facts = host.facts(&candidate.path);
    // A person's file keeps its permissions and its owner.
    let keeps = candidate.meets == Meets::Merge && was != Was::Nothing;
    let owner_is = facts.map(|facts| accounts.owner(facts.user, facts.group));
    let mode = facts.map(|facts| facts.mode);
    FileDifference {
        code: is_code(candidate, &was),
        service: candidate.service.clone(),
        path: candidate.path.clone(),
        format: candidate.format,
        meets: candidate.meets,
        mode: (mode, if keeps { mode } else { candidate.mode }),
        owner: (
            owner_is.clone(),
            if keeps {
                owner_is
            } else {
                candidate.owner.clone()
            },
        ),
        foreign: is_foreign(candidate, &was),
        link: match was {
            Was::File(_) => host.link(&candidate.path),
            Was::Nothing | Was::Missing(_) => None,
        },
        was,
        becomes,
        kept,
        other_lines: 0,
    }
}

/// Whether tune wrote a file.
pub(crate) fn is_made_by_tune(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|part| part == MARK)
}

/// Code, of which nothing is known before it is run.
pub(super) fn is_code(candidate: &Candidate, was: &Was) -> bool {
    matches!(was, Was::File(bytes) if candidate.format.is_code(bytes))
}

/// A file that tune did not make, where tune's own would go.
fn is_foreign(candidate: &Candidate, was: &Was) -> bool {
    let model::Was::File(bytes) = was else {
        return matches!(was, Was::Missing(_));
    };
    candidate.meets == Meets::Own && !candidate.is_marked() && !is_made_by_tune(bytes)
}
