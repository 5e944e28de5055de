//! What a service decides: its settings, its worst case, its files, how it is
//! started and held, and what it offers to others.

use std::collections::BTreeMap;

use super::traits::Traits;
use super::validator::Validator;
use crate::formats::Format;
use crate::setting::{Formula, Setting, WorstCase};
use crate::units::Bytes;

/// All that follows from a share.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Settings, file by file.
    pub settings: Vec<Setting>,
    /// The most that one replica can hold.
    pub worst: WorstCase,
    /// What others may build on.
    pub offers: Offers,
    /// The files.
    pub files: Vec<FileSpec>,
    /// Its systemd unit, one for each replica.
    pub units: Vec<Unit>,
    /// Its log files and who is told when they move.
    pub logs: Option<Logs>,
    /// What its container must have.
    pub container: Container,
    /// How it takes up a change.
    pub reload: Reload,
    /// What is worth saying about it, a sentence each.
    pub notes: Vec<String>,
    /// Environment that tells the application what was decided.
    pub environment: BTreeMap<String, String>,
    /// Whether it lives from the page cache: held by its settings, protected
    /// by its share, and not cut off at it.
    pub page_cache: bool,
    /// Who dies first when memory is short: higher goes earlier.
    pub oom_score: i16,
    /// Open files that it needs; nothing where that is not bounded.
    pub open_files: Option<Formula>,
    /// Processes and threads that it may have; nothing where that is not bounded.
    pub tasks: Option<Formula>,
    /// Seconds that it is given to end.
    pub stop_seconds: Option<Formula>,
    /// Seconds in which its own settings let it finish what it began; 0 where
    /// they say nothing of that.
    pub graceful_seconds: u64,
    /// What checks may know of it.
    pub traits: Traits,
}

/// How a service takes up changed settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reload {
    /// By reloading, which fits inside its limit.
    #[default]
    Reload,
    /// By a restart, and why: it has no other way.
    Restart(String),
    /// By a restart, because a reload would not fit inside its limit, and why.
    TooLarge(String),
}

impl Reload {
    /// Why it must restart, where it must.
    pub fn why_restart(&self) -> Option<&str> {
        match self {
            Self::Reload => None,
            Self::Restart(why) | Self::TooLarge(why) => Some(why),
        }
    }
}

/// What a service offers to those that refer to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// Connections.
    pub connections: Option<Connections>,
    /// The units that start it, for who must start after them.
    pub units: Vec<String>,
    /// Where they are taken: host and port.
    pub address: Option<(String, u64)>,
    /// Requests over HTTP.
    pub http: Option<Http>,
    /// The largest request body that it takes, where the stack says so.
    pub max_body: Option<Bytes>,
    /// What it needs of the kernel.
    pub kernel: Vec<KernelWant>,
}

/// A server's connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// All of them.
    pub max: u64,
    /// Kept for the administrator.
    pub reserved: u64,
}

/// A server of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where: `127.0.0.1:3000`, one for each replica.
    pub servers: Vec<String>,
    /// Requests in work at once.
    pub concurrency: u64,
    /// Seconds before it gives a request up; `None` where nothing says so.
    pub timeout: Option<u64>,
    /// Seconds that it keeps an idle connection; 0 where it keeps none, or
    /// nothing is known of it.
    pub keepalive: u64,
}

/// A kernel setting that a service needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelWant {
    /// Its sysctl name.
    pub key: &'static str,
    /// At least this.
    pub value: u64,
    /// Why.
    pub because: &'static str,
    /// Where that is said.
    pub source: &'static str,
}

/// How an artefact meets a file that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    /// It is tune's and replaced whole.
    Own,
    /// It is the user's: only the settings of the plan change.
    Merge,
}

impl Meets {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Merge => "merge",
        }
    }
}

/// One file that a service makes.
#[derive(Clone, Debug)]
pub struct FileSpec {
    /// The template, by its name in `templates/`.
    pub template: &'static str,
    /// Where it goes on the host.
    pub path: String,
    /// Its permissions.
    pub mode: u32,
    /// Its owner, `user:group`.
    pub owner: String,
    /// How it meets a live file.
    pub meets: Meets,
    /// What it is written in.
    pub format: Format,
    /// Where its program begins to read, where that is another file, or the unit
    /// that it is a part of.
    pub main: Option<String>,
    /// What says whether it is valid.
    pub validator: Validator,
    /// The short name of the settings that it holds.
    pub sheet: &'static str,
    /// What else the template shows.
    pub facts: serde_json::Value,
}

/// A systemd unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its full name: `nginx.service`.
    pub name: String,
    /// How it is started, where no package brings a unit.
    pub exec: Option<Exec>,
}

/// How a unit starts its program.
#[derive(Clone, Debug)]
pub struct Exec {
    /// What it is, for people.
    pub description: String,
    /// The command, a word each.
    pub command: Vec<String>,
    /// Its working directory.
    pub cwd: String,
    /// Its account.
    pub user: String,
    /// How it is told to read its files again.
    pub reload: Option<String>,
    /// Environment of this one alone, over that of the service.
    pub environment: BTreeMap<String, String>,
    /// `notify` where the program says when it is ready.
    pub notifies: bool,
}

/// Log files.
#[derive(Clone, Debug)]
pub struct Logs {
    /// The files, as globs.
    pub paths: Vec<String>,
    /// What is done after they were moved.
    pub reopen: Reopen,
    /// The account and group that rotate them, `user group`.
    pub account: String,
    /// The rule of the distribution that already covers them.
    pub distribution_rule: Option<&'static str>,
}

/// A glob stands for what most programs write: their output, and their errors.
/// Source: docs/formulas.md, "logs".
const FILES_OF_GLOB: u64 = 2;

impl Logs {
    /// Files that its paths are taken to match.
    pub fn files(&self) -> u64 {
        let files = |path: &String| {
            if path.contains(['*', '?', '[']) {
                FILES_OF_GLOB
            } else {
                1
            }
        };
        self.paths.iter().map(files).sum()
    }
}

/// How a program learns that its log was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reopen {
    /// By a command.
    Command(String),
    /// It cannot: the file is copied and cut.
    Copytruncate,
    /// It need not: it opens the file for every line.
    Nothing,
}

/// What a container needs beside its limits.
#[derive(Clone, Debug, Default)]
pub struct Container {
    /// The command with the settings that have no file.
    pub command: Vec<String>,
    /// Files mounted into it: path on the host, path inside.
    pub mounts: Vec<(String, String)>,
    /// Shared memory.
    pub shm: Option<Formula>,
}
