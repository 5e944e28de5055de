//! What is true of a running host, beside its files: the kernel, processes,
//! what systemd made of its units, and what servers answer. Read through
//! [`Files`] and [`Ask`], so that a recorded host is looked at as a live one.
//!
//! *Invariant:* what could not be asked is said, with why.

mod kernel;
mod processes;
mod services;
mod units;

use std::collections::BTreeMap;

pub use kernel::{Swap, swaps};
pub use processes::{Process, processes};

use crate::formats::{Files, Format, Normal, Reading};
use crate::plan::Plan;

/// Somebody who runs a command and gives what it printed.
pub trait Ask {
    /// As the account of this number, where it is another; an error says why
    /// there is no answer.
    fn ask(&self, program: &str, arguments: &[String], user: Option<u32>)
    -> Result<String, String>;
}

/// Nobody is asked.
pub struct Nobody;

impl Ask for Nobody {
    fn ask(&self, _: &str, _: &[String], _: Option<u32>) -> Result<String, String> {
        Err("it was not to be asked".to_owned())
    }
}

/// A value that something running has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As the file's format spells it.
    pub text: String,
    /// What it comes to.
    pub normal: Normal,
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
    fn new(text: String, normal: Normal, from: String) -> Self {
        Self {
            text,
            normal,
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
    /// When each service's main process was started.
    pub started: BTreeMap<String, i64>,
    /// The command lines of main processes, by service.
    pub command_lines: BTreeMap<String, Vec<Vec<String>>>,
    /// What could not be asked, each once.
    pub unasked: Vec<Unasked>,
}

impl Runtime {
    /// Looks at everything that the plan has settings for. `readings` are what
    /// each service's program reads, by service.
    pub fn of(
        files: &dyn Files,
        plan: &Plan,
        readings: &BTreeMap<String, (Format, Reading)>,
        ask: &dyn Ask,
    ) -> Self {
        let mut runtime = Self::default();
        let system = plan.system.iter().flat_map(|system| &system.settings);
        for setting in system {
            if setting.key == "swap" {
                kernel::swap(files, setting, &mut runtime);
            } else {
                kernel::key(files, setting, &mut runtime);
            }
        }
        let table = processes(files);
        for (planned, settled) in plan.settled().filter(|(planned, _)| !planned.external) {
            let alone = plan
                .services
                .iter()
                .filter(|other| other.kind == planned.kind)
                .count()
                == 1;
            let reading = readings.get(&planned.name);
            let look = services::Look {
                files,
                table: &table,
                planned,
                settled,
                alone,
                reading,
            };
            look.fill(ask, &mut runtime);
        }
        runtime
    }

    /// What has a setting: one value for each that runs, none where nothing does.
    pub fn values(&self, service: &str, key: &str) -> &[Value] {
        let key = (service.to_owned(), key.to_owned());
        self.values.get(&key).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, service: &str, key: &str, value: Value) {
        let key = (service.to_owned(), key.to_owned());
        self.values.entry(key).or_default().push(value);
    }

    fn unasked(&mut self, what: &str, why: &str) {
        let unasked = Unasked {
            what: what.to_owned(),
            why: why.to_owned(),
        };
        if !self.unasked.contains(&unasked) {
            self.unasked.push(unasked);
        }
    }
}
