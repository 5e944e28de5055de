//! Every reason evaluates to its value: the `why` of every setting of every
//! bundled stack, from the smallest host to the largest.
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test binary"
)]

mod evaluate;

use std::collections::BTreeSet;

use evaluate::{Exact, evaluate};
use hosttune::catalog;
use hosttune::input::{Node, Source, Spot};
use hosttune::plan::{Plan, Unfit, plan};
use hosttune::services;
use hosttune::setting::{Setting, Value};
use hosttune::stack::{self, BUNDLED, Stack};

const HOSTS: &[&str] = &[
    "t3.nano",
    "t3.micro",
    "t2.micro",
    "t3.small",
    "t3.medium",
    "t3.xlarge",
    "m6i.large",
    "c7g.4xlarge",
    "r6i.8xlarge",
    "fargate-512-1024",
    "fargate-4096-16384",
    "e2-standard-8",
    "u7in-24tb.224xlarge",
];

fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for (name, _) in BUNDLED {
        let source = stack::bundled(name).unwrap();
        let none = |name: &str, spot: &Spot| {
            Err(hosttune::input::Problem::at(
                spot,
                format!("no file {name}"),
            ))
        };
        let tree = stack::load(&source, &none).unwrap();
        let stack =
            stack::from_tree(name, &Spot::new(&source, 0..0), &tree, &services::schemas()).unwrap();
        for host in HOSTS {
            let host = catalog::find(host).unwrap();
            plans.push(plan(&host, &stack, Unfit::Overcommit).unwrap());
            plans.push(plan(&host, &pinned(&stack), Unfit::Overcommit).unwrap());
        }
    }
    plans
}

/// Settings that others are computed from, pinned beside what they would be.
const PINS: &[(&str, &str)] = &[
    (
        "postgresql",
        "shared_buffers = \"96MiB\"\nautovacuum_work_mem = \"12MiB\"",
    ),
    ("gunicorn", "timeout = 45\nmax_requests = 500"),
    ("celery", "worker_prefetch_multiplier = 1"),
    ("redis", "maxclients = 200"),
    ("nginx", "worker_connections = 300"),
    ("node", "max-old-space-size = \"128MiB\""),
    ("pgbouncer", "query_wait_timeout = 20"),
];

/// The same stack with these pins.
fn pinned(stack: &Stack) -> Stack {
    let mut stack = stack.clone();
    for spec in stack.services.values_mut() {
        let Some((_, text)) = PINS.iter().find(|(kind, _)| *kind == spec.kind) else {
            continue;
        };
        let pins = Node::parse(&Source::new("pins.toml", *text)).unwrap();
        spec.settings.extend(pins);
    }
    stack
}

fn settings(plan: &Plan) -> impl Iterator<Item = &Setting> {
    let services = plan
        .services
        .iter()
        .filter_map(|planned| planned.settled.as_ref());
    plan.system
        .iter()
        .chain(services)
        .flat_map(|settled| &settled.settings)
}

/// What stands before the reason in words.
fn expression(why: &str) -> &str {
    why.split_once(" because ")
        .map_or(why, |(expression, _)| expression)
}

/// The first value of a line, in bytes where it has a unit.
fn first_value(line: &str) -> Option<u64> {
    let word = line.split(' ').next()?;
    let end = word
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(word.len());
    let (digits, unit) = word.split_at(end);
    let shift = match unit {
        "" | "%" | "s" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        _ => return None,
    };
    digits.parse::<u64>().ok().map(|n| n << shift)
}

#[test]
fn every_why_evaluates_to_its_value() {
    let (mut counted, mut pinned) = (0, 0);
    for plan in plans() {
        for setting in settings(&plan) {
            let why = setting.why();
            let said = expression(&why);
            let whole =
                |exact: Exact| u64::try_from(exact.top.div_euclid(exact.bottom).max(0)).unwrap();
            let computed =
                || evaluate(said).unwrap_or_else(|| panic!("{}: no value in '{why}'", setting.key));
            let fits = match &setting.value {
                // A pin stands for itself, as the file spells it.
                _ if setting.pinned.is_some() => {
                    pinned += 1;
                    said == setting.text && setting.because() == "pinned in the stack"
                }
                Value::Size(bytes) => whole(computed()) == bytes.0,
                Value::Count(n) => whole(computed()) == *n,
                Value::Decimal(n) => {
                    let exact = computed();
                    exact.top * 1000 == i128::from(n.in_thousandths()) * exact.bottom
                }
                Value::Flag(_) | Value::Word(_) if said == setting.text => true,
                // A line of several values: the reason is that of the first.
                Value::Word(line) => evaluate(said).map(whole) == first_value(line),
                Value::Flag(_) => false,
            };
            let (host, stack) = (&plan.host.name, &plan.stack);
            assert!(
                fits,
                "{stack} on {host}: {} = {} but why is '{why}'",
                setting.key, setting.text
            );
            counted += 1;
        }
    }
    assert!(counted > 5000, "only {counted} settings were looked at");
    assert!(pinned > 100, "only {pinned} of them were pinned");
}

#[test]
fn every_setting_has_a_source_and_every_worst_case_its_terms() {
    for plan in plans() {
        for setting in settings(&plan) {
            let known =
                setting.source.starts_with("https://") || setting.source.starts_with("docs/");
            assert!(known, "{}: source '{}'", setting.key, setting.source);
        }
        for planned in plan.services.iter().filter(|planned| !planned.external) {
            assert!(
                !planned.settled.as_ref().unwrap().worst.terms().is_empty(),
                "{}",
                planned.name
            );
        }
    }
}

/// What a person states: a setting that is one of these is explained by its name.
const STATED: &[&str] = &[
    "connections",
    "max_body",
    "port",
    "stated pool",
    "task_seconds",
    "timeout",
];

/// A formula that is one named number says that it is itself. A constant of the
/// code has no name; what has one was computed, and its terms are owed, unless
/// somebody stated it, or it is another setting, which has a why of its own.
#[test]
fn nothing_derived_is_explained_by_its_own_name() {
    let mut alone = BTreeSet::new();
    for plan in plans() {
        let keys: BTreeSet<&str> = settings(&plan).map(|setting| &*setting.key).collect();
        for setting in settings(&plan) {
            let Some(formula) = setting.expression() else {
                continue;
            };
            let another = |name: &str| name != setting.key && keys.contains(name);
            let inputs = formula.inputs();
            if let [only] = inputs.as_slice()
                && only.name == formula.names()
                && !another(&only.name)
                && !STATED.contains(&only.name.as_str())
            {
                alone.insert(format!("{} = {}", setting.key, only.name));
            }
        }
    }
    assert!(alone.is_empty(), "{alone:#?}");
}
