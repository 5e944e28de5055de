//! What tune writes, found by planning: every kind with each of its keys and
//! words, in every version that matters, under every runtime, on hosts from the
//! smallest to the largest. A new kind, key or version is surveyed by itself.

use std::collections::{BTreeMap, BTreeSet};

use hosttune::catalog;
use hosttune::host::{Host, StorageKind};
use hosttune::input::{KeySpec, Source, Spot};
use hosttune::plan::{Plan, Planned, Unfit, plan};
use hosttune::services::{self, Service};
use hosttune::setting::{Formula, Setting};
use hosttune::stack::{
    self, BUNDLED, KindSchema, OptionValue, Runtime, SERVICE, SYSTEM, ServiceSpec, Since, Stack,
};
use hosttune::units::{Bytes, Version};

use crate::tried::{
    LEFT_OUT, NAME, alone, around, examples, leasts, read, with_switches, words, words_of,
};

const RUNTIMES: &[Runtime] = &[Runtime::Systemd, Runtime::Pm2, Runtime::Compose];
/// Where every kind is tried under everything; the first with each of its keys
/// and words too.
const FEW: &[&str] = &["t3.small", "r6i.8xlarge", "fargate-4096-16384"];
/// Where the bundled stacks are tried, and the host itself is looked at.
const MANY: &[&str] = &[
    "t3.nano",
    "t3.micro",
    "t3.small",
    "t3.medium",
    "m6i.large",
    "t3.xlarge",
    "m5.4xlarge",
    "r6i.8xlarge",
    "u7in-24tb.224xlarge",
    "fargate-4096-16384",
];
/// Disks, and whether they are reached over a network.
const DISKS: &[(StorageKind, bool)] = &[
    (StorageKind::Ssd, true),
    (StorageKind::Ssd, false),
    (StorageKind::Nvme, false),
    (StorageKind::Hdd, true),
];
/// Where sizes reach what they can be at most.
const LARGEST: &str = "u7in-24tb.224xlarge";
/// A server has a user of each kind.
const ALL_USERS: usize = usize::MAX;

/// Under what settings were seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    /// The kind of the service; nothing for the host.
    pub(crate) kind: Option<&'static str>,
    /// The host's name; no condition is made of it.
    pub(crate) host: String,
    pub(crate) runtime: &'static str,
    /// How many of its kind's versions are not above its own.
    pub(crate) band: usize,
    pub(crate) disk: String,
    /// The words of its kind's keys, as stated or by default.
    pub(crate) words: BTreeMap<&'static str, String>,
    /// All other keys that are stated.
    pub(crate) stated: BTreeSet<&'static str>,
    /// Memory of the host; nothing where that of a share decides.
    pub(crate) memory: Bytes,
}

/// Settings of one service, or of the host, in one plan.
pub(crate) struct Seen<'a> {
    pub(crate) point: Point,
    pub(crate) settings: &'a [Setting],
    /// What the stack says of it.
    spec: Option<&'a ServiceSpec>,
    /// All that the plan knows.
    services: &'a [Planned],
}

/// Shows every setting of every plan.
pub(crate) fn all(see: &mut dyn FnMut(&Seen<'_>)) {
    let many = hosts(MANY);
    for (name, _) in BUNDLED {
        if let Some(mut stack) = stack::bundled(name).and_then(|source| read(&source)) {
            on_hosts(&many, &mut stack, None, see);
        }
    }
    for service in services::ALL {
        of_kind(*service, see);
    }
    for keys in examples(SYSTEM) {
        let text = format!("[system]\n{keys}\n[services.{NAME}]\nkind = \"process\"\n");
        if let Some(mut stack) = read(&Source::new("survey.toml", text)) {
            on_hosts(&many, &mut stack, None, see);
        }
    }
}

/// By itself, with each of its words, and with each key.
fn of_kind(service: &dyn Service, see: &mut dyn FnMut(&Seen<'_>)) {
    let few = hosts(FEW);
    let first = few.get(..1).unwrap_or_default();
    let disks: Vec<Host> = first.iter().flat_map(other_disks).collect();
    let largest = hosts(&[LARGEST]);
    let schema = service.schema();
    let own = Some(NAME);
    under(alone(service), &few, everything(schema), own, see);
    for words in words(schema.keys) {
        let stack = || around(service, &words, ALL_USERS);
        under(stack(), first, everything(schema), own, see);
        under(stack(), &disks, every_version(schema), own, see);
        under(stack(), &largest, newest(schema), own, see);
    }
    for keys in examples(schema.keys).chain(examples(SERVICE)) {
        let stack = around(service, &keys, 1);
        under(stack, first, one_at_a_time(schema), own, see);
    }
    for keys in with_switches(schema.keys) {
        let stack = around(service, &keys, 1);
        under(stack, first, newest(schema), own, see);
    }
    for keys in leasts(schema.keys) {
        let stack = around(service, &keys, 1);
        under(stack, first, newest(schema), None, see);
    }
}

fn under(
    stack: Option<Stack>,
    hosts: &[Host],
    all: Vec<(Version, Runtime)>,
    only: Option<&str>,
    see: &mut dyn FnMut(&Seen<'_>),
) {
    let Some(mut stack) = stack else {
        return;
    };
    for (version, runtime) in all {
        if let Some(spec) = stack.services.get_mut(NAME) {
            spec.version = Some(version);
        }
        stack.runtime = runtime;
        on_hosts(hosts, &mut stack, only, see);
    }
}

/// A version of each band, and every runtime.
fn everything(schema: &KindSchema) -> Vec<(Version, Runtime)> {
    let under = bands(schema).into_iter();
    under
        .flat_map(|version| RUNTIMES.iter().map(move |runtime| (version, *runtime)))
        .collect()
}

/// The same without combining them.
fn one_at_a_time(schema: &KindSchema) -> Vec<(Version, Runtime)> {
    let newest = newest(schema);
    let all = everything(schema).into_iter();
    let beside = |(version, runtime): &(Version, Runtime)| {
        newest
            .iter()
            .any(|(newest, first)| newest == version || first == runtime)
    };
    all.filter(beside).collect()
}

fn every_version(schema: &KindSchema) -> Vec<(Version, Runtime)> {
    let versions = bands(schema).into_iter();
    versions
        .map(|version| (version, Runtime::Systemd))
        .collect()
}

fn newest(schema: &KindSchema) -> Vec<(Version, Runtime)> {
    every_version(schema).pop().into_iter().collect()
}

/// The first version of each band; the oldest is anything before the others.
fn bands(schema: &KindSchema) -> Vec<Version> {
    let since = schema.versions.iter().map(|since| since.version);
    std::iter::once(Version::new(0, 0, 0))
        .chain(since)
        .collect()
}

fn hosts(names: &[&str]) -> Vec<Host> {
    let found = names.iter().map(|name| catalog::find(name));
    found.filter_map(Result::ok).collect()
}

/// The same host with every other disk.
fn other_disks(host: &Host) -> Vec<Host> {
    let others = DISKS.iter().filter(|(kind, network)| {
        let storage = host.storage;
        (*kind, *network) != (storage.kind, storage.network)
    });
    let with = |(kind, network): &(StorageKind, bool)| {
        let mut host = host.clone();
        host.storage.kind = *kind;
        host.storage.network = *network;
        host
    };
    others.map(with).collect()
}

fn disk(host: &Host) -> String {
    let place = if host.storage.network { "" } else { "local " };
    format!("{place}{}", host.storage.kind.name())
}

fn on_hosts(hosts: &[Host], stack: &mut Stack, only: Option<&str>, see: &mut dyn FnMut(&Seen<'_>)) {
    for host in hosts {
        if let Ok(plan) = plan(host, stack, Unfit::Overcommit) {
            look(&plan, stack, only, see);
        }
    }
}

/// Shows the settings of one plan.
fn look(plan: &Plan, stack: &Stack, only: Option<&str>, see: &mut dyn FnMut(&Seen<'_>)) {
    let looked_at = plan
        .services
        .iter()
        .filter(|planned| only.is_none_or(|only| only == planned.name));
    for planned in looked_at {
        of_service(plan, stack, planned, see);
    }
    if let Some(system) = &plan.system {
        let point = Point {
            memory: plan.host.usable_memory(),
            ..Point::default()
        };
        see(&Seen {
            point,
            settings: &system.settings,
            spec: None,
            services: &plan.services,
        });
    }
}

fn of_service(plan: &Plan, stack: &Stack, planned: &Planned, see: &mut dyn FnMut(&Seen<'_>)) {
    let (Some(spec), Some(service), Some(settled)) = (
        stack.services.get(&planned.name),
        services::find(planned.kind),
        &planned.settled,
    ) else {
        return;
    };
    let schema = service.schema();
    let layout = stack.layout.unwrap_or(plan.host.layout);
    let version = spec.version.unwrap_or(service.default_version(layout));
    let not_above = |since: &&Since| since.version <= version;
    let stated = spec.options.keys().chain(spec.spots.keys()).copied();
    let words = words_in(schema, spec);
    let point = Point {
        kind: Some(planned.kind),
        host: plan.host.name.clone(),
        runtime: plan.runtime.name(),
        band: schema.versions.iter().filter(not_above).count(),
        disk: disk(&plan.host),
        stated: stated
            .filter(|key| !LEFT_OUT.contains(key) && !words.contains_key(key))
            .collect(),
        words,
        memory: Bytes::ZERO,
    };
    see(&Seen {
        point,
        settings: &settled.settings,
        spec: Some(spec),
        services: &plan.services,
    });
}

/// The words that hold: stated, or by default.
fn words_in(schema: &'static KindSchema, spec: &ServiceSpec) -> BTreeMap<&'static str, String> {
    let of_words = schema.keys.iter().filter(|key| !words_of(key).is_empty());
    let word = |key: &'static KeySpec| match spec.options.get(key.name) {
        Some((_, OptionValue::Choice(word))) => (*word).to_owned(),
        Some((_, OptionValue::Flag(yes))) => yes.to_string(),
        _ => {
            let default = key.default.unwrap_or_default();
            if words_of(key).iter().any(|word| word == default) {
                default.trim_matches('"').to_owned()
            } else {
                "left out".to_owned()
            }
        }
    };
    of_words.map(|key| (key.name, word(key))).collect()
}

impl Seen<'_> {
    /// Its formula; of a word, what the stack put into it by its keys.
    pub(crate) fn formula(&self, setting: &Setting) -> String {
        let Some(spec) = self.spec.filter(|_| setting.expression().is_none()) else {
            return self.of_any(setting);
        };
        let is_stated = |(_, (_, value)): &(&&str, &(Spot, OptionValue))| matches!(value, OptionValue::Text(text) if *text == setting.text);
        if let Some((key, _)) = spec.options.iter().find(is_stated) {
            return (*key).to_owned();
        }
        let text = setting.text.replace(&spec.name, NAME);
        match spec.port {
            Some(port) => text.replace(&format!(":{port}"), ":PORT"),
            None => text,
        }
    }
    /// A formula without the names of this stack: a term that each of several
    /// services has stands once.
    fn of_any(&self, setting: &Setting) -> String {
        let mut text = setting.formula();
        let inputs = setting.expression().map(Formula::inputs);
        for input in inputs.unwrap_or_default() {
            let Some((what, name)) = input.name.rsplit_once(" of ") else {
                continue;
            };
            if self.services.iter().any(|planned| planned.name == name) {
                let term = format!("{what} of {NAME}");
                text = text.replacen(&input.name, &term, 1);
                text = text.replace(&format!(" - {term} - {term}"), &format!(" - {term}"));
            }
        }
        text
    }
}
