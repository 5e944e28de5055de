//! The same stack on the same host but for one thing: what a person might turn
//! next, to see what would change. Planning it is the caller's.

use super::{Plan, Planned};
use crate::host::{Host, StorageKind};
use crate::input::KeyType;
use crate::services::{self, Share};
use crate::stack::{OptionValue, ServiceSpec, Stack};
use crate::units::{Bytes, Cpus, Decimal};

/// One thing turned.
#[derive(Clone, Debug)]
pub struct WhatIf {
    /// What is different, as in "with 10 connections less (40)".
    pub label: String,
    /// The host then.
    pub host: Host,
    /// The stack then.
    pub stack: Stack,
}

/// A step of connections that shows in settings.
const CONNECTIONS: u64 = 10;
/// A step of memory that shows in settings.
const MEMORY: Bytes = Bytes::mib(256);
/// A processor more.
const CPU: u64 = 1000;

/// A pool for who states none.
const POOL: u64 = 10;
/// The keys that say how long a request or a task may take.
const PATIENCE: [&str; 2] = ["timeout", "task_seconds"];
/// What is tried where none says it.
const SECONDS: u64 = 60;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A setting: a pinned share is one of the things to turn.
    Setting,
    /// The share itself.
    Share,
}

/// What may be turned for a service.
pub fn of_service(host: &Host, stack: &Stack, planned: &Planned, asked: Asked) -> Vec<WhatIf> {
    let mut turns = Turns::new(host, stack);
    let name = planned.name.as_str();
    let Some(spec) = stack.services.get(name) else {
        return turns.made;
    };
    connections(&mut turns, planned);
    pools(&mut turns, spec);
    if !planned.external {
        memory(
            &mut turns,
            spec,
            planned.share.filter(|_| asked == Asked::Setting),
        );
        let double = Decimal::thousandths(spec.weight.in_thousandths().saturating_mul(2));
        turns.service(name, format!("with weight {double}"), |spec| {
            spec.weight = double;
        });
    }
    options(&mut turns, spec);
    users(&mut turns, name);
    of_host(&mut turns);
    turns.made
}

/// What may be turned for the host itself.
pub fn of_system(host: &Host, stack: &Stack) -> Vec<WhatIf> {
    let mut turns = Turns::new(host, stack);
    of_host(&mut turns);
    turns.made
}

/// The same without one pin.
pub fn without_pin(host: &Host, stack: &Stack, service: &str, key: &str) -> WhatIf {
    let mut stack = stack.clone();
    match stack.services.get_mut(service) {
        Some(spec) => spec.settings.remove(key),
        None => stack.system.settings.remove(key),
    };
    WhatIf {
        label: "without the pin".to_owned(),
        host: host.clone(),
        stack,
    }
}

/// The same with more memory in the host.
pub fn more_memory(host: &Host, stack: &Stack, more: Bytes) -> WhatIf {
    let mut larger = host.clone();
    larger.memory = larger.memory.plus(more);
    larger.visible_memory = larger.visible_memory.map(|seen| seen.plus(more));
    larger.memory_limit = larger.memory_limit.map(|limit| limit.plus(more));
    WhatIf {
        label: format!("with {more} more on the host"),
        host: larger,
        stack: stack.clone(),
    }
}

/// What was turned so far.
struct Turns<'a> {
    host: &'a Host,
    stack: &'a Stack,
    made: Vec<WhatIf>,
}

impl<'a> Turns<'a> {
    fn new(host: &'a Host, stack: &'a Stack) -> Self {
        let made = Vec::new();
        Self { host, stack, made }
    }

    fn service(&mut self, name: &str, label: String, turn: impl FnOnce(&mut ServiceSpec)) {
        let mut stack = self.stack.clone();
        if let Some(spec) = stack.services.get_mut(name) {
            turn(spec);
            let host = self.host.clone();
            self.made.push(WhatIf { label, host, stack });
        }
    }

    fn host(&mut self, label: String, turn: impl FnOnce(&mut Host)) {
        let mut host = self.host.clone();
        turn(&mut host);
        let stack = self.stack.clone();
        self.made.push(WhatIf { label, host, stack });
    }
}

fn connections(turns: &mut Turns<'_>, planned: &Planned) {
    let settled = planned.settled.as_ref();
    let Some(offered) = settled.and_then(|settled| settled.offers.connections) else {
        return;
    };
    let less = offered.max.saturating_sub(CONNECTIONS);
    let more = offered.max.saturating_add(CONNECTIONS);
    for (count, word) in [(less, "less"), (more, "more")] {
        if count > 0 {
            let label = format!("with {CONNECTIONS} connections {word} ({count})");
            turns.service(&planned.name, label, |spec| spec.connections = Some(count));
        }
    }
}

/// One connection more or less in each process, where the stack says how many.
fn pools(turns: &mut Turns<'_>, spec: &ServiceSpec) {
    let Some(size) = spec.pool_size else { return };
    turns.service(&spec.name, "without its pool_size".to_owned(), |spec| {
        spec.pool_size = None;
        spec.max_overflow = None;
    });
    let double = size.saturating_mul(2);
    let label = format!("with pool_size {double}");
    turns.service(&spec.name, label, |spec| spec.pool_size = Some(double));
}

/// What the users of a service state beside it: what they open, how long they
/// wait, and what they count for.
fn users(turns: &mut Turns<'_>, server: &str) {
    let stack = turns.stack;
    let uses = |spec: &&ServiceSpec| spec.uses.iter().any(|(name, _)| name == server);
    for user in stack.services.values().filter(uses) {
        let name = user.name.as_str();
        let size = user.pool_size.map_or(POOL, |size| size.saturating_mul(2));
        let label = format!("with pool_size {size} for {name}");
        turns.service(name, label, |spec| spec.pool_size = Some(size));
        if user.pool_size.is_some() {
            turns.service(name, format!("without the pool_size of {name}"), |spec| {
                spec.pool_size = None;
                spec.max_overflow = None;
            });
        }
        if let Some((key, seconds)) = patience(user) {
            let label = format!("with {key} {seconds} for {name}");
            turns.service(name, label, |spec| {
                let value = OptionValue::Count(seconds);
                spec.options.insert(key, (spec.spot.clone(), value));
            });
        }
        let double = Decimal::thousandths(user.weight.in_thousandths().saturating_mul(2));
        let label = format!("with weight {double} for {name}");
        turns.service(name, label, |spec| spec.weight = double);
    }
}

/// The key that says how long its requests may take, and twice what is stated.
fn patience(spec: &ServiceSpec) -> Option<(&'static str, u64)> {
    let keys = services::find(&spec.kind)?.schema().keys;
    let key = keys.iter().find(|key| PATIENCE.contains(&key.name))?;
    let stated = spec.count(key.name).unwrap_or(SECONDS / 2);
    Some((key.name, stated.saturating_mul(2)))
}

fn memory(turns: &mut Turns<'_>, spec: &ServiceSpec, share: Option<Share>) {
    if spec.memory.is_some() {
        let label = "without its pinned memory".to_owned();
        turns.service(&spec.name, label, |spec| spec.memory = None);
    }
    let Some(share) = share else { return };
    let more = share.limit.plus(MEMORY).floor_to(Bytes::MIB);
    let half = share.limit.over(2).floor_to(Bytes::MIB);
    for (bytes, word) in [(more, "more"), (half, "less")] {
        let label = format!("with {} {word} memory, {bytes}", apart(bytes, share.limit));
        turns.service(&spec.name, label, |spec| spec.memory = Some(bytes));
    }
}

fn apart(a: Bytes, b: Bytes) -> Bytes {
    Bytes(a.0.abs_diff(b.0))
}

/// Every other word that a key of its kind takes.
fn options(turns: &mut Turns<'_>, spec: &ServiceSpec) {
    let schema = services::find(&spec.kind).map(|service| service.schema().keys);
    for key in schema.unwrap_or_default() {
        let KeyType::Choice(words) = &key.takes else {
            continue;
        };
        for word in words
            .iter()
            .filter(|word| spec.text(key.name) != Some(word))
        {
            let label = format!("with {} = \"{word}\"", key.name);
            turns.service(&spec.name, label, |spec| {
                let value = OptionValue::Choice(word);
                spec.options.insert(key.name, (spec.spot.clone(), value));
            });
        }
    }
}

fn of_host(turns: &mut Turns<'_>) {
    let more = more_memory(turns.host, turns.stack, turns.host.memory);
    turns.made.push(WhatIf {
        label: format!("on a host of {}", more.host.usable_memory()),
        ..more
    });
    let before = turns.host.cpus.0.max(1);
    let cpus = Cpus(before.saturating_add(CPU));
    turns.host(format!("with {cpus} CPUs"), |host| {
        host.cpus = cpus;
        let scaled = |sustained: Cpus| Cpus(sustained.0.saturating_mul(cpus.0) / before);
        host.sustained_cpus = host.sustained_cpus.map(scaled);
    });
    for kind in [StorageKind::Nvme, StorageKind::Ssd, StorageKind::Hdd] {
        if turns.host.storage.kind != kind {
            turns.host(format!("on {} disks", kind.name()), |host| {
                host.storage.kind = kind;
                host.storage.network &= kind == StorageKind::Ssd;
            });
        }
    }
}

/// A plan's answer to one of them: what is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was turned.
    pub with: String,
    /// What it is then.
    pub value: String,
}

/// What `read` gives of each that can be planned, where it is not as it was.
/// Where it reads of one service alone, only that one need be settled.
pub fn changes(
    plan: &Plan,
    service: Option<&str>,
    turned: Vec<WhatIf>,
    read: impl Fn(&Plan) -> Option<String>,
) -> Vec<Change> {
    let now = read(plan);
    let mut changes = Vec::new();
    for WhatIf { label, host, stack } in turned {
        let planned = match service {
            Some(service) => super::plan_for(service, &host, &stack),
            None => super::plan(&host, &stack, super::Unfit::Refuse),
        };
        let Ok(then) = planned else { continue };
        let value = read(&then);
        if then.fits != plan.fits || (then.fits && value != now) {
            let value = match value {
                _ if !then.fits => "does not fit".to_owned(),
                Some(value) => value,
                None => "not written".to_owned(),
            };
            changes.push(Change { with: label, value });
        }
    }
    changes
}
