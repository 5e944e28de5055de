//! What must hold for whatever a person wrote: a stack, a host profile and
//! `--set`s, read and planned past every mistake. The fuzz target and a test
//! run it; it panics where something does not hold.

use std::sync::Arc;

use anstyle::Style;
use hosttune::host::{self, Host};
use hosttune::input::{Node, Problem, Problems, Source, Spot};
use hosttune::plan::{self, Unfit};
use hosttune::report::problem::{Roles, draw, json, line};
use hosttune::stack::{self, Reading};
use hosttune::{catalog, render, services};

/// Divides an input into its parts.
const BETWEEN: &str = "\n----\n";
/// The narrowest terminal.
const WIDTH: usize = 40;

const PLAIN: Roles = Roles {
    error: Style::new(),
    help: Style::new(),
    faint: Style::new(),
    message: Style::new(),
};

/// Parts: the stack, the profile, a `--set` a line, the stack that others extend.
pub(crate) fn check(text: &str) {
    let mut parts = text.split(BETWEEN);
    let mut part = || parts.next().unwrap_or_default();
    let (stack, profile, sets, base) = (part(), part(), part(), part());
    let (reading, mut problems) = read(stack, sets, base);
    let again = read(stack, sets, base);
    let told = format!("{reading:?}{problems:?}");
    assert_eq!(
        told,
        format!("{again:?}", again = again.0) + &format!("{:?}", again.1)
    );
    let host = match host_of(profile) {
        Ok(host) => host,
        Err(found) => {
            sound(&found);
            catalog::find("t3.small").expect("it is in the catalogue")
        }
    };
    let host = match &reading.stack.host {
        Some((spot, tree)) => host::from_tree(tree, &host.name, spot, Some(&host)),
        None => Ok(host),
    };
    problems.extend(reading.problems.clone());
    sound(&problems);
    match host {
        Ok(host) => planned(&host, &reading, problems.0.is_empty()),
        Err(found) => sound(&found),
    }
}

fn read(stack: &str, sets: &str, base: &str) -> (Reading, Problems) {
    let source = Source::new("fuzz.toml", stack);
    let below = Source::new("base.toml", base);
    let loader = |name: &str, spot: &Spot| match name {
        "base.toml" => Ok(Arc::clone(&below)),
        "fuzz.toml" => Ok(Arc::clone(&source)),
        _ => Err(Problem::at(spot, "no such file").help("there are two")),
    };
    let mut gathered = stack::gather(&source, &loader);
    for set in sets.lines().filter(|line| !line.is_empty()) {
        match stack::set(set, None) {
            Ok(tree) => stack::lay_over(&mut gathered.tree, tree),
            Err(found) => gathered.problems.extend(found),
        }
    }
    let at = Spot::new(&source, 0..0);
    let (tree, whole) = (&gathered.tree, gathered.whole);
    let reading = stack::read("fuzz", &at, tree, whole, &services::schemas());
    (reading, gathered.problems)
}

fn host_of(profile: &str) -> Result<Host, Problems> {
    let source = Source::new("host.toml", profile);
    let tree = Node::parse(&source)?;
    host::from_tree(&tree, "fuzz", &Spot::new(&source, 0..0), None)
}

fn planned(host: &Host, reading: &Reading, is_sound: bool) {
    let mistakes = plan::mistakes(host, &reading.stack);
    sound(&mistakes);
    if !is_sound {
        return;
    }
    match plan::plan(host, &reading.stack, Unfit::Overcommit) {
        Ok(plan) => {
            assert!(mistakes.0.is_empty(), "a plan in spite of {mistakes}");
            // A value that a format cannot express is refused; nothing else is.
            let _ = render::artefacts(&plan);
        }
        Err(found) => sound(&found),
    }
}

/// Every problem says where, what and what to do, and can be shown.
fn sound(problems: &Problems) {
    let sorted = problems.clone().or(()).err().unwrap_or_default();
    for problem in &sorted.0 {
        assert!(!problem.message.is_empty());
        assert!(problem.help.is_some(), "no help: {problem}");
        let others = problem.others.iter().map(|(spot, _)| spot);
        for spot in problem.spot.iter().chain(others) {
            let text = &spot.source.text;
            assert!(
                text.get(spot.start..spot.end).is_some(),
                "outside: {problem}"
            );
        }
        for line in draw(problem, &PLAIN, WIDTH).lines() {
            assert!(
                line.chars().count() <= WIDTH || line.contains("://"),
                "wide: {line}"
            );
            assert!(!line.chars().any(char::is_control), "{line:?}");
        }
        assert_eq!(line(problem).lines().count(), 1);
    }
    assert!(json(&sorted.0).is_ok());
}
