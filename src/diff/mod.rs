//! How the files of a plan differ from those that are there: setting by
//! setting, by what is in effect before and after, wherever it stands. What
//! reads a host is `host.rs`; all else here is pure, so that two trees are
//! compared as a host and a plan are.
//!
//! *Invariant:* a file that cannot be read is told, never taken for no
//! difference.

mod ask;
mod beside;
mod between;
mod budget;
mod candidate;
mod checks;
mod compare;
mod evaluate;
mod files;
mod host;
mod located;
mod look;
mod merge;
mod model;
mod remark;
pub mod runtime;
mod saved;
mod secret;
#[cfg(test)]
mod tests;
pub mod validate;
mod values;
mod verify;
mod watch;

pub use ask::Commands;
pub use between::{Side, between};
pub use budget::{Budget, budget};
pub use candidate::{Candidate, Named};
pub(crate) use compare::is_made_by_tune;
pub use evaluate::{Ran, evaluate};
pub use files::Accounts;
pub use host::{Below, Facts, HostError, HostFiles};
pub use look::{Looked, Target, look};
pub use model::{
    Differences, FileDifference, Kept, Old, SettingDifference, Shadow, ShadowKind, Validation,
    Verdict, Was,
};
pub use verify::{Drift, FileDrift, Row, Verification, verify};

pub use saved::{
    Content, SavedAfter, SavedBefore, SavedError, SavedFile, SavedHost, SavedPlan, SavedSetting,
    UnsavedError,
};

use std::collections::BTreeMap;

use crate::formats::{Files, Format, Reading};
use crate::plan::Plan;

/// A host's files with what is known of them beside their bytes.
pub trait Host: Files {
    /// Permissions and owner; nothing where there is no file, or they are not known.
    fn facts(&self, path: &str) -> Option<Facts>;

    /// Where the link at a path points to; nothing where none is known.
    fn link(&self, _path: &str) -> Option<String> {
        None
    }
}

/// Of files in memory only their bytes are known.
impl Host for BTreeMap<String, Vec<u8>> {
    fn facts(&self, _: &str) -> Option<Facts> {
        None
    }
}

/// What would change if the candidates were put where they go.
pub fn differences(host: &dyn Host, candidates: &[Candidate]) -> Differences {
    let mut found = compare::compare(host, candidates, &Ran::new()).0;
    secret::mark(&mut found);
    found
}

/// The same of a plan's files, with the rules that fail in what is there. `ran`
/// is what code says that was run.
pub fn checked(host: &dyn Host, plan: &Plan, candidates: &[Candidate], ran: &Ran) -> Differences {
    let (mut found, read) = compare::compare(host, candidates, ran);
    secret::mark(&mut found);
    found.findings = checks::run(&checks::Seen {
        host,
        plan,
        candidates,
        found: &found,
        live: &read.now,
        then: &read.then,
    });
    found
}

/// Lays beside a plan's differences what runs: values, counts of processes,
/// command lines; servers are asked where somebody asks.
pub fn beside(
    host: &dyn Host,
    plan: &Plan,
    candidates: &[Candidate],
    ask: Option<&dyn runtime::Ask>,
    found: &mut Differences,
) {
    let read = readings(host, candidates);
    let runtime = runtime::Runtime::all(host, plan, &read, ask);
    if ask.is_some() {
        found.unasked.clone_from(&runtime.unasked);
    }
    beside::lay(&runtime, plan, candidates, &mut found.settings);
    secret::mark(found);
}

/// What each service's program reads now, with its format, by service: for who
/// looks at what runs.
pub fn readings(
    files: &dyn Files,
    candidates: &[Candidate],
) -> BTreeMap<String, (Format, Reading)> {
    // What confines a service and rotates its logs is read by others.
    let others = [Format::Systemd, Format::Logrotate, Format::Text];
    let own = candidates
        .iter()
        .filter(|one| !others.contains(&one.format));
    own.filter_map(|one| {
        let reading = one.format.read(files, &one.main).into_iter().next()?;
        Some((one.service.clone(), (one.format, reading)))
    })
    .collect()
}
