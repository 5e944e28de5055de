//! Every key of every table: the reader and the schema take its example and
//! its bounds, and refuse what is wrong; a default that is stated changes
//! nothing.

use std::collections::BTreeMap;

use hosttune::catalog;
use hosttune::cli::Document;
use hosttune::host::{self, Host, PROFILE, STORAGE};
use hosttune::input::{KeySpec, KeyType, Node, Problem, Problems, Source, Spot};
use hosttune::plan::{Plan, Unfit, plan};
use hosttune::services;
use hosttune::stack::{self, SERVICE, STACK, SYSTEM};

use crate::validator::{mistakes, toml};

/// A key in its table, and the text of a file that gives it a value.
struct Case {
    document: Document,
    of: String,
    spec: &'static KeySpec,
    file: Box<dyn Fn(&str) -> String>,
}

impl Case {
    fn new(of: &str, spec: &'static KeySpec, file: impl Fn(&str) -> String + 'static) -> Self {
        let document = match of {
            "profile" | "storage" => Document::Profile,
            _ => Document::Stack,
        };
        let (of, file) = (of.to_owned(), Box::new(file));
        Self {
            document,
            of,
            spec,
            file,
        }
    }

    fn name(&self) -> String {
        format!("{} of {}", self.spec.name, self.of)
    }
}

/// Beside every service there is another, so that it can be named.
fn service(kind: &str, line: &str) -> String {
    let stated = if line.starts_with("kind = ") {
        String::new()
    } else {
        format!("kind = \"{kind}\"\n")
    };
    // What is external must say what it admits.
    let beside = if line == "external = true" {
        "connections = 10\n"
    } else {
        ""
    };
    format!(
        "[services.it]\n{stated}{beside}{line}\n[services.other]\nkind = \"process\"\nport = 3999\n"
    )
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for spec in PROFILE {
        let rest = move |line: &str| {
            let required = ["memory = \"2GiB\"", "cpus = 2"];
            let key = |line: &str| line.split(' ').next().unwrap().to_owned();
            let required = required.iter().filter(|r| key(r) != key(line));
            required.fold(format!("{line}\n"), |text, line| format!("{line}\n{text}"))
        };
        cases.push(Case::new("profile", spec, rest));
    }
    for spec in STORAGE {
        let below = |line: &str| format!("memory = \"2GiB\"\ncpus = 2\n[storage]\n{line}\n");
        cases.push(Case::new("storage", spec, below));
    }
    for spec in STACK {
        let other = match spec.takes {
            KeyType::Services => "",
            _ => "[services.other]\nkind = \"process\"\n",
        };
        cases.push(Case::new("stack", spec, move |line| {
            format!("{line}\n{other}")
        }));
    }
    for spec in SYSTEM {
        cases.push(Case::new("system", spec, |line| {
            format!("[system]\n{line}\n[services.it]\nkind = \"process\"\n")
        }));
    }
    for schema in services::schemas() {
        for spec in SERVICE.iter().chain(schema.keys) {
            // `settings` takes what the kind makes, which is nobody's own.
            let file = move |line: &str| service(schema.kind, line);
            cases.push(Case::new(schema.kind, spec, file));
        }
    }
    assert!(cases.len() > 200, "{}", cases.len());
    cases
}

fn planned(text: &str) -> Result<Plan, Problems> {
    let source = Source::new("it.toml", text);
    let absent = |_: &str, spot: &Spot| Err(Problem::at(spot, "no such stack"));
    let tree = stack::load(&source, &absent)?;
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree("it", &at, &tree, &services::schemas())?;
    let mut host = catalog::find("m6i.large").unwrap();
    if let Some((spot, tree)) = &stack.host {
        host = host::from_tree(tree, "it", spot, Some(&host))?;
    }
    plan(&host, &stack, Unfit::Overcommit)
}

fn profile(text: &str) -> Result<Host, Problems> {
    let source = Source::new("it.toml", text);
    let tree = Node::parse(&source)?;
    host::from_tree(&tree, "it", &Spot::new(&source, 0..0), None)
}

fn read(case: &Case, text: &str) -> Result<(), Problems> {
    match case.document {
        Document::Profile => profile(text).map(|_| ()),
        _ => planned(text).map(|_| ()),
    }
}

/// Values that are right.
fn right(spec: &KeySpec) -> Vec<String> {
    let mut values = vec![spec.example.to_owned()];
    match spec.takes {
        KeyType::Choice(words) => values.extend(words.iter().map(|word| format!("\"{word}\""))),
        KeyType::Flag => values.extend(["true".into(), "false".into()]),
        KeyType::Version => values.extend(["15".into(), "1.22".into(), "\"7.0.15\"".into()]),
        KeyType::Variables => values.extend(["\"POOL\"".into(), "[\"A\", \"_B1\"]".into()]),
        KeyType::Size if spec.name != "visible_memory" => {
            values.extend(["\"1.5GB\"".into(), "\"900 M\"".into()]);
        }
        _ => {}
    }
    values
}

/// Values that are wrong: of another type, beyond the bounds, no such word.
fn wrong(spec: &KeySpec) -> Vec<String> {
    let text = |wrong: &[&str]| wrong.iter().map(|value| (*value).to_owned()).collect();
    match spec.takes {
        KeyType::Text => text(&["7", "true", "[\"a\"]"]),
        KeyType::Path => text(&["7", "\"relative\"", "\"/a/../b\"", "\"/a b\"", "\"/a\\nb\""]),
        KeyType::Account => text(&["7", "\"a b\"", "\"1a\"", "\"\"", "\"a;b\""]),
        KeyType::Unit => text(&["7", "\"a\"", "\"a b.service\"", "\".service\""]),
        KeyType::Address => text(&["7", "\"here\"", "\"a b:1\"", "\"a:b\""]),
        KeyType::Count(least, most) => {
            let mut values: Vec<String> = text(&["\"1\"", "true", "1.5", "-1"]);
            values.push((most + 1).to_string());
            values.extend((least > 0).then(|| (least - 1).to_string()));
            values
        }
        KeyType::Number(_, most) => {
            let mut values: Vec<String> = text(&["\"1\"", "true", "0", "-1"]);
            values.push((most / 1000 + 1).to_string());
            values
        }
        KeyType::Money => text(&["\"1\"", "true", "-1"]),
        KeyType::Size => text(&["512", "true", "\"512\"", "\"5 elephants\"", "\"-1MiB\""]),
        KeyType::Flag => text(&["1", "\"true\""]),
        KeyType::Choice(_) => text(&["1", "\"nonesuch\"", "[\"a\"]"]),
        KeyType::Version => text(&["true", "\"new\"", "[1]", "-1"]),
        KeyType::List | KeyType::References | KeyType::Settings => text(&["\"a\"", "1", "[1]"]),
        KeyType::Silences => text(&["\"a\"", "{ a = 1 }", "{ a = \" \" }", "{ a = [] }"]),
        KeyType::Map | KeyType::ReferenceMap => text(&["\"a\"", "1", "{ a = true }", "{ a = [] }"]),
        KeyType::Variables => text(&["1", "\"a-b\"", "[]", "[\"A\", \"B\", \"C\"]", "[1]"]),
        KeyType::Versions => text(&["1", "{ nginx = true }", "{ nginx = \"new\" }"]),
        KeyType::Table(_) => text(&["1", "\"a\"", "{ nonesuch = 1 }"]),
        KeyType::Kind => text(&["1", "\"nonesuch\""]),
        KeyType::Services => text(&[
            "1",
            "{ it = 1 }",
            "{ it = {} }",
            "{}",
            "{ \"a b\" = { kind = \"process\" } }",
        ]),
    }
}

/// The values that the reader and the schema must agree on.
fn judged(values: fn(&KeySpec) -> Vec<String>) -> Vec<(Case, String)> {
    let with_values = |case: Case| {
        let file = |value: &String| (case.file)(&format!("{} = {value}", case.spec.name));
        let files: Vec<String> = values(case.spec).iter().map(file).collect();
        files.into_iter().map(move |text| {
            let spec = case.spec;
            (Case::new(&case.of, spec, |_| String::new()), text)
        })
    };
    cases().into_iter().flat_map(with_values).collect()
}

/// What the schema says of each text.
fn schema_says(judged: &[(Case, String)]) -> Vec<Vec<String>> {
    let mut found: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for document in [Document::Stack, Document::Profile] {
        let numbered = judged.iter().enumerate();
        let own: Vec<usize> = numbered
            .filter(|(_, (case, _))| case.document == document)
            .map(|(n, _)| n)
            .collect();
        let instances: Vec<_> = own.iter().map(|n| toml(&judged[*n].1)).collect();
        found.extend(own.into_iter().zip(mistakes(document, &instances)));
    }
    found.into_values().collect()
}

#[test]
fn every_key_takes_what_is_right() {
    let judged = judged(right);
    let mut refused = Vec::new();
    for ((case, text), said) in judged.iter().zip(schema_says(&judged)) {
        if let Err(problems) = read(case, text) {
            refused.push(format!(
                "{}, by the reader: {problems}\n{text}",
                case.name()
            ));
        }
        if !said.is_empty() {
            refused.push(format!("{}, by the schema: {said:?}\n{text}", case.name()));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn every_key_refuses_what_is_wrong() {
    let judged = judged(wrong);
    let mut taken = Vec::new();
    for ((case, text), said) in judged.iter().zip(schema_says(&judged)) {
        if read(case, text).is_ok() {
            taken.push(format!("{}, by the reader\n{text}", case.name()));
        }
        if said.is_empty() {
            taken.push(format!("{}, by the schema\n{text}", case.name()));
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

/// What a plan does: the wording of reasons may say that something is stated.
fn effects(plan: &Plan) -> Vec<String> {
    let services = plan.services.iter().map(|planned| {
        let settings = planned.settled.iter().flat_map(|settled| &settled.settings);
        let settings = settings.map(|setting| format!("{}={}", setting.key, setting.text));
        format!(
            "{} {:?} {} {} {:?}",
            planned.name,
            planned.limit,
            planned.cpus,
            planned.processes,
            settings.collect::<Vec<_>>()
        )
    });
    services.collect()
}

/// Only a value can be stated; a default in words is not one.
#[test]
fn a_default_that_is_stated_changes_nothing() {
    let mut stated = 0;
    for case in cases() {
        let Some(default) = case.spec.default else {
            continue;
        };
        let line = format!("{} = {default}", case.spec.name);
        if line.parse::<toml::Table>().is_err() {
            continue;
        }
        stated += 1;
        let (with, without) = ((case.file)(&line), (case.file)(""));
        if case.document == Document::Profile {
            let (mut with, without) = (profile(&with).unwrap(), profile(&without).unwrap());
            with.storage.assumed = without.storage.assumed;
            with.storage.network = without.storage.network;
            assert_eq!(with, without, "{}", case.name());
        } else {
            let (with, without) = (planned(&with).unwrap(), planned(&without).unwrap());
            assert_eq!(effects(&with), effects(&without), "{}", case.name());
        }
    }
    assert!(stated > 50, "only {stated} defaults");
}

/// Names and sentences: once each, and complete.
#[test]
fn every_key_is_told_of() {
    let mut seen = BTreeMap::new();
    for case in cases() {
        let about = case.spec.about;
        assert!(about.ends_with('.'), "{}: {about}", case.name());
        assert!(about.len() < 100, "{}: {about}", case.name());
        *seen.entry(case.name()).or_insert(0) += 1;
    }
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
