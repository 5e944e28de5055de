//! The rules that no plan can look at: they need the files that are there, or
//! the host that runs. They come with `diff` and `verify`.

/// What a rule needs beyond a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The live files: `tune diff`.
    LiveFiles,
    /// The running host: `tune verify`.
    RunningHost,
}

impl Needs {
    /// For people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LiveFiles => "live files",
            Self::RunningHost => "a running host",
        }
    }
}

/// One of them.
#[derive(Debug)]
pub struct Elsewhere {
    /// Its stable name.
    pub id: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Why a plan does not have that.
    pub because: &'static str,
}

const fn files(id: &'static str, because: &'static str) -> Elsewhere {
    let needs = Needs::LiveFiles;
    Elsewhere { id, needs, because }
}

const fn host(id: &'static str, because: &'static str) -> Elsewhere {
    let needs = Needs::RunningHost;
    Elsewhere { id, needs, because }
}

/// All of them, by id.
pub static ALL: &[Elsewhere] = &[
    files(
        "async-persistent-connections",
        "whether the application keeps a connection for each request of an event loop stands in its own settings",
    ),
    files(
        "auto-conf-shadows",
        "what ALTER SYSTEM wrote wins over tune's file",
    ),
    files(
        "copytruncate-loses",
        "tune signals where a program can reopen; a rule that is there may not",
    ),
    files("duplicate-key", "tune writes each key once"),
    files(
        "http2-syntax",
        "tune writes the form of the version; a file that is there may have the other",
    ),
    files(
        "instances-max-in-cgroup",
        "tune writes the number; 'max' can only stand in a file that is there",
    ),
    files(
        "preload-with-hup",
        "tune restarts what is preloaded; a unit that is there may still send HUP",
    ),
    files(
        "rotate-without-reopen",
        "tune's rules reopen or copy; a rule that is there may do neither",
    ),
    host("swap-not-persistent", "active swap is compared with fstab"),
    files("sysctl-shadowed", "the same key may stand in a later file"),
    host(
        "thp-always",
        "/sys/kernel/mm/transparent_hugepage/enabled is read there",
    ),
    files(
        "upstream-keepalive-inert",
        "tune writes what makes keepalive work; a file that is there may lack it",
    ),
];
