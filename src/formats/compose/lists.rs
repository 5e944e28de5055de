//! Lists of several compose files as one: which item of a later file takes the
//! place of an earlier one's, and what number each has then.
//!
//! Source: compose-spec 13-merge, "Unique resources", "Shell commands";
//! compose-go override/uncity.go.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Statement;
use super::merge::{Merged, Path, parts};

/// Lists of which the last file's takes the place of all others'.
/// Source: compose-spec 13-merge, "Shell commands".
const COMMANDS: &[&str] = &["command", "entrypoint", "test"];

/// Lists that have each item once: the last that says it counts.
/// Source: compose-spec 13-merge, "Unique resources"; compose-go
/// override/uncity.go; docker-compose 1.29 config.py, `merge_service_dicts`.
const UNIQUE: &[&str] = &[
    "volumes",
    "devices",
    "ports",
    "expose",
    "secrets",
    "configs",
    "cap_add",
    "cap_drop",
    "dns",
    "dns_opt",
    "dns_search",
    "env_file",
    "tmpfs",
    "extra_hosts",
    "links",
    "external_links",
    "profiles",
    "security_opt",
    "device_cgroup_rules",
    "volumes_from",
    "networks",
    "depends_on",
    "aliases",
    "link_local_ips",
    "tags",
    "constraints",
];

/// What an item says: what follows its number, and the value.
type Parts = Vec<(Path, String)>;

/// The lists of one file.
#[derive(Default)]
pub(super) struct Lists {
    items: BTreeMap<Path, BTreeMap<usize, Parts>>,
    /// The numbers that items have among all.
    numbers: BTreeMap<(Path, usize), usize>,
    /// Items that take the place of what was said before.
    replaces: BTreeSet<(Path, usize)>,
}

/// A list, the number of an item and what follows it.
fn numbered(at: &[String]) -> Option<(Path, usize, Path)> {
    let n = at.iter().position(|part| part.starts_with('['))?;
    let number = at.get(n)?.trim_matches(['[', ']']).parse().ok()?;
    let tail = at.get(n + 1..).unwrap_or_default();
    Some((at.get(..n)?.to_vec(), number, tail.to_vec()))
}

impl Lists {
    pub(super) fn of(statements: &[Statement]) -> Self {
        let mut lists = Self::default();
        for statement in statements {
            let mut at = statement.within.clone();
            at.push(statement.key.clone());
            if let Some((list, number, tail)) = numbered(&parts(&at)) {
                let items = lists.items.entry(list).or_default();
                let value = statement.value.to_string();
                items.entry(number).or_default().push((tail, value));
            }
        }
        lists
    }

    /// Where a statement is, among those of all files; what it replaces loses
    /// to the occurrence that comes next.
    pub(super) fn renumbered(&mut self, merged: &mut Merged, at: &[String]) -> Path {
        let at = parts(at);
        let Some((list, number, tail)) = numbered(&at) else {
            return at;
        };
        if let Some(items) = self.items.remove(&list) {
            self.number(merged, &list, &items);
        }
        let own = (list, number);
        let number = self.numbers.get(&own).copied().unwrap_or(number);
        let mut path = own.0.clone();
        path.push(format!("[{number}]"));
        if self.replaces.remove(&own) {
            let next = merged.reading.occurrences.len();
            let below = merged.take_below(&path);
            merged.lose(below, next);
        }
        path.extend(tail);
        path
    }

    fn number(&mut self, merged: &mut Merged, list: &Path, items: &BTreeMap<usize, Parts>) {
        let next = merged.reading.occurrences.len();
        if is_command(list) {
            let below = merged.take_below(list);
            merged.lose(below, next);
        }
        let mut there = BTreeMap::new();
        let mut free = 0;
        for (number, parts) in existing(merged, list) {
            free = free.max(number + 1);
            there.insert(identity(list, &parts), number);
        }
        for (own, parts) in items {
            let own = (list.clone(), *own);
            let known = there
                .get(&identity(list, parts))
                .filter(|_| is_unique(list));
            let number = known.copied().unwrap_or(free);
            if number == free {
                there.insert(identity(list, parts), free);
                free += 1;
            } else {
                self.replaces.insert(own.clone());
            }
            self.numbers.insert(own, number);
        }
    }
}

/// The items that hold so far.
fn existing(merged: &Merged, list: &Path) -> BTreeMap<usize, Parts> {
    let mut items: BTreeMap<usize, Parts> = BTreeMap::new();
    let from = merged.holds.range(list.clone()..);
    for (path, n) in from.take_while(|(path, _)| path.starts_with(list)) {
        let value = merged
            .reading
            .occurrences
            .get(*n)
            .map(|one| one.value.to_string());
        if let Some((_, number, tail)) = numbered(path).filter(|(at, ..)| at == list) {
            let parts = items.entry(number).or_default();
            parts.push((tail, value.unwrap_or_default()));
        }
    }
    items
}

/// Whether a list has each of its items once.
fn is_unique(list: &Path) -> bool {
    list.last()
        .is_some_and(|name| UNIQUE.contains(&name.as_str()))
        && !is_command(list)
}

fn is_command(list: &Path) -> bool {
    let name = list.last().map_or("", String::as_str);
    list.len() >= 3
        && list.first().is_some_and(|first| first == "services")
        && COMMANDS.contains(&name)
}

/// What tells an item from others: of those with the same the last one counts.
fn identity(list: &Path, parts: &Parts) -> String {
    let part = |name: &str| {
        let mut parts = parts.iter();
        let found = parts.find(|(tail, _)| tail.first().is_some_and(|first| first == name));
        found.map(|(_, value)| value.clone())
    };
    let name = list.last().map_or("", String::as_str);
    match (name, parts.as_slice()) {
        ("volumes" | "devices", [(tail, value)]) if tail.is_empty() => {
            value.split(':').nth(1).unwrap_or(value).to_owned()
        }
        ("extra_hosts", [(tail, value)]) if tail.is_empty() => {
            value.split([':', '=']).next().unwrap_or(value).to_owned()
        }
        ("ports", [(tail, value)]) if tail.is_empty() => {
            value.strip_suffix("/tcp").unwrap_or(value).to_owned()
        }
        (_, [(tail, value)]) if tail.is_empty() => value.clone(),
        ("volumes", _) => part("target").unwrap_or_default(),
        ("secrets" | "configs", _) => part("source").unwrap_or_default(),
        _ => {
            let all = parts
                .iter()
                .map(|(tail, value)| format!("{}={value}", tail.join(".")));
            let mut all: Vec<String> = all.collect();
            all.sort();
            all.join("\n")
        }
    }
}
