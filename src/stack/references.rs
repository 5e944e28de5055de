//! What services say of each other: that the named ones are there, and an
//! order in which each comes after what it refers to.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::legal::is_address;
use super::{KindSchema, ServiceSpec, Stack, recover};
use crate::input::{Problem, Problems};

/// Every service that one refers to: what it uses and the names in its
/// reference keys. `host:port` is no name.
fn targets(spec: &ServiceSpec) -> impl Iterator<Item = &str> {
    spec.uses
        .iter()
        .chain(&spec.references)
        .map(|(name, _)| name.as_str())
        .filter(|name| !name.contains(':'))
}

/// Reports names that are not there, and circles; then takes both away.
pub(super) fn check(
    stack: &mut Stack,
    whole: bool,
    kinds: &[&'static KindSchema],
    problems: &RefCell<Problems>,
) {
    let absent = absent(stack, whole, problems);
    let is_known = |spec: &ServiceSpec| kinds.iter().any(|schema| schema.kind == spec.kind);
    let unknown = stack.services.values().filter(|spec| !is_known(spec));
    let unknown: BTreeSet<String> = unknown.map(|spec| spec.name.clone()).collect();
    if !absent.is_empty() || !unknown.is_empty() {
        recover::forget(stack, &absent, &unknown);
    }
    while let Err(circle) = order(stack) {
        problems.borrow_mut().push(in_a_circle(stack, &circle));
        let members: BTreeSet<String> = circle.into_iter().collect();
        recover::forget(stack, &members, &unknown);
    }
}

/// The names that services refer to and that are not there; each is a mistake
/// where nothing of the stack is missing.
fn absent(stack: &Stack, whole: bool, problems: &RefCell<Problems>) -> BTreeSet<String> {
    let mut absent = BTreeSet::new();
    for spec in stack.services.values() {
        for (name, spot) in spec.uses.iter().chain(&spec.references) {
            if is_address(name) || stack.services.contains_key(name) {
                continue;
            }
            absent.insert(name.clone());
            if name.contains(':') {
                let message = format!("'{}' is no host and port", name.escape_default());
                let problem = Problem::at(spot, message).label("no address");
                problems.borrow_mut().push(problem.help(as_address(name)));
                continue;
            }
            if !whole {
                continue;
            }
            let message = format!(
                "service '{}' refers to '{}', which is not in the stack",
                spec.name,
                name.escape_default()
            );
            let known = || stack.services.keys().map(String::as_str);
            let problem = Problem::at(spot, message).label("no such service");
            let all = || format!("the stack has {}", known().collect::<Vec<_>>().join(", "));
            problems
                .borrow_mut()
                .push(problem.nearest(name, known(), all));
        }
    }
    absent
}

/// How an address is written: without the protocol and the path of a URL.
fn as_address(text: &str) -> String {
    let rest = text.split_once("://").map(|(_, rest)| rest);
    let own = rest.and_then(|rest| rest.split('/').next());
    match own.filter(|own| is_address(own)) {
        Some(own) => format!("without the protocol: \"{own}\""),
        None => "as in \"10.0.0.7:8080\", or the name of a service".to_owned(),
    }
}

/// The circle, told at its first service, with each step of it.
fn in_a_circle(stack: &Stack, circle: &[String]) -> Problem {
    let message = format!(
        "services use each other in a circle: {}",
        circle.join(" -> ")
    );
    let steps = circle.iter().zip(circle.iter().skip(1));
    let mut spots = steps.filter_map(|(from, to)| {
        let spec = stack.services.get(from)?;
        let mut named = spec.uses.iter().chain(&spec.references);
        Some((&named.find(|(name, _)| name == to)?.1, from, to))
    });
    let problem = match spots.next() {
        Some((spot, ..)) => Problem::at(spot, message).label("begins the circle"),
        None => Problem::new(message),
    };
    let problem = problem.help("take one of these names out");
    spots.fold(problem, |problem, (spot, from, to)| {
        problem.also(spot, format!("'{from}' needs '{to}'"))
    })
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
impl Stack {
    /// A service, and all that it refers to, directly or through others.
    pub fn within_reach(&self, service: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![service];
        while let Some(name) = next.pop() {
            let Some((name, spec)) = self.services.get_key_value(name) else {
                continue;
            };
            if reached.insert(name.as_str()) {
                let named = spec.uses.iter().chain(&spec.references);
                next.extend(named.map(|(name, _)| name.as_str()));
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_answered_with_its_address() {
        assert!(!is_address("http://localhost:3000"));
        let help = as_address("http://localhost:3000/api");
        assert_eq!(help, "without the protocol: \"localhost:3000\"");
        assert!(as_address("localhost:").starts_with("as in"));
    }
}
