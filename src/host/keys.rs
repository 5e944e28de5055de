//! The keys of a host profile, an entry each.

use super::{Arch, Layout, Place, StorageKind};
use crate::input::{KeySpec, KeyType};

/// How the memory of a host is known, in a profile.
pub(super) const MEMORY_FROM: &[&str] = &["nominal", "kernel"];

/// The keys at the top of a profile; `[host]` of a stack takes them too.
pub static PROFILE: &[KeySpec] = &[
    KeySpec::new("name", KeyType::Text, "What to call the host.", "\"box\"").or("the file's name"),
    KeySpec::new(
        "memory",
        KeyType::Size,
        "Its memory, as it is sold. Required.",
        "\"2GiB\"",
    ),
    KeySpec::new(
        "memory_from",
        KeyType::Choice(MEMORY_FROM),
        "How its memory is known: `nominal` hides some from the guest, `kernel` none.",
        "\"kernel\"",
    )
    .or("\"nominal\""),
    KeySpec::new(
        "visible_memory",
        KeyType::Size,
        "What the kernel sees of it.",
        "\"1901MiB\"",
    )
    .or("reckoned"),
    KeySpec::new(
        "memory_limit",
        KeyType::Size,
        "The control group's limit above everything, where there is one.",
        "\"1GiB\"",
    ),
    KeySpec::new(
        "cpus",
        KeyType::Number(1, 4_096_000),
        "Processors that may be busy at once. Required.",
        "2",
    ),
    KeySpec::new(
        "sustained_cpus",
        KeyType::Number(1, 4_096_000),
        "Processors that may be busy all the time: fewer on burstable types.",
        "0.4",
    )
    .or("`cpus`"),
    KeySpec::new(
        "arch",
        KeyType::Choice(Arch::NAMES),
        "Its instruction set.",
        "\"arm64\"",
    )
    .or("\"x86_64\""),
    KeySpec::new(
        "layout",
        KeyType::Choice(Layout::NAMES),
        "The distribution: where files are, and which versions are usual.",
        "\"rhel\"",
    )
    .or("\"debian\""),
    KeySpec::new(
        "place",
        KeyType::Choice(Place::NAMES),
        "What it is: decides whether kernel, swap and units are its own.",
        "\"container\"",
    )
    .or("\"machine\""),
    KeySpec::new(
        "root_filesystem",
        KeyType::Text,
        "The file system of `/`: decides how a swap file is made.",
        "\"ext4\"",
    ),
    KeySpec::new(
        "price_usd_month",
        KeyType::Money,
        "What a month costs, in US dollars.",
        "15.18",
    ),
    KeySpec::new(
        "storage",
        KeyType::Table(STORAGE),
        "The disk under the data.",
        "{ kind = \"nvme\", size = \"80GiB\" }",
    )
    .or("30 GiB of SSD, shown as assumed"),
    KeySpec::new(
        "installed",
        KeyType::Versions,
        "The programs on it by kind of service, with their version or `unknown`.",
        "{ nginx = \"1.22.1\", node = \"unknown\" }",
    ),
];

/// The keys of `[storage]`.
pub static STORAGE: &[KeySpec] = &[
    KeySpec::new(
        "kind",
        KeyType::Choice(StorageKind::NAMES),
        "What it is.",
        "\"nvme\"",
    )
    .or("\"ssd\""),
    KeySpec::new("size", KeyType::Size, "How large it is.", "\"80GiB\"").or("\"30GiB\""),
    KeySpec::new(
        "network",
        KeyType::Flag,
        "Whether it is reached over a network, as EBS is.",
        "false",
    )
    .or("true for an SSD that nothing is said of"),
    KeySpec::new("assumed", KeyType::Flag, "Whether nobody said so.", "true")
        .or("false, where kind or size is stated"),
];
