//! A stack as it was read: plain values, with the places of what may have to
//! be refused later.

use std::collections::{BTreeMap, BTreeSet};

use super::OptionValue;
use crate::host::Layout;
use crate::input::{Spot, Tree};
use crate::units::{Bytes, Cpus, Decimal, Version};

/// The services that share a host.
#[derive(Clone, Debug)]
pub struct Stack {
    /// What to call it: its file's name.
    pub name: String,
    /// Where its file begins, for what is missing.
    pub spot: Spot,
    /// The host profile that it names.
    pub profile: Option<(String, Spot)>,
    /// What starts and holds the services.
    pub runtime: Runtime,
    /// The distribution, where the stack says so.
    pub layout: Option<Layout>,
    /// Where the compose project lives.
    pub directory: String,
    /// Facts of the host that it overrules.
    pub host: Option<(Spot, Tree)>,
    /// The host's own settings.
    pub system: SystemSpec,
    /// The services by name.
    pub services: BTreeMap<String, ServiceSpec>,
    /// The checks that are silenced for all services.
    pub silence: Silences,
    /// The services that were left out, in the order of the file.
    pub dropped: Vec<String>,
}

/// Checks that are not to be heard: the reason, and where it is said.
pub type Silences = BTreeMap<String, (String, Spot)>;

/// What starts and holds the services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// systemd units.
    #[default]
    Systemd,
    /// systemd units, and PM2 for Node.
    Pm2,
    /// Docker compose.
    Compose,
}

impl Runtime {
    /// The names in a stack.
    pub const NAMES: &[&'static str] = &["systemd", "pm2", "compose"];

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "systemd" => Some(Self::Systemd),
            "pm2" => Some(Self::Pm2),
            "compose" => Some(Self::Compose),
            _ => None,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Systemd => "systemd",
            Self::Pm2 => "pm2",
            Self::Compose => "compose",
        }
    }
}

/// `[system]`: what the host itself gets.
#[derive(Clone, Debug, Default)]
pub struct SystemSpec {
    /// Memory for agents and jobs beside the services.
    pub extra: Bytes,
    /// Size of the swap file, where the person says so.
    pub swap: Option<Bytes>,
    /// Pinned settings.
    pub settings: Tree,
}

/// One service.
#[derive(Clone, Debug)]
pub struct ServiceSpec {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub spot: Spot,
    /// Its kind.
    pub kind: String,
    /// It cannot run below this.
    pub floor: Option<Bytes>,
    /// What it would like.
    pub want: Option<Bytes>,
    /// The want is a must.
    pub strict: bool,
    /// What it may be given at most.
    pub max: Option<Bytes>,
    /// Its part of what is left over.
    pub weight: Decimal,
    /// Exactly this much, or refused.
    pub memory: Option<Bytes>,
    /// Exactly so many processors.
    pub cpus: Option<Cpus>,
    /// How many of it.
    pub replicas: u64,
    /// It may be dropped.
    pub optional: bool,
    /// The lowest goes first.
    pub drop_order: Option<u64>,
    /// It runs elsewhere: no memory here, but its connections count.
    pub external: bool,
    /// Where an external service is: host and port.
    pub address: Option<(String, u64)>,
    /// Connections that it admits.
    pub connections: Option<u64>,
    /// The services that it opens connections to.
    pub uses: Vec<(String, Spot)>,
    /// The services, or `host:port`, that the reference keys of its kind name.
    pub references: Vec<(String, Spot)>,
    /// The role that it signs in to databases with, where it is not its name.
    pub db_role: Option<String>,
    /// Connections each of its processes keeps.
    pub pool_size: Option<u64>,
    /// Connections each of its processes may open beyond.
    pub max_overflow: Option<u64>,
    /// The environment variables that tell it.
    pub pool_env: PoolEnv,
    /// Its systemd unit, where it is not the distribution's.
    pub unit: Option<String>,
    /// The account it runs under.
    pub user: Option<String>,
    /// The port it listens on.
    pub port: Option<u64>,
    /// Its working directory.
    pub cwd: Option<String>,
    /// Its log files.
    pub log_files: Vec<String>,
    /// The largest request body it accepts.
    pub max_body: Option<Bytes>,
    /// Its program's version.
    pub version: Option<Version>,
    /// Pinned settings.
    pub settings: Tree,
    /// The checks that are silenced for it alone.
    pub silence: Silences,
    /// The keys of its kind.
    pub options: BTreeMap<&'static str, (Spot, OptionValue)>,
    /// Where each common key stands.
    pub spots: BTreeMap<&'static str, Spot>,
    /// What of it could not be read; nothing in a stack without mistakes.
    pub unread: Unread,
}

/// What of a service could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Keys that are written, and what they say is not known.
    pub keys: BTreeSet<String>,
    /// Whether one of them decides what becomes of it, so that nothing that only
    /// a plan shows may be called a mistake.
    pub decisive: bool,
}

/// The environment variables under which a process reads its pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolEnv {
    /// Connections it keeps.
    pub size: String,
    /// Connections beyond; some libraries know no such thing.
    pub overflow: Option<String>,
}

impl Default for PoolEnv {
    fn default() -> Self {
        Self {
            size: "DB_POOL_SIZE".to_owned(),
            overflow: Some("DB_MAX_OVERFLOW".to_owned()),
        }
    }
}

impl ServiceSpec {
    /// Where a common key stands, or the service.
    pub fn spot_of(&self, key: &str) -> &Spot {
        self.spots.get(key).unwrap_or(&self.spot)
    }

    /// A text option of its kind.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.options.get(key) {
            Some((_, OptionValue::Text(text))) => Some(text),
            Some((_, OptionValue::Choice(word))) => Some(word),
            _ => None,
        }
    }

    /// A number option of its kind.
    pub fn count(&self, key: &str) -> Option<u64> {
        match self.options.get(key) {
            Some((_, OptionValue::Count(n))) => Some(*n),
            _ => None,
        }
    }

    /// A size option of its kind.
    pub fn size(&self, key: &str) -> Option<Bytes> {
        match self.options.get(key) {
            Some((_, OptionValue::Size(bytes))) => Some(*bytes),
            _ => None,
        }
    }

    /// A switch of its kind.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.options.get(key) {
            Some((_, OptionValue::Flag(yes))) => Some(*yes),
            _ => None,
        }
    }

    /// A list option of its kind.
    pub fn list(&self, key: &str) -> &[String] {
        match self.options.get(key) {
            Some((_, OptionValue::List(list))) => list,
            _ => &[],
        }
    }

    /// A table option of its kind.
    pub fn map(&self, key: &str) -> Option<&BTreeMap<String, String>> {
        match self.options.get(key) {
            Some((_, OptionValue::Map(map))) => Some(map),
            _ => None,
        }
    }

    /// Connections of one process at the most, where the stack pins them.
    pub fn pinned_pool(&self) -> Option<u64> {
        self.pool_size
            .map(|size| size.saturating_add(self.max_overflow.unwrap_or(0)))
    }
}
