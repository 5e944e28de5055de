//! A host in memory: fake `/proc` and `/sys` of both kinds of control groups,
//! servers that answer from a text.

#[cfg(test)]
mod counted;
#[cfg(test)]
mod held;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod whose;

use std::collections::BTreeMap;

use super::{Ask, Inquiry, Process, Runtime, processes};
use crate::formats::{Format, Reading};
use crate::host::from_tree;
use crate::input::{Node, Source, Spot};
use crate::plan::{Plan, Unfit, plan};
use crate::services;
use crate::stack;

/// When the machine of these tests was booted.
const BOOT: i64 = 1_700_000_000;

/// A host, file by file.
#[derive(Default)]
struct Machine(BTreeMap<String, Vec<u8>>);

impl Machine {
    fn new() -> Self {
        let mut machine = Self::default();
        machine.file("/proc/stat", &format!("cpu 1 2 3\nbtime {BOOT}\n"));
        machine
    }

    fn file(&mut self, path: &str, text: &str) -> &mut Self {
        self.0.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }

    /// A process that was started so many seconds after the boot.
    fn process(&mut self, pid: u32, parent: u32, argv: &[&str], cgroup: &str) -> &mut Self {
        let name = argv.first().copied().unwrap_or_default();
        let ticks = u64::from(pid) * 100;
        let stat = format!(
            "{pid} (a ) b{name}) S {parent} 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 {ticks} 1 1"
        );
        self.file(&format!("/proc/{pid}/stat"), &stat);
        let argv = argv.join("\0") + "\0";
        self.file(&format!("/proc/{pid}/cmdline"), &argv);
        self.file(&format!("/proc/{pid}/cgroup"), cgroup);
        self.file(
            &format!("/proc/{pid}/status"),
            "Name:\tx\nUid:\t112\t112\t112\t112\nTHP_enabled:\t1\n",
        )
    }

    fn table(&self) -> Vec<Process> {
        processes(&self.0)
    }

    /// One service of a stack on it.
    fn service(&self, plan: &Plan, name: &str) -> Runtime {
        Runtime::service(&self.0, plan, name, &self.table(), None, &Says(Err("")))
    }
}

/// A server that says one thing.
struct Says(Result<&'static str, &'static str>);

impl Ask for Says {
    fn ask(&self, _: &Inquiry) -> Result<String, String> {
        self.0.map(str::to_owned).map_err(str::to_owned)
    }
}

/// The plan of a stack on a machine of 8 GiB.
pub(in crate::diff) fn planned(text: &str) -> Plan {
    let source = Source::new("host", "memory = \"8GiB\"\ncpus = 2\narch = \"x86_64\"\n");
    let at = Spot::new(&source, 0..0);
    let tree = Node::parse(&source).unwrap();
    let host = from_tree(&tree, "host", &at, None).unwrap();
    let source = Source::new("stack", text);
    let gathered = stack::gather(&source, &|_, _| panic!("extends nothing"));
    let at = Spot::new(&source, 0..0);
    let read = stack::read(
        "stack",
        &at,
        &gathered.tree,
        gathered.whole,
        &services::schemas(),
    );
    assert!(read.problems.0.is_empty(), "{:?}", read.problems);
    plan(&host, &read.stack, Unfit::Refuse).unwrap()
}

/// The running values of a setting, with whether each holds.
fn values(runtime: &Runtime, service: &str, key: &str) -> Vec<(String, bool)> {
    let values = runtime.values(service, key).iter();
    values
        .map(|value| (value.text.clone(), value.holds))
        .collect()
}

/// A file that its program reads as this.
fn reading(format: Format) -> (Format, Reading) {
    (format, Reading::default())
}
