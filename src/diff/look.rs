//! Everything that there is to know of a host, within a bounded time whatever
//! hangs: files, kernel and services are looked at side by side, each by a
//! thread of its own, and what does not come to its end is said, with what it
//! was waiting for.
//!
//! A thread that waits in the kernel cannot be ended, and ends with the program.
#![expect(clippy::disallowed_methods, reason = "this looks at the clock")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::model::{Differences, Old};
use super::runtime::{Ask, Process, Runtime, processes};
use super::watch::{Note, Watched};
use super::{Candidate, Host, differences, readings};
use crate::formats::{Format, Missing, Trouble, TroubleKind};
use crate::plan::Plan;

/// Threads at once: each mostly waits.
const MOST_THREADS: usize = 64;

/// What is looked at.
pub struct Target {
    /// What is to hold.
    pub plan: Plan,
    /// Its files.
    pub candidates: Vec<Candidate>,
    /// Opens the host; each thread has its own.
    pub open: Box<dyn Fn() -> Option<Box<dyn Host>> + Send + Sync>,
    /// Asks servers; nothing where only files are looked at.
    pub ask: Option<Box<dyn Ask + Send + Sync>>,
}

/// What was seen.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The files.
    pub differences: Differences,
    /// When each file that says something was changed, in seconds since 1970.
    pub changed: BTreeMap<String, i64>,
    /// What runs.
    pub runtime: Runtime,
}

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// What one program reads: the candidates, by their places.
    Files(Vec<usize>),
    Kernel,
    Service(String),
}

enum Seen {
    Files(Differences, BTreeMap<String, i64>),
    Runs(Runtime),
}

/// What the threads share.
struct Shared {
    target: Target,
    parts: Vec<Part>,
    notes: Vec<Note>,
    queue: Mutex<VecDeque<usize>>,
    processes: OnceLock<Vec<Process>>,
}

/// Looks at everything, until that time has passed.
pub fn look(target: Target, within: Duration) -> Looked {
    let until = Instant::now() + within;
    let parts = parts(&target);
    let count = parts.len();
    let shared = Arc::new(Shared {
        target,
        notes: (0..count).map(|_| Note::default()).collect(),
        parts,
        queue: Mutex::new((0..count).collect()),
        processes: OnceLock::new(),
    });
    let (sender, receiver) = channel();
    for _ in 0..count.min(MOST_THREADS) {
        let (shared, sender) = (Arc::clone(&shared), sender.clone());
        std::thread::spawn(move || shared.work(&sender));
    }
    drop(sender);
    let mut seen = wait(&receiver, count, until);
    let mut looked = Looked::default();
    for (n, part) in shared.parts.iter().enumerate() {
        match seen.remove(&n) {
            Some(Seen::Files(found, changed)) => {
                looked.changed.extend(changed);
                let all = &mut looked.differences;
                all.files.extend(found.files);
                all.settings.extend(found.settings);
                let new = found.troubles.into_iter();
                let new: Vec<Trouble> = new.filter(|one| !all.troubles.contains(one)).collect();
                all.troubles.extend(new);
            }
            Some(Seen::Runs(runtime)) => looked.runtime.add(runtime),
            None => {
                let note = shared.notes.get(n).and_then(Note::get);
                unseen(part, note, &shared.target, within, &mut looked);
            }
        }
    }
    looked
}

/// What comes before the time is over.
fn wait(receiver: &Receiver<(usize, Seen)>, count: usize, until: Instant) -> BTreeMap<usize, Seen> {
    let mut seen = BTreeMap::new();
    while seen.len() < count {
        let left = until.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left) {
            Ok((n, one)) => drop(seen.insert(n, one)),
            // The time is over, or a thread ended without an answer.
            Err(_) => break,
        }
    }
    seen
}

/// Files by the program that reads them, then what runs.
fn parts(target: &Target) -> Vec<Part> {
    let mut groups: Vec<((Format, &str), Vec<usize>)> = Vec::new();
    for (n, candidate) in target.candidates.iter().enumerate() {
        let key = (candidate.format, candidate.main.as_str());
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(n),
            None => groups.push((key, vec![n])),
        }
    }
    let mut parts: Vec<Part> = groups
        .into_iter()
        .map(|(_, group)| Part::Files(group))
        .collect();
    if target.ask.is_some() {
        parts.push(Part::Kernel);
        let local = target.plan.settled();
        let local = local.filter(|(planned, _)| !planned.external);
        parts.extend(local.map(|(planned, _)| Part::Service(planned.name.clone())));
    }
    parts
}

impl Shared {
    fn work(&self, sender: &Sender<(usize, Seen)>) {
        loop {
            let next = {
                let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                queue.pop_front()
            };
            let Some(n) = next else { return };
            let (Some(part), Some(note)) = (self.parts.get(n), self.notes.get(n)) else {
                return;
            };
            note.set("the host's root");
            let Some(host) = (self.target.open)() else {
                return;
            };
            let host = Watched::new(host.as_ref(), note);
            let seen = match part {
                Part::Files(group) => self.files(group, &host),
                Part::Kernel => Seen::Runs(Runtime::kernel(&host, &self.target.plan)),
                Part::Service(name) => Seen::Runs(self.service(name, &host, note)),
            };
            if sender.send((n, seen)).is_err() {
                return;
            }
        }
    }

    fn files(&self, group: &[usize], host: &dyn Host) -> Seen {
        let all = &self.target.candidates;
        let candidates = group.iter().filter_map(|n| all.get(*n)).cloned();
        let candidates: Vec<Candidate> = candidates.collect();
        let found = differences(host, &candidates);
        let own = candidates.iter().map(|candidate| candidate.path.as_str());
        let others = found.settings.iter().filter_map(|one| match &one.old {
            Old::File { file, .. } => Some(file.as_str()),
            _ => None,
        });
        let changed = own.chain(others).filter_map(|path| {
            let facts = host.facts(path)?;
            Some((path.to_owned(), facts.modified.0))
        });
        let changed = changed.collect();
        Seen::Files(found, changed)
    }

    fn service(&self, name: &str, host: &dyn Host, note: &Note) -> Runtime {
        let Some(ask) = &self.target.ask else {
            return Runtime::default();
        };
        let plan = &self.target.plan;
        let own = self.target.candidates.iter();
        let own = own.filter(|candidate| candidate.service == name).cloned();
        let read = readings(host, &own.collect::<Vec<_>>());
        note.set("the list of processes");
        let table = self.processes.get_or_init(|| processes(host));
        let ask = Watched::new(ask.as_ref(), note);
        Runtime::service(host, plan, name, table, read.get(name), &ask)
    }
}

/// What did not come to its end.
fn unseen(
    part: &Part,
    waited: Option<String>,
    target: &Target,
    within: Duration,
    looked: &mut Looked,
) {
    let milliseconds = within.as_millis();
    let why = match waited {
        Some(what) => format!("{what} gave no answer within {milliseconds} ms"),
        None => format!("it was not come to within {milliseconds} ms"),
    };
    match part {
        Part::Kernel => looked.runtime.unasked("the kernel", &why),
        Part::Service(name) => looked.runtime.unasked(name, &why),
        Part::Files(group) => {
            let all = &target.candidates;
            let troubles = group.iter().filter_map(|n| all.get(*n));
            let troubles = troubles.map(|candidate| Trouble {
                file: candidate.path.clone(),
                what: TroubleKind::Missing(Missing::Unreadable(why.clone())),
            });
            looked.differences.troubles.extend(troubles);
        }
    }
}

#[cfg(test)]
mod tests;
