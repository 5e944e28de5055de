//! `drop`: services of a stack that are left out, and with them what others
//! say of them, so that a stack that extends another need not repeat it.

use std::collections::BTreeMap;

use super::{KindSchema, OptionValue, ServiceSpec, Stack};
use crate::input::{KeyType, Problem, Reader};

/// Takes the services out that `drop` names, and gives their names. Where a
/// part of the stack is missing, so may be what a name means.
pub(super) fn leave_out(
    reader: &Reader<'_>,
    services: &mut BTreeMap<String, ServiceSpec>,
    kinds: &[&'static KindSchema],
    whole: bool,
) -> Vec<String> {
    let named = reader.list("drop").unwrap_or_default();
    let mut dropped = Vec::new();
    for (name, spot) in named {
        if services.contains_key(&name) {
            dropped.push(name);
            continue;
        }
        if !whole {
            continue;
        }
        let message = format!(
            "drop names '{}', which is no service",
            name.escape_default()
        );
        let known = || services.keys().map(String::as_str);
        let all = || {
            format!(
                "the services are {}",
                known().collect::<Vec<_>>().join(", ")
            )
        };
        let problem = Problem::at(&spot, message).label("no such service");
        reader.report(problem.nearest(&name, known(), all));
    }
    forget_all(services, kinds, &dropped);
    dropped
}

impl Stack {
    /// The same stack without some of its services, as `drop` leaves them out.
    #[must_use]
    pub fn without(&self, names: &[String], kinds: &[&'static KindSchema]) -> Self {
        let mut stack = self.clone();
        let gone = names.iter().filter(|name| !self.dropped.contains(name));
        stack.dropped.extend(gone.cloned());
        forget_all(&mut stack.services, kinds, names);
        stack
    }
}

fn forget_all(
    services: &mut BTreeMap<String, ServiceSpec>,
    kinds: &[&'static KindSchema],
    dropped: &[String],
) {
    services.retain(|name, _| !dropped.contains(name));
    for spec in services.values_mut() {
        let kind = kinds.iter().find(|schema| schema.kind == spec.kind);
        forget(spec, kind.copied(), dropped);
    }
}

/// What a service says of others, without those that are gone.
fn forget(spec: &mut ServiceSpec, kind: Option<&KindSchema>, dropped: &[String]) {
    spec.uses.retain(|(name, _)| !dropped.contains(name));
    spec.references.retain(|(name, _)| !dropped.contains(name));
    for key in kind.map_or(&[][..], |kind| kind.keys) {
        match (&key.takes, spec.options.get_mut(key.name)) {
            (KeyType::References, Some((_, OptionValue::List(names)))) => {
                names.retain(|name| !dropped.contains(name));
            }
            (KeyType::ReferenceMap, Some((_, OptionValue::Map(map)))) => {
                map.retain(|name, _| !dropped.contains(name));
            }
            _ => {}
        }
    }
}
