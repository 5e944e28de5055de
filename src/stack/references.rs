//! What services say of each other: that the named ones are there, and an
//! order in which each comes after what it refers to.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{ServiceSpec, Stack};
use crate::input::{Problem, Problems, nearest};

/// Every service that one refers to: what it uses and the names in its
/// reference keys. `host:port` is no name.
fn targets(spec: &ServiceSpec) -> impl Iterator<Item = &str> {
    spec.uses
        .iter()
        .chain(&spec.references)
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.contains(':'))
}

/// Reports names that are not there and circles.
pub(super) fn check(stack: &Stack, problems: &RefCell<Problems>) {
    for spec in stack.services.values() {
        for name in targets(spec) {
            if stack.services.contains_key(name) {
                continue;
            }
            let written = spec
                .uses
                .iter()
                .chain(&spec.references)
                .find(|(used, _)| used == name);
            let spot = written.map_or(&spec.spot, |(_, spot)| spot);
            let near = nearest(name, stack.services.keys().map(String::as_str));
            let all = || {
                stack
                    .services
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let help = if near.is_empty() {
                format!("the stack has {}", all())
            } else {
                format!("did you mean {}?", near.join(" or "))
            };
            let message = format!(
                "service '{}' refers to '{}', which is not in the stack",
                spec.name,
                name.escape_default()
            );
            problems
                .borrow_mut()
                .push(Problem::at(spot, message).help(help));
        }
    }
    if problems.borrow().0.is_empty()
        && let Err(circle) = order(stack)
        && let Some(spec) = circle.first().and_then(|name| stack.services.get(name))
    {
        let message = format!(
            "services use each other in a circle: {}",
            circle.join(" -> ")
        );
        problems.borrow_mut().push(Problem::at(&spec.spot, message));
    }
}

/// The names of all services, each after those that it refers to; on a circle,
/// the circle.
pub fn order(stack: &Stack) -> Result<Vec<&str>, Vec<String>> {
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    let mut behind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, spec) in &stack.services {
        let mut named: Vec<&str> = targets(spec).collect();
        named.sort_unstable();
        named.dedup();
        waiting.insert(name, named.len());
        for target in named {
            behind.entry(target).or_default().push(name);
        }
    }
    let mut ready: std::collections::BTreeSet<&str> = waiting
        .iter()
        .filter(|(_, n)| **n == 0)
        .map(|(name, _)| *name)
        .collect();
    let mut sorted = Vec::new();
    while let Some(name) = ready.pop_first() {
        sorted.push(name);
        for next in behind.get(name).into_iter().flatten() {
            if let Some(left) = waiting.get_mut(next) {
                *left -= 1;
                if *left == 0 {
                    ready.insert(next);
                }
            }
        }
    }
    if sorted.len() == stack.services.len() {
        Ok(sorted)
    } else {
        Err(circle(stack, &sorted))
    }
}

/// One circle among the services that could not be sorted.
fn circle(stack: &Stack, sorted: &[&str]) -> Vec<String> {
    let left_over = |name: &str| !sorted.contains(&name);
    let mut path: Vec<String> = Vec::new();
    let mut at = stack
        .services
        .keys()
        .map(String::as_str)
        .find(|name| left_over(name));
    while let Some(name) = at {
        if let Some(start) = path.iter().position(|seen| seen == name) {
            let mut found = path.split_off(start);
            found.push(name.to_owned());
            return found;
        }
        path.push(name.to_owned());
        at = stack
            .services
            .get(name)
            .and_then(|spec| targets(spec).find(|next| left_over(next)));
    }
    path
}
