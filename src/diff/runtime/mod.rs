//! What is true of a running host, beside its files: the kernel, processes,
//! what systemd made of its units, and what servers answer. Read through
//! [`Files`] and [`Ask`], so that a recorded host is looked at as a live one.
//!
//! *Invariant:* what could not be asked is said, with why.

mod answers;
mod kernel;
mod memory;
mod processes;
mod rules;
mod services;
#[cfg(test)]
mod tests;
mod units;
mod workers;

use std::collections::{BTreeMap, BTreeSet};

pub use kernel::{Swap, swaps};
pub use memory::{Held, Peak, memory};
pub use processes::{Process, processes};
#[cfg(test)]
pub(super) use tests::planned;

use crate::formats::{Files, Format, Reading};
use crate::plan::{Finding, Plan};
use crate::setting::Setting;

/// A question for a running server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inquiry {
    /// The program that asks.
    pub program: &'static str,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it is told beside them.
    pub environment: Vec<(&'static str, String)>,
    /// The account that it asks as, where it is another.
    pub user: Option<u32>,
}

/// Somebody who runs a command and gives what it printed.
pub trait Ask {
    /// An error says why there is no answer.
    fn ask(&self, inquiry: &Inquiry) -> Result<String, String>;
}

/// A value that something running has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As the file's format spells it.
    pub text: String,
    /// Whether it comes to what is planned, whatever its spelling.
    pub holds: bool,
    /// Where it was read.
    pub from: String,
    /// When what has it was started, in seconds since 1970.
    pub since: Option<i64>,
    /// Whether a restart is waited for.
    pub pending: bool,
    /// What set it, where that is no file.
    pub by: Option<String>,
}

impl Value {
    /// A value as it was read, of a setting that a program calls so.
    fn of(setting: &Setting, name: &str, format: Format, read: &str, from: String) -> Self {
        let normal = format.normal(name, read.as_bytes());
        Self {
            text: format.spell(name, &normal),
            holds: normal == format.normal(name, setting.text.as_bytes()),
            from,
            since: None,
            pending: false,
            by: None,
        }
    }

    fn since(self, since: Option<i64>) -> Self {
        Self { since, ..self }
    }
}

/// Something that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unasked {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What runs, by service and key.
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    values: BTreeMap<(String, String), Vec<Value>>,
    /// When the main process of each service that runs was started.
    pub started: BTreeMap<String, Option<i64>>,
    /// The command lines of main processes, by service.
    pub command_lines: BTreeMap<String, Vec<Vec<String>>>,
    /// The services of which no process was found.
    pub stopped: BTreeSet<String>,
    /// What could not be asked, each once.
    pub unasked: Vec<Unasked>,
    /// The rules of a running host that fail.
    pub findings: Vec<Finding>,
}

impl Runtime {
    /// What the kernel does, against what the plan has it do.
    pub fn kernel(files: &dyn Files, plan: &Plan) -> Self {
        let mut runtime = Self::default();
        let system = plan.system.iter().flat_map(|system| &system.settings);
        for setting in system {
            if setting.key == "swap" {
                kernel::swap(files, setting, &mut runtime);
            } else {
                kernel::key(files, setting, &mut runtime);
            }
        }
        rules::swap_not_persistent(files, &mut runtime);
        runtime
    }

    /// One service of the plan among all processes. `reading` is what its
    /// program reads, where it reads a file.
    pub fn service(
        files: &dyn Files,
        plan: &Plan,
        name: &str,
        table: &[Process],
        reading: Option<&(Format, Reading)>,
        ask: &dyn Ask,
    ) -> Self {
        let mut runtime = Self::default();
        if let Some(look) = services::Look::of(files, plan, name, table) {
            look.fill(reading, ask, &mut runtime);
        }
        runtime
    }

    /// With what another look found.
    pub fn add(&mut self, other: Self) {
        for (key, values) in other.values {
            self.values.entry(key).or_default().extend(values);
        }
        self.started.extend(other.started);
        self.command_lines.extend(other.command_lines);
        self.stopped.extend(other.stopped);
        self.findings.extend(other.findings);
        for unasked in other.unasked {
            self.unasked(&unasked.what, &unasked.why);
        }
    }

    /// What has a setting: one value for each that runs, none where nothing does.
    pub fn values(&self, service: &str, key: &str) -> &[Value] {
        let key = (service.to_owned(), key.to_owned());
        self.values.get(&key).map_or(&[], Vec::as_slice)
    }

    fn value(&mut self, service: &str, key: &str, value: Value) {
        let key = (service.to_owned(), key.to_owned());
        self.values.entry(key).or_default().push(value);
    }

    /// Notes what could not be asked.
    pub fn unasked(&mut self, what: &str, why: &str) {
        let unasked = Unasked {
            what: what.to_owned(),
            why: why.to_owned(),
        };
        if !self.unasked.contains(&unasked) {
            self.unasked.push(unasked);
        }
    }
}

/// A small file of the kernel's, without its line end.
fn text(files: &dyn Files, path: &str) -> Option<String> {
    let bytes = files.read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}
