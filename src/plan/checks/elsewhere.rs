//! The rules that no plan can look at: they need the files that are there, or
//! the host that runs. What looks at them is not known here.

mod files;
mod host;

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
    /// What looks at it, for people.
    pub const fn by(self) -> &'static str {
        match self {
            Self::LiveFiles => "'tune diff' and 'tune verify'",
            Self::RunningHost => "'tune verify'",
        }
    }

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
    /// The rule.
    pub looked: Looked,
}

/// The rule itself.
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

/// All of them, by id.
pub static ALL: &[&Elsewhere] = &[
    &files::ASYNC_PERSISTENT_CONNECTIONS,
    &files::AUTO_CONF_SHADOWS,
    &files::COPYTRUNCATE_LOSES,
    &files::DUPLICATE_KEY,
    &files::HTTP2_SYNTAX,
    &files::INSTANCES_MAX_IN_CGROUP,
    &files::PRELOAD_WITH_HUP,
    &files::ROTATE_WITHOUT_REOPEN,
    &files::SERVER_NEVER_ASKED,
    &host::SWAP_NOT_PERSISTENT,
    &files::SYSCTL_SHADOWED,
    &host::THP_ALWAYS,
    &files::UPSTREAM_KEEPALIVE_INERT,
];
