//! What a file becomes: tune's own is replaced whole; in a person's only the
//! settings of the plan change.

use std::collections::BTreeMap;

use super::candidate::Candidate;
use super::located::located;
use super::model::{Kept, Was};
use crate::formats::{Document, Files, Occurrence, Reading, Refused, Repeated};
use crate::services::Meets;

/// The bytes that a candidate would leave there, and what it leaves alone.
pub(super) fn becomes(
    files: &dyn Files,
    candidate: &Candidate,
    was: &Was,
) -> (Option<Vec<u8>>, Vec<Kept>) {
    match (candidate.meets, was, &candidate.content) {
        (Meets::Merge, Was::File(bytes), Some(content)) => {
            let (merged, kept) = merged(files, candidate, content, bytes);
            (Some(merged), kept)
        }
        (_, _, content) => (content.clone(), Vec::new()),
    }
}

fn merged(
    files: &dyn Files,
    candidate: &Candidate,
    content: &[u8],
    bytes: &[u8],
) -> (Vec<u8>, Vec<Kept>) {
    let unread = |message: String| {
        let refused = Refused {
            reason: message,
            help: "mend the file, or change it by hand".to_owned(),
        };
        let kept = Kept {
            key: String::new(),
            refused,
        };
        (bytes.to_vec(), vec![kept])
    };
    let format = candidate.format;
    let ours = Document::parse(format, content);
    let (mut live, ours) = match (Document::parse(format, bytes), ours) {
        (Ok(live), Ok(ours)) => (live, ours),
        (Err(error), _) => return unread(format!("{}:{error}", candidate.path)),
        (_, Err(error)) => return unread(format!("the plan's own text: {error}")),
    };
    let alone: BTreeMap<String, Vec<u8>> = [(candidate.path.clone(), content.to_vec())].into();
    let wanted = format.read(&alone, &candidate.path).into_iter().next();
    let here = format.read(files, &candidate.main).into_iter().next();
    let (wanted, here) = (wanted.unwrap_or_default(), here.unwrap_or_default());
    let mut kept = Vec::new();
    for one in planned(candidate, &wanted) {
        let statement = ours.winner(&one.within, &one.key);
        let Some(written) = statement.map(|found| ours.written(&found.value_at)) else {
            continue;
        };
        let done = elsewhere(&here, candidate, one)
            .map_or(Ok(()), Err)
            .and_then(|()| live.set(&one.within, &one.key, written));
        if let Err(refused) = done {
            kept.push(Kept {
                key: one.key.clone(),
                refused,
            });
        }
    }
    (live.bytes().to_vec(), kept)
}

/// What the plan sets in this file; everything, where no plan is known.
fn planned<'a>(candidate: &Candidate, wanted: &'a Reading) -> Vec<&'a Occurrence> {
    let all: Vec<&Occurrence> = wanted.occurrences.iter().collect();
    let Some(settings) = &candidate.settings else {
        return all;
    };
    let many = candidate.is_shared();
    let mut places: Vec<usize> = settings
        .iter()
        .flat_map(|setting| located(setting, &all, many))
        .collect();
    places.sort_unstable();
    places.dedup();
    places
        .into_iter()
        .filter_map(|n| all.get(n).copied())
        .collect()
}

/// A program that refuses a second statement must not be given one beside that
/// of another file.
fn elsewhere(here: &Reading, candidate: &Candidate, one: &Occurrence) -> Option<Refused> {
    if candidate.format.repeated() != Repeated::Refused {
        return None;
    }
    let found = here.effective(&one.within, &one.key)?;
    (found.file != candidate.path).then(|| Refused {
        reason: format!(
            "{} is set in {}:{}, and the program refuses a second one",
            one.key, found.file, found.line
        ),
        help: format!("take it out of {}, or change it there", found.file),
    })
}
