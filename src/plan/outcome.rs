//! What planning gives: plain values that reports and checks read. How they
//! come about is not known here.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, Raise, Reserve, Severity, Stake};
use crate::host::Host;
use crate::input::Spot;
use crate::services::traits::Stated;
use crate::services::{FileSpec, Http, Opened, Settled, Share};
use crate::setting::{Formula, Setting};
use crate::stack::Runtime;
use crate::units::{Bytes, Cpus, Version};

/// What becomes of a host and its stack.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The host.
    pub host: Host,
    /// The stack's name.
    pub stack: String,
    /// What starts and holds the services.
    pub runtime: Runtime,
    /// What is not divided.
    pub reserve: Reserve,
    /// What is.
    pub divisible: Bytes,
    /// What all services would like, together.
    pub wanted: Bytes,
    /// Whether the floors fit.
    pub fits: bool,
    /// By how much they do not.
    pub short: Bytes,
    /// Whether settings were made although it does not fit.
    pub overcommitted: bool,
    /// What the host itself gets; nothing where it is not ours to set.
    pub system: Option<Settled>,
    /// Files that belong to no single service.
    pub files: Vec<FileSpec>,
    /// What cannot be set here, and why.
    pub not_applicable: Vec<String>,
    /// The services, by name.
    pub services: Vec<Planned>,
    /// The checks that fail.
    pub findings: Vec<Finding>,
    /// The checks that fail and that the stack silences, each with its reason.
    pub silenced: Vec<Finding>,
    /// The checks that hold.
    pub held: Vec<&'static str>,
    /// What is silenced and does not fail: the check, and the service where it is one's own.
    pub silent_for_nothing: Vec<String>,
}

/// What becomes of one service.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// Its program's version.
    pub version: Version,
    /// How many of it.
    pub replicas: u64,
    /// Whether it runs elsewhere.
    pub external: bool,
    /// What it takes part with, all replicas together.
    pub stake: Stake,
    /// What lifts its floor, where pinned settings do.
    pub raise: Option<Raise>,
    /// What it is given, all replicas together; nothing where the plan does not fit.
    pub limit: Option<Bytes>,
    /// Its processors, all replicas together.
    pub cpus: Cpus,
    /// The share of one replica.
    pub share: Option<Share>,
    /// Processes, all replicas together.
    pub processes: u64,
    /// Processes of one replica, with the rules that gave the number.
    pub crew: Formula,
    /// What follows; nothing where the plan does not fit.
    pub settled: Option<Settled>,
    /// What it uses, by name.
    pub uses: Vec<String>,
    /// The services that it passes requests on to, by name.
    pub upstreams: Vec<String>,
    /// What others open to it.
    pub load: u64,
    /// The same, user by user.
    pub opened: Vec<Opened>,
    /// Whether it has connections to divide.
    pub divides_connections: bool,
    /// Where the stack states its keys, by key.
    pub keys: BTreeMap<&'static str, Spot>,
}

/// A key that a person wrote.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// As it is written: a setting's key, or the stack's.
    pub key: &'a str,
    /// Where.
    pub spot: &'a Spot,
}

impl Plan {
    /// The services that were settled, by name.
    pub fn settled(&self) -> impl Iterator<Item = (&Planned, &Settled)> {
        let settled = |planned| {
            let planned: &Planned = planned;
            Some((planned, planned.settled.as_ref()?))
        };
        self.services.iter().filter_map(settled)
    }

    /// A service by its name.
    pub fn service(&self, name: &str) -> Option<&Planned> {
        self.services.iter().find(|planned| planned.name == name)
    }

    /// Those that open connections to a service, by name.
    pub fn users_of<'a>(&'a self, server: &'a str) -> impl Iterator<Item = &'a Planned> {
        let uses = move |user: &&Planned| user.uses.iter().any(|used| used == server);
        self.services.iter().filter(uses)
    }

    /// The databases whose backends work on this host's processors.
    pub fn local_databases(&self) -> impl Iterator<Item = (&Planned, &Settled)> {
        let is_database = |settled: &Settled| settled.traits.database.is_some();
        self.settled()
            .filter(move |(planned, settled)| !planned.external && is_database(settled))
    }

    /// What a service of this name offers over HTTP.
    pub fn http(&self, name: &str) -> Option<&Http> {
        self.service(name)?.settled.as_ref()?.offers.http.as_ref()
    }

    /// The service that takes requests on this port of the host.
    pub fn listener(&self, port: &str) -> Option<&str> {
        let on_port = |server: &String| server.rsplit_once(':').is_some_and(|(_, own)| own == port);
        let mut services = self.services.iter();
        let found = services.find(|planned| {
            let http = self.http(&planned.name);
            http.is_some_and(|http| http.servers.iter().any(on_port))
        });
        found.map(|planned| planned.name.as_str())
    }

    /// A setting of the host itself.
    pub fn host_setting(&self, key: &str) -> Option<&Setting> {
        let settings = &self.system.as_ref()?.settings;
        settings.iter().find(|setting| setting.key == key)
    }

    /// How many checks fail that the stack does not silence, however often each.
    pub fn failed(&self) -> usize {
        let ids: BTreeSet<&str> = self.findings.iter().map(|finding| finding.id).collect();
        ids.len()
    }

    /// Whether a check of severity error fails that the stack does not silence.
    pub fn is_refused(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}

impl Planned {
    /// Whether it passes connections on: its clients take turns at them. Of
    /// one elsewhere it is known only that it has connections of its own.
    pub fn is_pooler(&self) -> bool {
        let traits = self.settled.as_ref().map(|settled| &settled.traits);
        let is_pooler = traits.is_some_and(|traits| traits.pooler.is_some());
        is_pooler || (self.external && self.divides_connections)
    }

    /// A setting of it.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        let settings = &self.settled.as_ref()?.settings;
        settings.iter().find(|setting| setting.key == key)
    }

    /// The first of these settings that a person pinned.
    pub fn pinned(&self, keys: &[&str]) -> Option<&Setting> {
        let mut settings = keys.iter().filter_map(|key| self.setting(key));
        settings.find(|setting| setting.pinned.is_some())
    }

    /// Where a person wrote this value: as a pinned setting, or under a key of
    /// the stack.
    pub fn written<T>(&self, stated: &Stated<T>) -> Option<Written<'_>> {
        let pinned = self.pinned(&[stated.key]).and_then(|setting| {
            let spot = setting.pinned.as_ref()?;
            Some(Written {
                key: &setting.key,
                spot,
            })
        });
        pinned.or_else(|| self.written_key(stated.asked.unwrap_or(stated.key)))
    }

    /// Where the stack states a key of it.
    pub fn written_key(&self, key: &str) -> Option<Written<'_>> {
        let (key, spot) = self.keys.get_key_value(key)?;
        Some(Written { key, spot })
    }

    /// What to call this value where a person is to change it: the key that
    /// they wrote, or else the one that they could.
    pub fn name_of<T>(&self, stated: &Stated<T>) -> String {
        let otherwise = stated.asked.unwrap_or(stated.key);
        let written = self.written(stated).map(|written| written.key);
        written.unwrap_or(otherwise).to_owned()
    }

    /// What it may count on: the smaller of want and limit.
    pub fn reserve(&self) -> Option<Bytes> {
        self.limit.map(|limit| limit.min(self.stake.want))
    }

    /// The most that all its replicas can hold.
    pub fn worst(&self) -> Option<Bytes> {
        self.settled
            .as_ref()
            .map(|settled| settled.worst.total().times(self.replicas))
    }
}

/// What to do with a stack whose floors do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// No settings.
    Refuse,
    /// Settings for everybody's floor.
    Overcommit,
}
