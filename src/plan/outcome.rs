//! What planning gives: plain values that reports and checks read. How they
//! come about is not known here.

use super::{Finding, Raise, Reserve, Severity, Stake};
use crate::host::Host;
use crate::services::{FileSpec, Http, Settled, Share};
use crate::setting::{Formula, Setting};
use crate::stack::Runtime;
use crate::units::{Bytes, Cpus};

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
    /// Whether it has connections to divide.
    pub divides_connections: bool,
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

    /// Whether a check of severity error fails that the stack does not silence.
    pub fn is_refused(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }
}

impl Planned {
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
