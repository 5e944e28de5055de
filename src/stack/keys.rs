//! The keys of a stack, of `[system]` and of every service, an entry each. The
//! keys of a kind stand with the kind, those of `[host]` with the host.

use super::Runtime;
use crate::host::{Layout, PROFILE};
use crate::input::{KeySpec, KeyType};

/// More than any host can hold, few enough to plan in no time.
pub const MOST_SERVICES: usize = 512;
/// Replicas of one service.
pub(super) const MOST_REPLICAS: u64 = 512;

/// The keys at the top of a stack.
pub static STACK: &[KeySpec] = &[
    KeySpec::new(
        "extends",
        KeyType::Text,
        "The stack that this one changes: a bundled one, or a path from this file.",
        "\"web\"",
    ),
    KeySpec::new(
        "profile",
        KeyType::Text,
        "The host: a name of `tune profiles`, or a path from this file.",
        "\"t3.small\"",
    )
    .or("this machine, detected"),
    KeySpec::new(
        "runtime",
        KeyType::Choice(Runtime::NAMES),
        "What starts and holds the services.",
        "\"compose\"",
    )
    .or("\"systemd\""),
    KeySpec::new(
        "layout",
        KeyType::Choice(Layout::NAMES),
        "The distribution: where files are, and which versions are usual.",
        "\"rhel\"",
    )
    .or("the host's"),
    KeySpec::new(
        "directory",
        KeyType::Path,
        "Where the compose project lives.",
        "\"/srv/shop\"",
    )
    .or("`/opt/STACK`"),
    KeySpec::new(
        "host",
        KeyType::Table(PROFILE),
        "Facts of the host that this stack overrules: any key of a host profile.",
        "{ cpus = 4 }",
    ),
    KeySpec::new(
        "system",
        KeyType::Table(SYSTEM),
        "What the host itself gets.",
        "{ extra = \"100MiB\" }",
    ),
    KeySpec::new(
        "drop",
        KeyType::List,
        "Services of an extended stack that are left out, and with them what others say of them.",
        "[]",
    ),
    KeySpec::new(
        "silence",
        KeyType::Silences,
        "Checks that are not to be heard: id = reason.",
        "{ needs-pooler = \"measured, and fine\" }",
    ),
    KeySpec::new(
        "services",
        KeyType::Services,
        "The services by name: letters, digits, `_` and `-`, 63 at most; not `system`, not `stack`.",
        "{ db = { kind = \"postgresql\" } }",
    ),
];

/// The keys of `[system]`.
pub static SYSTEM: &[KeySpec] = &[
    KeySpec::new(
        "extra",
        KeyType::Size,
        "Memory for agents and jobs beside the services.",
        "\"100MiB\"",
    )
    .or("nothing"),
    KeySpec::new("swap", KeyType::Size, "Size of the swap file.", "\"2GiB\"")
        .or("by the host's memory"),
    KeySpec::new(
        "swappiness",
        KeyType::Count(0, 200),
        "Pins vm.swappiness.",
        "10",
    ),
    KeySpec::new(
        "vfs_cache_pressure",
        KeyType::Count(0, (1 << 31) - 1),
        "Pins vm.vfs_cache_pressure.",
        "50",
    ),
    KeySpec::new(
        "settings",
        KeyType::Settings,
        "Pins of other kernel settings: honoured exactly, or refused.",
        "{ \"vm.swappiness\" = 10 }",
    ),
];

/// The keys that every service may have.
pub static SERVICE: &[KeySpec] = &[
    KeySpec::new(
        "kind",
        KeyType::Kind,
        "What it is. The only key that a service must have.",
        "\"process\"",
    ),
    KeySpec::new(
        "floor",
        KeyType::Size,
        "What one replica cannot run below.",
        "\"64MiB\"",
    )
    .or("measured for its kind"),
    KeySpec::new(
        "want",
        KeyType::Size,
        "What one replica would like.",
        "\"256MiB\"",
    )
    .or("by its kind"),
    KeySpec::new(
        "max",
        KeyType::Size,
        "What one replica may be given at most.",
        "\"1GiB\"",
    )
    .or("by its kind, mostly the rest of the host"),
    KeySpec::new(
        "strict",
        KeyType::Flag,
        "The want is a must: without it the stack does not fit.",
        "true",
    )
    .or("false"),
    KeySpec::new(
        "weight",
        KeyType::Number(1, 1_000_000_000),
        "Its part of what is left over, of processors and of pools.",
        "2.5",
    )
    .or("1"),
    KeySpec::new(
        "memory",
        KeyType::Size,
        "Pins the memory of one replica: exactly this, or refused.",
        "\"512MiB\"",
    ),
    KeySpec::new(
        "cpus",
        KeyType::Number(1, 4_096_000),
        "Pins the processors of one replica: exactly so many, or refused.",
        "0.5",
    ),
    KeySpec::new(
        "replicas",
        KeyType::Count(1, MOST_REPLICAS),
        "How many of it there are.",
        "2",
    )
    .or("1"),
    KeySpec::new("optional", KeyType::Flag, "It may be dropped.", "true").or("false"),
    KeySpec::new(
        "drop_order",
        KeyType::Count(0, 1_000_000),
        "Of what may be dropped the lowest number goes first.",
        "1",
    )
    .or("after those that have one"),
    KeySpec::new(
        "external",
        KeyType::Flag,
        "It runs elsewhere: it takes no memory here, but its `connections` count.",
        "true",
    )
    .or("false"),
    KeySpec::new(
        "address",
        KeyType::Address,
        "Where an external service is.",
        "\"db.example.com:5432\"",
    ),
    KeySpec::new(
        "connections",
        KeyType::Count(1, 262_143),
        "How many connections it admits.",
        "50",
    )
    .or("what its users can open"),
    KeySpec::new(
        "uses",
        KeyType::References,
        "The services that it opens connections to.",
        "[\"other\"]",
    ),
    KeySpec::new(
        "pool_size",
        KeyType::Count(1, 100_000),
        "Pins the connections that one process keeps.",
        "20",
    ),
    KeySpec::new(
        "max_overflow",
        KeyType::Count(0, 100_000),
        "Pins the connections that one process may open beyond.",
        "0",
    ),
    KeySpec::new(
        "pool_env",
        KeyType::Variables,
        "The environment variables that tell it its pool: the size, and what goes beyond.",
        "[\"POOL\"]",
    )
    .or("[\"DB_POOL_SIZE\", \"DB_MAX_OVERFLOW\"]"),
    KeySpec::new(
        "db_role",
        KeyType::Account,
        "The role that it signs in to databases with.",
        "\"shop\"",
    )
    .or("its name"),
    KeySpec::new(
        "unit",
        KeyType::Unit,
        "Its systemd unit, where one exists.",
        "\"api.service\"",
    )
    .or("the distribution's, or one that tune writes"),
    KeySpec::new(
        "user",
        KeyType::Account,
        "The account that it runs under.",
        "\"www-data\"",
    )
    .or("the distribution's, or its name"),
    KeySpec::new(
        "port",
        KeyType::Count(1, 65_535),
        "The port that it listens on.",
        "8080",
    )
    .or("its kind's"),
    KeySpec::new(
        "cwd",
        KeyType::Path,
        "Its working directory.",
        "\"/srv/shop/api\"",
    )
    .or("`/srv/NAME`"),
    KeySpec::new(
        "log_files",
        KeyType::List,
        "Log files that are to be rotated.",
        "[\"/var/log/shop/*.log\"]",
    ),
    KeySpec::new(
        "max_body",
        KeyType::Size,
        "The largest request body that it accepts.",
        "\"10MiB\"",
    ),
    KeySpec::new(
        "version",
        KeyType::Version,
        "Its program's version: no setting that is newer is written.",
        "\"1.22\"",
    )
    .or("as detected, else the distribution's"),
    KeySpec::new(
        "settings",
        KeyType::Settings,
        "Pins of settings by their names: honoured exactly, or refused.",
        "{}",
    ),
    KeySpec::new(
        "silence",
        KeyType::Silences,
        "Checks about this service that are not to be heard: id = reason.",
        "{ pool-oversized = \"measured, and fine\" }",
    ),
];
