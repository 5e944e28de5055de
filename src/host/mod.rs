//! The facts of one machine, from a profile, from the catalogue or read off
//! the machine itself. What each service gets of it is not decided here.
//!
//! *Invariant:* a [`Host`] is a plain value. Two equal hosts are planned byte
//! for byte alike, wherever they came from.

pub mod detect;
mod keys;
mod layout;
mod profile;
mod save;

use std::collections::BTreeMap;

pub use keys::{PROFILE, STORAGE};
pub use layout::Layout;
pub use profile::from_tree;
pub use save::to_toml;

use crate::units::{Bytes, Cpus, Money, Version};

/// One machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its profile's name, or `detected`.
    pub name: String,
    /// What it is sold or detected as having, before any limit.
    pub memory: Bytes,
    /// What the kernel sees of it, where that is known.
    pub visible_memory: Option<Bytes>,
    /// The lowest control group limit above the process, where there is one.
    pub memory_limit: Option<Bytes>,
    /// Processors that may be busy at once.
    pub cpus: Cpus,
    /// Processors that may be busy all the time; less than `cpus` on burstable types.
    pub sustained_cpus: Option<Cpus>,
    /// Instruction set.
    pub arch: Arch,
    /// Where the distribution keeps its files.
    pub layout: Layout,
    /// The disk.
    pub storage: Storage,
    /// File system of `/`, where it is known: decides how a swap file is made.
    pub root_filesystem: Option<String>,
    /// What kind of place it is.
    pub place: Place,
    /// Price of a month, where it is known.
    pub price: Option<Money>,
    /// Programs found on it, by kind of service, with their version where it is known.
    pub installed: BTreeMap<String, Option<Version>>,
    /// How its memory was learnt: decides what is hidden from the guest.
    pub memory_from: MemoryFrom,
}

/// How the memory of a host is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryFrom {
    /// A nominal size, as sold: the kernel sees less.
    Nominal,
    /// What the kernel itself says: nothing more is hidden.
    Kernel,
}

/// Instruction set of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// 64-bit x86.
    X86_64,
    /// 64-bit ARM.
    Arm64,
    /// Something else or unknown, by the kernel's name.
    Other,
}

impl Arch {
    /// The names in a profile.
    pub const NAMES: &[&'static str] = &["x86_64", "arm64", "other"];

    /// By its name in a profile or the kernel's.
    pub fn named(name: &str) -> Self {
        match name {
            "x86_64" | "amd64" => Self::X86_64,
            "arm64" | "aarch64" => Self::Arm64,
            _ => Self::Other,
        }
    }

    /// Its name in a profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
            Self::Other => "other",
        }
    }
}

/// What kind of place a host is: decides what may be changed on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A machine with a kernel of its own.
    Machine,
    /// A container: control group limits hold, the kernel is somebody else's.
    Container,
    /// An AWS Fargate task: no kernel, no swap, no units.
    Fargate,
}

impl Place {
    /// The names in a profile.
    pub const NAMES: &[&'static str] = &["machine", "container", "fargate"];

    /// By its name in a profile.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "machine" => Some(Self::Machine),
            "container" => Some(Self::Container),
            "fargate" => Some(Self::Fargate),
            _ => None,
        }
    }

    /// Its name in a profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Container => "container",
            Self::Fargate => "fargate",
        }
    }

    /// Whether sysctl, swap and systemd are this host's to set.
    pub const fn owns_its_kernel(self) -> bool {
        matches!(self, Self::Machine)
    }
}

/// The disk under the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// What it is.
    pub kind: StorageKind,
    /// Its size.
    pub size: Bytes,
    /// Whether it is reached over a network (EBS): a random read costs more
    /// than on a local disk of the same kind.
    pub network: bool,
    /// Whether nobody said so: a catalogue host's 30 GiB of SSD.
    pub assumed: bool,
}

impl Storage {
    /// A catalogue host's disk, unless told otherwise.
    pub const ASSUMED: Self = Self {
        kind: StorageKind::Ssd,
        size: Bytes::gib(30),
        network: true,
        assumed: true,
    };
}

/// What a disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    /// Flash behind `NVMe`, attached to this host.
    Nvme,
    /// Flash.
    Ssd,
    /// Spinning.
    Hdd,
}

impl StorageKind {
    /// The names in a profile.
    pub const NAMES: &[&'static str] = &["nvme", "ssd", "hdd"];

    /// By its name in a profile.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "nvme" => Some(Self::Nvme),
            "ssd" => Some(Self::Ssd),
            "hdd" => Some(Self::Hdd),
            _ => None,
        }
    }

    /// Its name in a profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nvme => "nvme",
            Self::Ssd => "ssd",
            Self::Hdd => "hdd",
        }
    }
}

impl Host {
    /// What may be used of it: its memory, lowered to the control group's limit.
    pub fn usable_memory(&self) -> Bytes {
        self.memory_limit
            .map_or(self.memory, |limit| limit.min(self.memory))
    }

    /// Whether a control group holds it below its own memory.
    pub fn is_limited(&self) -> bool {
        self.memory_limit.is_some_and(|limit| limit < self.memory)
    }

    /// Processors for what runs all the time.
    pub fn sustained(&self) -> Cpus {
        self.sustained_cpus.unwrap_or(self.cpus).min(self.cpus)
    }

    /// Whether it earns its processors by credits.
    pub fn is_burstable(&self) -> bool {
        self.sustained() < self.cpus
    }
}
