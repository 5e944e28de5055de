//! The comparison: every candidate against what is there, what programs read
//! now against what they would read then.

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::files::Accounts;
use super::merge;
use super::model::{Differences, FileDifference, Was};
use super::values::{self, Sides};
use super::{Host, model};
use crate::formats::{Format, Missing, Reading, Staged, Trouble, TroubleKind};
use crate::services::Meets;

/// What stands in the head of every file that tune made.
const MARK: &[u8] = b"Made by tune";

/// A program's files are read once, whoever asks.
type Readings = BTreeMap<(Format, String), Vec<Reading>>;

pub(super) fn compare(host: &dyn Host, candidates: &[Candidate]) -> Differences {
    let accounts = Accounts::of(host);
    let mut found = Differences {
        files: candidates
            .iter()
            .map(|candidate| file(host, &accounts, candidate))
            .collect(),
        ..Differences::default()
    };
    let over: BTreeMap<String, Vec<u8>> = found
        .files
        .iter()
        .map(|file| (file.path.clone(), file.becomes.clone()))
        .collect();
    let staged = Staged::new(host, &over);
    let (mut now, mut then) = (Readings::new(), Readings::new());
    for (n, candidate) in candidates.iter().enumerate() {
        let key = (candidate.format, candidate.main.clone());
        let read = |files| candidate.format.read(files, &candidate.main);
        let before = now.entry(key.clone()).or_insert_with(|| read(host));
        let after = then.entry(key).or_insert_with(|| read(&staged));
        let sides = Sides {
            candidate,
            before,
            after,
        };
        let (settings, other_lines) = values::compare(&sides);
        found.settings.extend(settings);
        if let Some(file) = found.files.get_mut(n) {
            file.other_lines = other_lines;
        }
    }
    found.troubles = troubles(&found, &now, &then);
    found
}

/// What is the matter now; what would be the matter only then is the plan's own
/// doing, and counts as well. Each once.
fn troubles(found: &Differences, now: &Readings, then: &Readings) -> Vec<Trouble> {
    let unread = found.files.iter().filter_map(|file| match &file.was {
        Was::Missing(missing) => Some(Trouble {
            file: file.path.clone(),
            what: TroubleKind::Missing(missing.clone()),
        }),
        Was::Nothing | Was::File(_) => None,
    });
    let read = now.values().chain(then.values()).flatten();
    let read = read.flat_map(|reading| reading.troubles.iter().cloned());
    let mut all: Vec<Trouble> = Vec::new();
    for trouble in unread.chain(read) {
        if !all.contains(&trouble) {
            all.push(trouble);
        }
    }
    all
}

fn file(host: &dyn Host, accounts: &Accounts, candidate: &Candidate) -> FileDifference {
    let was = match host.read(&candidate.path) {
        Ok(bytes) => Was::File(bytes),
        Err(Missing::Absent) => Was::Nothing,
        Err(missing) => Was::Missing(missing),
    };
    let (becomes, kept) = merge::becomes(host, candidate, &was);
    let facts = host.facts(&candidate.path);
    // A person's file keeps its permissions and its owner.
    let keeps = candidate.meets == Meets::Merge && was != Was::Nothing;
    let owner_is = facts.map(|facts| accounts.owner(facts.user, facts.group));
    let mode = facts.map(|facts| facts.mode);
    FileDifference {
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
        was,
        becomes,
        kept,
        other_lines: 0,
    }
}

/// A file that tune did not make, where tune's own would go.
fn is_foreign(candidate: &Candidate, was: &Was) -> bool {
    let model::Was::File(bytes) = was else {
        return matches!(was, Was::Missing(_));
    };
    let made = bytes.windows(MARK.len()).any(|part| part == MARK);
    candidate.meets == Meets::Own && !candidate.is_marked() && !made
}
