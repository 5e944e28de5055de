//! What a service is told before it decides: the host, its own keys, its
//! share, and what others want of it.

use std::collections::BTreeMap;

use super::Offers;
use crate::host::{Host, Layout};
use crate::setting::Formula;
use crate::stack::{Runtime, ServiceSpec};
use crate::units::{Bytes, Cpus, Version};

/// Everything that is known of a service before anything is divided.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// Its keys.
    pub spec: &'a ServiceSpec,
    /// The host.
    pub host: &'a Host,
    /// What starts and holds it.
    pub runtime: Runtime,
    /// Where things are.
    pub layout: Layout,
    /// Its program's version: detected, else the stack's, else the layout's.
    pub version: Version,
    /// Whether the version was seen on the host.
    pub version_seen: bool,
    /// Whether it is the only one of its kind, and not several.
    pub alone: bool,
    /// Where the compose project lives.
    pub directory: &'a str,
}

impl Scene<'_> {
    /// Whether it runs in a container of a compose project.
    pub fn in_compose(&self) -> bool {
        self.runtime == Runtime::Compose
    }

    /// Its working directory, as configured or by its name.
    pub fn cwd(&self) -> String {
        self.spec
            .cwd
            .clone()
            .unwrap_or_else(|| format!("/srv/{}", self.spec.name))
    }

    /// The account it runs under, as configured or by its name.
    pub fn user(&self) -> String {
        self.spec
            .user
            .clone()
            .unwrap_or_else(|| self.spec.name.clone())
    }
}

/// What one of a service needs and would like, in bytes of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Below this its formulas give nothing that runs: one process, and the
    /// connections that its users cannot do without.
    pub least: Bytes,
    /// What it is measured to need, where the stack does not say.
    pub floor: Bytes,
    /// What it would like, where the stack does not say.
    pub want: Bytes,
    /// What it can put to use; `None` for the rest of the host.
    pub max: Option<Bytes>,
}

/// The connections that others open to a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Each user of it.
    pub users: Vec<Opened>,
}

impl Load {
    /// All connections together.
    pub fn total(&self) -> u64 {
        self.users.iter().map(|user| user.total).sum()
    }
}

/// What one user opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The user.
    pub by: String,
    /// Connections, all its processes together.
    pub total: u64,
    /// Connections of a process, its processes, and its replicas.
    pub factors: [u64; 3],
    /// Who signs in over them: the user itself, or those behind a pooler.
    pub signers: Vec<Signer>,
}

impl Opened {
    /// What it opens, as the product that it is.
    pub fn formula(&self) -> Formula {
        let [each, processes, replicas] = self.factors;
        let all = Formula::count(format!("pool of {}", self.by), each)
            * Formula::count("processes", processes);
        if replicas == 1 {
            return all;
        }
        all * Formula::count("replicas", replicas)
    }

    /// The longest request of all who sign in, in seconds.
    pub fn patience(&self) -> Option<u64> {
        self.signers
            .iter()
            .filter_map(|signer| signer.patience)
            .max()
    }
}

/// Who signs in to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The account.
    pub role: String,
    /// Its longest request, in seconds, where it has one.
    pub patience: Option<u64>,
}

/// How many processes a service may have, before connections are divided.
#[derive(Clone, Debug)]
pub struct Crew {
    /// Processes that the share and the processors allow, each rule with its reason.
    pub rules: Vec<Formula>,
    /// Connections that one process can put to use; `None` for any number.
    pub connections_each: Option<u64>,
    /// Whether a person pinned the number: connections do not lower it then.
    pub pinned: bool,
}

impl Crew {
    /// As many as every rule allows.
    pub const fn of(rules: Vec<Formula>, connections_each: Option<u64>) -> Self {
        Self {
            rules,
            connections_each,
            pinned: false,
        }
    }

    /// As many as a person says.
    pub fn pinned(number: Formula, connections_each: Option<u64>) -> Self {
        Self {
            pinned: true,
            ..Self::of(vec![number], connections_each)
        }
    }

    /// A single process that can use any number of connections.
    pub fn one() -> Self {
        Self::of(vec![Formula::number(1)], None)
    }

    /// The most processes that every rule allows, at least one.
    pub fn most(&self) -> u64 {
        Formula::min_of(&self.rules).whole().max(1)
    }
}

/// How many connections a service can have open at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// As many as are worth having: more only queue.
    pub useful: u64,
    /// As many as its share can hold.
    pub held: u64,
}

/// The connections that a service was given to one that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub to: String,
    /// Connections that each process keeps.
    pub each: u64,
    /// Connections that each may open beyond.
    pub overflow: u64,
    /// Whether the stack said so.
    pub pinned: bool,
    /// What was divided, and by what.
    pub formula: Formula,
}

impl Grant {
    /// Connections that each may open beyond its own.
    pub fn beyond(&self) -> Formula {
        if self.overflow > 0 {
            Formula::count("max_overflow", self.overflow)
        } else {
            Formula::number(0)
        }
    }
}

/// One replica's part of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// What it is given.
    pub limit: Bytes,
    /// What it may count on.
    pub reserve: Bytes,
    /// What it could reach if the others were at their floors: the hard limit
    /// of what lives from the page cache.
    pub ceiling: Bytes,
    /// Processors.
    pub cpus: Cpus,
    /// Whether the processors are pinned.
    pub cpus_pinned: bool,
}

impl Share {
    /// The share of what runs elsewhere.
    pub const NOTHING: Self = Self {
        limit: Bytes::ZERO,
        reserve: Bytes::ZERO,
        ceiling: Bytes::ZERO,
        cpus: Cpus(0),
        cpus_pinned: false,
    };

    /// The limit that files state: whole MiB.
    pub fn stated(&self) -> Bytes {
        if self.limit < Bytes::MIB {
            self.limit
        } else {
            self.limit.floor_to(Bytes::MIB)
        }
    }
}

/// Everything that a service is told.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// The host and its own keys.
    pub scene: Scene<'a>,
    /// Its share.
    pub share: Share,
    /// The same as its ceiling, term by term.
    pub ceiling: Formula,
    /// What others open to it.
    pub load: Load,
    /// What it may open to others.
    pub grants: Vec<Grant>,
    /// Processes of one replica, with the rules that gave the number.
    pub processes: Formula,
    /// What the services that it refers to offer.
    pub peers: BTreeMap<String, Offers>,
    /// The names of its replicas: its own where it is only one.
    pub instances: Vec<String>,
}
