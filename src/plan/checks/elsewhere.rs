//! The rules that no plan can look at: they need the files that are there, or
//! the host that runs. What looks at them is not known here.

use super::Severity;

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
    /// The rule, where something looks at it.
    pub looked: Option<Looked>,
}

/// A rule that something looks at.
#[derive(Debug)]
pub struct Looked {
    /// How bad a breach is.
    pub severity: Severity,
    /// What must hold.
    pub rule: &'static str,
    /// What happens otherwise.
    pub otherwise: &'static str,
    /// What to do.
    pub help: &'static str,
    /// Where that is known from.
    pub sources: &'static [&'static str],
}

const fn files(id: &'static str, because: &'static str) -> Elsewhere {
    Elsewhere {
        id,
        needs: Needs::LiveFiles,
        because,
        looked: None,
    }
}

const fn host(id: &'static str, because: &'static str, looked: Looked) -> Elsewhere {
    Elsewhere {
        id,
        needs: Needs::RunningHost,
        because,
        looked: Some(looked),
    }
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
    host(
        "swap-not-persistent",
        "active swap is compared with fstab",
        Looked {
            severity: Severity::Warning,
            rule: "each active swap is named in /etc/fstab, or is the kernel's own compressed memory",
            otherwise: "it is gone after the next boot, and with it what the plan counts on when memory is short",
            help: "add its line to /etc/fstab: 'FILE none swap sw,nofail 0 0'; tune's swap.sh does so for its own file",
            sources: &[
                "https://man7.org/linux/man-pages/man5/fstab.5.html",
                "https://man7.org/linux/man-pages/man8/swapon.8.html",
            ],
        },
    ),
    files("sysctl-shadowed", "the same key may stand in a later file"),
    host(
        "thp-always",
        "/sys/kernel/mm/transparent_hugepage/enabled is read there",
        Looked {
            severity: Severity::Warning,
            rule: "transparent huge pages are not 'always' where a store saves by a fork, or its processes refuse them",
            otherwise: "after the fork of a save each write copies a page of 2 MiB instead of 4 KiB: latency, and memory beyond the limit",
            help: "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, and transparent_hugepage=madvise on the kernel's command line to keep it so",
            sources: &[
                "https://redis.io/docs/latest/operate/oss_and_stack/management/optimization/latency/",
                "https://docs.kernel.org/admin-guide/mm/transhuge.html",
                "https://github.com/redis/redis/issues/7381",
            ],
        },
    ),
    files(
        "upstream-keepalive-inert",
        "tune writes what makes keepalive work; a file that is there may lack it",
    ),
];
