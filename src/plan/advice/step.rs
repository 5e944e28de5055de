//! One thing that advice changes, as a change of host and stack and as the
//! lines that a person would write for it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::catalog;
use crate::host::{self, Host};
use crate::services;
use crate::stack::Stack;
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

/// The lines for a tune.toml: keys of the whole stack first.
pub(super) fn toml(stack: &Stack, steps: &[Step]) -> String {
    let mut out = String::new();
    let mut dropped = stack.dropped.clone();
    let mut shrunk: BTreeMap<&str, (&str, Bytes)> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Upgrade(host) => {
                let _ = writeln!(out, "profile = \"{}\"", host.name);
            }
            Step::Drop(service) => dropped.push(service.clone()),
            Step::Shrink { service, to } => {
                let spec = stack.services.get(service);
                let pinned = spec.is_some_and(|spec| spec.memory.is_some());
                let key = if pinned { "memory" } else { "want" };
                shrunk.insert(service, (key, *to));
            }
        }
    }
    if dropped.len() > stack.dropped.len() {
        let names: Vec<String> = dropped.iter().map(|name| format!("\"{name}\"")).collect();
        let _ = writeln!(out, "drop = [{}]", names.join(", "));
    }
    for (service, (key, to)) in shrunk {
        let break_above = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(
            out,
            "{break_above}[services.{service}]\n{key} = \"{}\"",
            to.exact()
        );
    }
    out
}
