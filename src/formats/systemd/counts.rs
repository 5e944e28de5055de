//! Which statements of a unit and its drop-ins count.

use std::collections::BTreeMap;

use super::super::{Occurrence, Reading, Standing};
use super::keys::{Gathers, gathers};

/// Sets two others.
/// Source: systemd.service(5), `TimeoutSec`.
const BOTH: (&str, &[&str]) = ("TimeoutSec", &["TimeoutStartSec", "TimeoutStopSec"]);

/// A section, and the name of a key, of a variable or of a family.
type Key = (Vec<String>, String);

/// Lists gather until an empty value, all else is as its last line says.
pub(super) fn decide(reading: &mut Reading) {
    let mut lists: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    let mut latest: BTreeMap<Key, usize> = BTreeMap::new();
    for n in 0..reading.occurrences.len() {
        let Some(one) = reading.occurrences.get(n) else {
            return;
        };
        if one.standing == Standing::PassedOver {
            continue;
        }
        let at = |key: &str| (one.within.clone(), key.to_owned());
        let (name, variable) = one.key.split_once(' ').unwrap_or((&one.key, ""));
        let family = match gathers(name) {
            Gathers::Not => None,
            Gathers::Dependency => continue,
            Gathers::List => Some(name),
            Gathers::Family(shared) => Some(shared),
        };
        let beaten: Vec<usize> = match family {
            None => {
                let keys = std::iter::once(name).chain(others(name).iter().copied());
                let set = keys.filter_map(|key| Some((key, latest.insert(at(key), n)?)));
                let set = set.filter(|(key, it)| is_of(reading, *it, key));
                set.map(|(_, it)| it).collect()
            }
            Some(shared) => {
                let gathered = lists.entry(at(shared)).or_default();
                let empties = one.value.is_empty() && variable.is_empty();
                let mut beaten = Vec::new();
                if empties || gathered.last().is_some_and(|it| is_empty(reading, *it)) {
                    beaten.append(gathered);
                }
                if !variable.is_empty() {
                    beaten.extend(latest.insert(at(&one.key), n));
                }
                gathered.push(n);
                beaten
            }
        };
        for it in beaten {
            lose(reading, it, n);
        }
    }
}

fn lose(reading: &mut Reading, n: usize, to: usize) {
    if let Some(one) = reading.occurrences.get_mut(n)
        && one.standing == Standing::Holds
    {
        one.standing = Standing::Lost(to);
    }
}

/// What holds for a key by another key's name.
pub(super) fn of_another(occurrences: &[Occurrence], key: &str) -> Option<usize> {
    if !BOTH.1.contains(&key) {
        return None;
    }
    let holds = |one: &Occurrence| one.standing == Standing::Holds && one.key == BOTH.0;
    occurrences.iter().rposition(holds)
}

fn others(name: &str) -> &'static [&'static str] {
    if name == BOTH.0 { BOTH.1 } else { &[] }
}

fn is_of(reading: &Reading, n: usize, key: &str) -> bool {
    let one = reading.occurrences.get(n);
    one.is_some_and(|one| one.key == key)
}

/// Whether it took away what was gathered before it.
fn is_empty(reading: &Reading, n: usize) -> bool {
    let one = reading.occurrences.get(n);
    one.is_some_and(|one| one.value.is_empty() && !one.key.contains(' '))
}
