//! Reading on past a mistake: what could not be read of a service, and what
//! then must not be concluded from what is planned without it.

use std::collections::BTreeSet;

use super::{KindSchema, ServiceSpec, Stack};
use crate::input::{KeyType, Problem, Spot, Tree};

/// The kind of a service whose kind is not known.
pub(super) static NO_KIND: KindSchema = KindSchema {
    kind: "",
    about: "",
    keys: &[],
    versions: &[],
};

/// Notes the keys of a service that its problems stand at.
pub(super) fn note_unread(
    spec: &mut ServiceSpec,
    table: &Tree,
    kind: &'static KindSchema,
    problems: Option<&[Problem]>,
) {
    let spots = problems.unwrap_or_default().iter();
    let spots: Vec<&Spot> = spots.filter_map(|problem| problem.spot.as_ref()).collect();
    if spots.is_empty() {
        return;
    }
    let is_wrong = |spot: &Spot| spots.iter().any(|wrong| spot.contains(wrong));
    let unread = table.iter().filter(|(_, (_, node))| is_wrong(&node.spot));
    spec.unread.keys = unread.map(|(key, _)| key.clone()).collect();
    let decides = |takes: &KeyType| {
        !matches!(
            takes,
            KeyType::Text
                | KeyType::List
                | KeyType::References
                | KeyType::Map
                | KeyType::ReferenceMap
        )
    };
    let own = kind.keys.iter().filter(|key| decides(&key.takes));
    let mut deciding = own.map(|key| key.name).chain(["external"]);
    spec.unread.decisive = deciding.any(|key| spec.unread.keys.contains(key));
}

/// Takes away what a service says of others that are not there, or not known:
/// what it is planned to be without them is in doubt.
pub(super) fn forget(
    stack: &mut Stack,
    names: &BTreeSet<String>,
    of_unknown_kind: &BTreeSet<String>,
) {
    for spec in stack.services.values_mut() {
        let before = spec.uses.len() + spec.references.len();
        spec.uses.retain(|(name, _)| !names.contains(name));
        spec.references.retain(|(name, _)| !names.contains(name));
        let lost = before != spec.uses.len() + spec.references.len();
        let mut targets = spec.uses.iter().chain(&spec.references);
        spec.unread.decisive |= lost || targets.any(|(name, _)| of_unknown_kind.contains(name));
    }
}
