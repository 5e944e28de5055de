//! Configuration that is code, run by the program that it is written for, where
//! a person asks for that: what it says then is what is read.

use std::collections::BTreeMap;

use super::runtime::{Ask, Inquiry, Unasked};
use super::{Candidate, Host};
use crate::formats::{Evaluated, Occurrence, Reading, Standing, evaluated, program};

/// What each file said, by path.
pub type Ran = BTreeMap<String, Vec<Evaluated>>;

/// Anybody may write to it.
const FOR_ALL: u32 = 0o002;

/// Runs what is code among the files that candidates would take the place of;
/// gives what could not be run beside it. Who asks runs it as its owner.
pub fn evaluate(host: &dyn Host, candidates: &[Candidate], ask: &dyn Ask) -> (Ran, Vec<Unasked>) {
    let (mut ran, mut not_run) = (Ran::new(), Vec::new());
    for candidate in candidates {
        let path = &candidate.path;
        let bytes = host.read(path);
        if !bytes.is_ok_and(|bytes| candidate.format.is_code(&bytes)) || ran.contains_key(path) {
            continue;
        }
        match one(host, candidate, ask) {
            Ok(said) => drop(ran.insert(path.clone(), said)),
            Err(why) => not_run.push(Unasked {
                what: path.clone(),
                why,
            }),
        }
    }
    (ran, not_run)
}

fn one(host: &dyn Host, candidate: &Candidate, ask: &dyn Ask) -> Result<Vec<Evaluated>, String> {
    let format = candidate.format;
    let [name, option, text] =
        program(format).ok_or_else(|| "nothing runs files of this format".to_owned())?;
    let facts = host.facts(&candidate.path);
    if facts.is_some_and(|facts| facts.mode & FOR_ALL != 0) {
        return Err("it is not run: anybody may write to it".to_owned());
    }
    // Root runs it as its owner; anybody else only what is theirs, or root's.
    let me = nix::unistd::Uid::effective();
    let is_others = |user: u32| !me.is_root() && user != me.as_raw() && user != 0;
    if facts.is_some_and(|facts| is_others(facts.user)) {
        return Err("it is not run: it belongs to another account".to_owned());
    }
    let said = ask.ask(&Inquiry {
        program: name,
        arguments: vec![option.to_owned(), text.to_owned(), candidate.path.clone()],
        environment: Vec::new(),
        user: facts.map(|facts| facts.user),
    })?;
    evaluated(format, &said).map_err(|error| error.to_string())
}

/// What a file said, as if it had been read; the lines are not known.
pub(super) fn reading(path: &str, said: &[Evaluated]) -> Reading {
    let occurrence = |(within, key, value): &Evaluated| Occurrence {
        within: within.clone(),
        key: key.clone(),
        value: value.as_str().into(),
        file: path.to_owned(),
        line: 0,
        standing: Standing::Holds,
    };
    let mut reading = Reading::default();
    reading.occurrences = said.iter().map(occurrence).collect();
    reading.files.push(path.to_owned());
    reading
}

#[cfg(test)]
mod tests;
