//! Configuration files as the programs that own them read them: lossless
//! editors, one for each format, and what a program makes of all its files
//! together. Pure: files come through [`Files`], which another module opens.
//!
//! *Invariant:* what a format does not understand is an error with its place,
//! never a guess; see [`Document`] for what an edit keeps.

mod by_path;
mod document;
mod error;
mod files;
mod glob;
mod include;
mod line;
mod normal;
mod reading;

mod compose;
mod environment;
mod evaluate;
mod fstab;
mod javascript;
mod literal;
mod logrotate;
mod nginx;
mod pgbouncer;
mod postgresql;
mod python;
mod redis;
mod secret;
mod sysctl;
mod systemd;
mod toml;
mod verbatim;

pub use document::{Document, Edit, Repeated, Statement};
pub use error::{Malformed, Refused};
pub use evaluate::{Evaluated, NotPlain, evaluated, program};
pub use files::{Files, Missing, Staged};
pub use fstab::Entry as FstabEntry;
pub use logrotate::log_patterns;
pub use normal::Normal;
pub use reading::{COMMAND_LINE, Moved, Occurrence, Reading, Standing, Trouble, TroubleKind};
pub use secret::{is_secret_file, looks_secret, secret_items, secrets_in};

use std::ops::Range;

use bstr::BString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The format of a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `postgresql.conf` and what it includes.
    Postgresql,
    /// `nginx.conf` and what it includes.
    Nginx,
    /// `redis.conf` and what it includes.
    Redis,
    /// `pgbouncer.ini`.
    Pgbouncer,
    /// `/etc/sysctl.d` and its kin.
    Sysctl,
    /// `/etc/fstab`.
    Fstab,
    /// Units of systemd and their drop-ins.
    Systemd,
    /// `/etc/logrotate.d`.
    Logrotate,
    /// Compose files.
    Compose,
    /// TOML.
    Toml,
    /// `NAME=value` lines.
    Environment,
    /// A Python file of assignments: of gunicorn, of celery.
    Python,
    /// An ecosystem file of PM2.
    Javascript,
    /// Compared as text: scripts, SQL.
    Text,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Postgresql,
        Self::Nginx,
        Self::Redis,
        Self::Pgbouncer,
        Self::Sysctl,
        Self::Fstab,
        Self::Systemd,
        Self::Logrotate,
        Self::Compose,
        Self::Toml,
        Self::Environment,
        Self::Python,
        Self::Javascript,
        Self::Text,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgresql => "PostgreSQL",
            Self::Nginx => "nginx configuration",
            Self::Redis => "redis configuration",
            Self::Pgbouncer => "PgBouncer",
            Self::Sysctl => "sysctl",
            Self::Fstab => "fstab",
            Self::Systemd => "systemd",
            Self::Logrotate => "logrotate",
            Self::Compose => "compose",
            Self::Toml => "TOML",
            Self::Environment => "environment",
            Self::Python => "Python",
            Self::Javascript => "JavaScript",
            Self::Text => "files",
        }
    }

    fn language(self) -> &'static dyn Language {
        match self {
            Self::Postgresql => &postgresql::Postgresql,
            Self::Nginx => &nginx::Nginx,
            Self::Redis => &redis::Redis,
            Self::Pgbouncer => &pgbouncer::Pgbouncer,
            Self::Sysctl => &sysctl::Sysctl,
            Self::Fstab => &fstab::Fstab,
            Self::Systemd => &systemd::Systemd,
            Self::Logrotate => &logrotate::Logrotate,
            Self::Compose => &compose::Compose,
            Self::Toml => &toml::Toml,
            Self::Environment => &environment::Environment,
            Self::Python => &python::Python,
            Self::Javascript => &javascript::Javascript,
            Self::Text => &verbatim::Verbatim,
        }
    }

    /// What the program reads that begins with `main`: an absolute path, or the
    /// name of a unit. The first is the one whose values count at boot.
    pub fn read(self, files: &dyn Files, main: &str) -> Vec<Reading> {
        self.language().read(files, main)
    }

    /// What a running process of the program has read, its command line laid
    /// over the files: its words, the first of which names the program.
    pub fn read_as_started(self, files: &dyn Files, main: &str, argv: &[String]) -> Vec<Reading> {
        self.language().read_as_started(files, main, argv)
    }

    /// One file and nothing else.
    pub fn read_alone(self, files: &dyn Files, path: &str) -> Reading {
        Reading::of_one(self, files, path)
    }

    /// A value freed of its spelling.
    pub fn normal(self, key: &str, value: &[u8]) -> Normal {
        self.language().normal(key, value)
    }

    /// A value as a person spells it in this format.
    pub fn spell(self, key: &str, value: &Normal) -> String {
        self.language().spell(key, value)
    }

    /// Whether a key's value is never shown.
    pub fn is_secret(self, key: &str, value: &[u8]) -> bool {
        self.language().is_secret(key, value) || secret::holds_secret(value)
    }

    /// What a running program's command line sets over its files, in order;
    /// nothing where its command line sets nothing.
    pub fn arguments(self, argv: &[String]) -> Vec<(String, BString)> {
        self.language().arguments(argv)
    }

    /// Whether a key's size is of memory, and not of a disk or of what is let in.
    pub fn is_memory(self, key: &str) -> bool {
        self.language().is_memory(key)
    }

    /// Whether what a block says holds in the blocks inside it.
    pub fn inherits(self) -> bool {
        self.language().inherits()
    }

    /// Whether a block, as [`Statement::within`] calls it, takes over what the
    /// blocks around it say.
    pub fn takes_over(self, block: &str) -> bool {
        self.inherits() && self.language().takes_over(block)
    }

    /// Whether the server itself writes a file that it reads, over those that
    /// people write.
    pub fn is_servers_own(self, path: &str) -> bool {
        self.language().is_servers_own(path)
    }

    /// Whether a file is code out of which nothing is read, so that only its
    /// program can tell what it says.
    pub fn is_code(self, bytes: &[u8]) -> bool {
        program(self).is_some() && self.language().is_opaque(bytes)
    }

    /// Which of several statements with one key counts.
    pub fn repeated(self) -> Repeated {
        self.language().repeated()
    }
}

/// What is particular to one format.
trait Language: Sync {
    /// Finds what a file says; what is not understood is an error.
    fn statements(&self, bytes: &[u8]) -> Result<Vec<Statement>, Malformed>;

    /// Where a statement is added that is not there yet, and its text: `written`
    /// is the value as this format spells it.
    fn insertion(
        &self,
        document: &Document,
        within: &[String],
        key: &str,
        written: &[u8],
    ) -> Result<Edit, Refused>;

    /// Which of several statements with one key counts.
    fn repeated(&self) -> Repeated {
        Repeated::LastWins
    }

    /// What the program reads, all files of it; one file where nothing is said.
    fn read(&self, files: &dyn Files, main: &str) -> Vec<Reading>;

    /// What a running process has read, with what its command line sets.
    fn read_as_started(&self, files: &dyn Files, main: &str, argv: &[String]) -> Vec<Reading> {
        let readings = self.read(files, main).into_iter();
        readings
            .map(|reading| reading.with_arguments(self.arguments(argv)))
            .collect()
    }

    /// What a command line sets, keys with values; its first word names the
    /// program.
    fn arguments(&self, _argv: &[String]) -> Vec<(String, BString)> {
        Vec::new()
    }

    /// A value freed of its spelling: its unit, its case.
    fn normal(&self, _key: &str, value: &[u8]) -> Normal {
        Normal::text(value)
    }

    /// The other way: a value as a person spells it here.
    fn spell(&self, _key: &str, value: &Normal) -> String {
        value.to_string()
    }

    /// Whether a key's value is never shown: a password, a DSN.
    fn is_secret(&self, _key: &str, _value: &[u8]) -> bool {
        false
    }

    /// Whether nothing is read out of a file: it is compared as text.
    fn is_opaque(&self, _bytes: &[u8]) -> bool {
        false
    }

    /// Why files of this format are never edited inside, where they are not.
    fn never_edited(&self) -> Option<Refused> {
        None
    }

    /// The edit that gives a statement which is there another value: `written`
    /// takes the place of the value, but where the format knows better.
    fn change(&self, _: &Document, found: &Statement, written: &[u8]) -> Result<Edit, Refused> {
        Ok(Edit {
            at: found.value_at.clone(),
            text: written.to_vec(),
        })
    }

    /// Whether a statement's value is what `written` spells.
    fn says(&self, document: &Document, found: &Statement, written: &[u8]) -> bool {
        document.written(&found.value_at) == written
    }

    /// Whether a statement says no more than that a block may come: it gives
    /// way to the first key in it.
    fn makes_way(&self, _: &Statement) -> bool {
        false
    }

    /// The bytes that go where a statement goes: with the line that it fills.
    fn removal(&self, document: &Document, found: &Statement) -> Range<usize> {
        document::whole_line(document.bytes(), &found.at)
    }

    /// Whether a statement of this key only begins a block: it comes and goes
    /// with what stands in the block.
    fn begins_block(&self, _key: &str) -> bool {
        false
    }

    /// Whether the server itself writes this file.
    fn is_servers_own(&self, _path: &str) -> bool {
        false
    }

    /// Whether a key's size is of memory, and not of a disk or of what is let in.
    fn is_memory(&self, _key: &str) -> bool {
        true
    }

    /// Whether what a block says holds in the blocks inside it.
    fn inherits(&self) -> bool {
        false
    }

    /// Whether a block takes over what the blocks around it say, where any does.
    fn takes_over(&self, _block: &str) -> bool {
        true
    }
}
