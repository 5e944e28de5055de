//! Reading a host off the machine, or off a saved tree of its `/proc`, `/sys`
//! and `/etc`. Each file finds one kind of fact; this one puts them together.
//! What a host means for a plan is not decided here.
//!
//! *Invariant:* reads only, and every fact says where it came from and what it
//! overruled. A missing file makes a fact unknown; only a host without memory
//! or processors is an error.

mod cgroup;
mod cloud;
mod cpu;
mod distro;
mod fact;
mod imds;
mod installed;
mod memory;
mod mounts;
mod place;
mod reader;
mod storage;
#[cfg(test)]
mod tests;

pub use cloud::{Cloud, cloud_of};
pub use fact::Fact;
pub use imds::{ADDRESS as IMDS_ADDRESS, ImdsAnswer, ask as ask_imds};
pub use reader::{HostReader, LiveReader, Totals};

use super::Host;
use crate::units::{Bytes, Cpus};

/// A host, and how each of its facts was learnt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detection {
    /// What a plan is made from.
    pub host: Host,
    /// For people: in the order in which they are shown.
    pub facts: Vec<Fact>,
}

/// Why there is no host to speak of.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// The directory to read below cannot be opened.
    #[error("cannot read below {}: {source}", root.display())]
    Root {
        /// The directory.
        root: std::path::PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// Nothing says how much memory there is.
    #[error("no memory was found: /proc/meminfo has no MemTotal")]
    NoMemory,
    /// An amount that no profile could state.
    #[error("/proc/meminfo says {0} of memory, which is no host's")]
    StrangeMemory(Bytes),
    /// Nothing says how many processors there are.
    #[error(
        "no processor was found: neither /sys/devices/system/cpu/online nor /proc/cpuinfo lists one"
    )]
    NoCpus,
}

/// What a search gave, and what is to be said about it.
struct Found<T> {
    value: T,
    facts: Vec<Fact>,
}

impl<T> Found<T> {
    /// Leaves the facts with the others.
    fn tell(self, facts: &mut Vec<Fact>) -> T {
        facts.extend(self.facts);
        self.value
    }
}

/// The instance types that have a name: what a catalogue knows of them.
pub trait KnownTypes {
    /// The host of that name.
    fn find(&self, name: &str) -> Option<Host>;

    /// The types that no file of the guest names, with so many processors and
    /// about so much visible memory, in MiB.
    fn xen_types(&self, cpus: u64, visible_mib: u64) -> Vec<&'static str>;
}

/// Finds out what the host is. `imds` is what the metadata service said, where
/// it was asked.
pub fn detect(
    reader: &dyn HostReader,
    types: &dyn KnownTypes,
    imds: Option<&ImdsAnswer>,
) -> Result<Detection, DetectError> {
    let kernel = memory::kernel(reader)?;
    let online = cpu::online(reader)?;
    let mounts = mounts::mounts(reader);
    let groups = cgroup::limits(reader, &mounts);

    // The facts are shown in the order of these calls.
    let mut facts = Vec::new();
    let place = place::place(reader, &mounts).tell(&mut facts);
    let guest = (online.count, kernel.total);
    let cloud = cloud::identify(reader, types, place, imds, guest).tell(&mut facts);
    let known = cloud.catalogued(types, kernel.total);
    let known = known.as_ref();
    let memory = memory::memory(&kernel, known, &groups).tell(&mut facts);
    let cpus = cpu::cpus(reader, &online, &groups).tell(&mut facts);
    let host = Host {
        memory: memory.size,
        memory_from: memory.from,
        memory_limit: memory.limit,
        visible_memory: Some(kernel.total),
        cpus,
        sustained_cpus: cpu::sustained(cpus, known).tell(&mut facts),
        arch: cpu::arch(reader, known).tell(&mut facts),
        layout: distro::layout(reader).tell(&mut facts),
        storage: storage::storage(reader, &mounts, cloud.cloud).tell(&mut facts),
        root_filesystem: storage::root_filesystem(&mounts).tell(&mut facts),
        price: cloud::price(known).tell(&mut facts),
        installed: installed::installed(reader).tell(&mut facts),
        name: cloud.instance_type.unwrap_or_else(|| "detected".to_owned()),
        place,
    };
    Ok(Detection { host, facts })
}

/// The most processors that a profile may state.
const MOST_CPUS: Cpus = Cpus::whole(4096);
