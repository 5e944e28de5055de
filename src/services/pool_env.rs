//! How an application learns how many connections each of its processes may
//! open: environment variables, under the names that the stack gives.

use std::collections::BTreeMap;

use super::{Given, Grant};
use crate::setting::{Activation, Key, Pins, Rule, Sheet};
use crate::stack::PoolEnv;

/// Source: docs/measurements.md, "load" (first finding: a third more requests at two thirds of their p99).
const LOAD: &str = "docs/measurements.md#load";

/// The row that documents the pool's size, whatever the stack calls it.
const SIZE: &str = "DB_POOL_SIZE";
/// The row of what goes beyond.
const OVERFLOW: &str = "DB_MAX_OVERFLOW";

/// The pool's size under the name that the stack gives.
pub(super) fn size_key(names: &PoolEnv) -> Key {
    Key::under(SIZE, names.size.clone())
}

/// What goes beyond, under the name that the stack gives.
pub(super) fn overflow_key(name: &str) -> Key {
    Key::under(OVERFLOW, name.to_owned())
}

/// The grant that binds: an application reads one pair of variables, so the
/// tightest of several holds for all of them.
pub(super) fn tightest<'a>(given: &'a Given<'_>) -> Option<&'a Grant> {
    given
        .grants
        .iter()
        .min_by_key(|grant| (total(grant), grant.each))
}

/// All that one process may have open.
pub(super) fn total(grant: &Grant) -> u64 {
    grant.each.saturating_add(grant.overflow)
}

/// Writes the pool of one process as settings, and gives them as environment.
pub(super) fn tell(
    given: &Given<'_>,
    sheet: &mut Sheet<'_>,
    pins: &Pins<'_>,
    activation: Activation,
) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    let Some(grant) = tightest(given) else {
        return environment;
    };
    let names = &given.scene.spec.pool_env;
    let rule = |because| Rule {
        source: LOAD,
        activation,
        because,
    };
    let because = if grant.pinned {
        "the stack states it"
    } else {
        "its part of what the database serves well, for each process"
    };
    let each = sheet.count(size_key(names), &grant.formula, rule(because));
    refuse_more(pins, &names.size, each.whole(), grant.each);
    environment.insert(names.size.clone(), each.whole().to_string());
    if let Some(name) = &names.overflow {
        let because = if grant.overflow == 0 {
            "none beyond: the sum of all pools must hold"
        } else {
            "the stack states it"
        };
        let beyond = sheet.count(overflow_key(name), &grant.beyond(), rule(because));
        refuse_more(pins, name, beyond.whole(), grant.overflow);
        environment.insert(name.clone(), beyond.whole().to_string());
    }
    environment
}

/// A pin beyond the grant would open connections that nobody counted.
fn refuse_more(pins: &Pins<'_>, key: &str, value: u64, granted: u64) {
    if value > granted {
        let message = format!("{key} = {value} is more than the {granted} that were given to it");
        let help = "state pool_size and max_overflow instead: the plan divides by them";
        pins.reject(key, &message, help);
    }
}
