//! One thing that advice changes, as a change of host and stack and as the
//! lines that a person would write for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog;
use crate::host::{self, Host};
use crate::services;
use crate::stack::{self, Stack};
use crate::units::Bytes;

/// One change.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A service is to have less, each replica.
    Shrink { service: String, to: Bytes },
    /// A service is left out.
    Drop(String),
    /// Another host.
    Upgrade(Box<Host>),
}

impl Step {
    /// Whom it concerns.
    pub(super) fn service(&self) -> Option<String> {
        match self {
            Self::Shrink { service, .. } | Self::Drop(service) => Some(service.clone()),
            Self::Upgrade(_) => None,
        }
    }

    /// The host that it takes.
    pub(super) fn profile(&self) -> Option<String> {
        match self {
            Self::Upgrade(host) => Some(host.name.clone()),
            Self::Shrink { .. } | Self::Drop(_) => None,
        }
    }
}

/// A host of the catalogue as this stack would see it, with what it overrules.
pub(super) fn host_of(name: &str, stack: &Stack) -> Option<Host> {
    let host = catalog::find(name).ok()?;
    match &stack.host {
        None => Some(host),
        Some((spot, tree)) => host::from_tree(tree, name, spot, Some(&host)).ok(),
    }
}

/// The host and the stack after some steps.
pub(super) fn follow(host: &Host, stack: &Stack, steps: &[Step]) -> (Host, Stack) {
    let dropped: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Drop(service) => Some(service.clone()),
            _ => None,
        })
        .collect();
    let mut stack = stack.without(&dropped, &services::schemas());
    let mut host = host.clone();
    for step in steps {
        match step {
            Step::Drop(_) => {}
            Step::Upgrade(other) => host = (**other).clone(),
            Step::Shrink { service, to } => {
                if let Some(spec) = stack.services.get_mut(service) {
                    let stated = if spec.memory.is_some() {
                        &mut spec.memory
                    } else {
                        &mut spec.want
                    };
                    *stated = Some(*to);
                }
            }
        }
    }
    (host, stack)
}

/// A whole file that lays the steps over the stack: a bundled one or a file is
/// extended, so that nothing that is there is written twice.
pub(super) fn toml(host: &Host, stack: &Stack, steps: &[Step]) -> String {
    let mut out = String::new();
    if let Some(extended) = extended(stack) {
        let _ = writeln!(out, "extends = {}", quoted(&extended));
    }
    let taken = steps.iter().find_map(Step::profile);
    let named = catalog::find(&host.name).is_ok().then(|| host.name.clone());
    if let Some(profile) = taken.or(named) {
        let _ = writeln!(out, "profile = {}", quoted(&profile));
    }
    let mut dropped = stack.dropped.clone();
    dropped.extend(steps.iter().filter_map(|step| match step {
        Step::Drop(service) => Some(service.clone()),
        _ => None,
    }));
    if dropped.len() > stack.dropped.len() {
        let listed: Vec<String> = dropped.iter().map(|name| quoted(name)).collect();
        let _ = writeln!(out, "drop = [{}]", listed.join(", "));
    }
    for (service, to) in shrunk(steps) {
        let spec = stack.services.get(service);
        let pinned = spec.is_some_and(|spec| spec.memory.is_some());
        let key = if pinned { "memory" } else { "want" };
        let _ = writeln!(out, "\n[services.{service}]\n{key} = \"{}\"", to.exact());
    }
    out
}

fn shrunk(steps: &[Step]) -> BTreeMap<&str, Bytes> {
    let shrunk = steps.iter().filter_map(|step| match step {
        Step::Shrink { service, to } => Some((service.as_str(), *to)),
        _ => None,
    });
    shrunk.collect()
}

/// What a file beside this stack's extends: a bundled stack by its name, a file
/// by its own. What was found installed has neither.
fn extended(stack: &Stack) -> Option<String> {
    let name = &stack.spot.source.name;
    match name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
    {
        Some(name) => stack::bundled(name).map(|_| name.to_owned()),
        None => {
            let (_, file) = name.rsplit_once('/').unwrap_or(("", name));
            Some(format!("./{file}"))
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
