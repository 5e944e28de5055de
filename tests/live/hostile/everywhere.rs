//! Every string of every kind, whatever the key: it is refused with a word
//! what to do, or every file that it reaches is read by its program as before.
//! The keys come from the tables, so that a new one is tried by itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use hosttune::input::{KeyType, Problem, Problems, Source, Spot};
use hosttune::plan::{Unfit, plan};
use hosttune::render::{Artefact, artefacts};
use hosttune::stack::{self, KindSchema, SERVICE};
use hosttune::{catalog, host, services};

use super::{VALUES, toml};

/// A file that a value has changed, beside what it is without the value.
pub(super) struct Reached {
    /// Kind, key and value.
    pub(super) what: String,
    pub(super) file: Artefact,
    pub(super) plain: Option<String>,
    /// All files beside it.
    pub(super) tree: Vec<Artefact>,
}

/// All of them, each content once.
pub(super) static REACHED: LazyLock<Vec<Reached>> = LazyLock::new(reached);

/// Those that a program is for.
pub(super) fn of(program: &str) -> Vec<&'static Reached> {
    let is_for =
        |reached: &&Reached| reached.file.validator.command.split(' ').next() == Some(program);
    let found: Vec<&Reached> = REACHED.iter().filter(is_for).collect();
    assert!(!found.is_empty(), "no value reaches a file of {program}");
    found
}

/// What a key that holds a string is given, as TOML, in all the ways that it can.
fn holding(takes: &KeyType, literal: &str) -> Vec<String> {
    match takes {
        KeyType::Text | KeyType::Path | KeyType::Account | KeyType::Unit | KeyType::Address => {
            vec![literal.to_owned(), below(literal)]
        }
        KeyType::List => vec![format!("[{literal}]"), format!("[{}]", below(literal))],
        KeyType::References => vec![format!("[{literal}]")],
        KeyType::Variables => vec![format!("[{literal}, \"B\"]")],
        KeyType::Map => vec![
            format!("{{ V = {literal} }}"),
            format!("{{ {literal} = \"value\" }}"),
        ],
        KeyType::ReferenceMap => vec![
            format!("{{ peer = {literal} }}"),
            format!("{{ {literal} = \"/\" }}"),
        ],
        KeyType::Silences => vec![format!("{{ pool-oversized = {literal} }}")],
        // Numbers, words of a list, tables whose keys are tried by themselves.
        KeyType::Count(..)
        | KeyType::Number(..)
        | KeyType::Money
        | KeyType::Size
        | KeyType::Flag
        | KeyType::Choice(_)
        | KeyType::Version
        | KeyType::Settings
        | KeyType::Versions
        | KeyType::Table(_)
        | KeyType::Kind
        | KeyType::Services => Vec::new(),
    }
}

/// As the end of a path.
fn below(literal: &str) -> String {
    format!("\"/srv/{}", &literal[1..])
}

fn rendered(text: &str) -> Result<Vec<Artefact>, Problems> {
    let source = Source::new("hostile.toml", text);
    let absent = |_: &str, spot: &Spot| Err(Problem::at(spot, "none"));
    let tree = stack::load(&source, &absent)?;
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree("hostile", &at, &tree, &services::schemas())?;
    let mut machine = catalog::find("m6i.large").unwrap();
    if let Some((spot, tree)) = &stack.host {
        machine = host::from_tree(tree, "hostile", spot, Some(&machine))?;
    }
    let plan = plan(&machine, &stack, Unfit::Refuse)?;
    assert!(plan.fits, "{text}");
    artefacts(&plan).map_err(|error| Problem::new(error.to_string()).help("another value").into())
}

/// A stack with one service of a kind, and one that it can refer to.
fn stack_of(runtime: &str, schema: &KindSchema, top: &str, own: &str) -> String {
    let kind = schema.kind;
    format!(
        "runtime = \"{runtime}\"\n{top}\n[services.x]\nkind = \"{kind}\"\n{own}\n[services.peer]\nkind = \"process\"\ncommand = \"/bin/true\"\n"
    )
}

/// Stacks that differ in one value, by kind and key.
type Stacks = (String, Vec<Box<dyn Fn(&str) -> String + Send>>);

fn stacks(runtime: &'static str, schema: &'static KindSchema) -> Vec<Stacks> {
    let keys = SERVICE.iter().chain(schema.keys);
    let keys = keys.map(|key| {
        let forms = 0..holding(&key.takes, "\"\"").len();
        let stack = |form: usize| -> Box<dyn Fn(&str) -> String + Send> {
            Box::new(move |value| {
                let held = &holding(&key.takes, &toml(value))[form];
                stack_of(runtime, schema, "", &format!("{} = {held}", key.name))
            })
        };
        (
            format!("{}.{}", schema.kind, key.name),
            forms.map(stack).collect(),
        )
    });
    let host: Box<dyn Fn(&str) -> String + Send> = Box::new(move |value| {
        stack_of(
            runtime,
            schema,
            &format!("host = {{ name = {} }}", toml(value)),
            "",
        )
    });
    keys.chain([(format!("{}: host.name", schema.kind), vec![host])])
        .collect()
}

fn reached() -> Vec<Reached> {
    let long = "x".repeat(10_000);
    let mut all: BTreeMap<(String, String), Reached> = BTreeMap::new();
    for schema in services::schemas() {
        for runtime in ["systemd", "pm2", "compose"] {
            let without = rendered(&stack_of(runtime, schema, "", "")).unwrap_or_default();
            for (what, forms) in stacks(runtime, schema) {
                for stack in forms {
                    let plain = rendered(&stack("plain")).unwrap_or_else(|_| without.clone());
                    for value in VALUES.iter().copied().chain([long.as_str()]) {
                        let tree = rendered(&stack(value)).unwrap_or_else(|refused| {
                            let helped = refused.0.iter().all(|problem| problem.help.is_some());
                            assert!(helped, "{what} {value:?}: {refused}");
                            Vec::new()
                        });
                        for file in &tree {
                            let same = plain.iter().find(|plain| plain.path == file.path);
                            if same.is_some_and(|plain| plain.content == file.content) {
                                continue;
                            }
                            let short: String = value.chars().take(40).collect();
                            let key = (file.validator.command.to_string(), file.content.clone());
                            all.entry(key).or_insert_with(|| Reached {
                                what: format!("{what} = {short:?} ({runtime})"),
                                file: file.clone(),
                                plain: same.map(|plain| plain.content.clone()),
                                tree: tree.clone(),
                            });
                        }
                    }
                }
            }
        }
    }
    all.into_values().collect()
}

/// What is odd and means no harm.
const BENIGN: [&str; 3] = ["two words", "it's", "é"];

#[test]
fn an_odd_value_that_means_no_harm_is_taken() {
    let mut refused = Vec::new();
    for schema in services::schemas() {
        for key in schema
            .keys
            .iter()
            .filter(|key| matches!(key.takes, KeyType::Text | KeyType::Map))
        {
            for value in BENIGN {
                let forms = holding(&key.takes, &toml(value));
                let takes = |held: &String| {
                    let own = format!("{} = {held}", key.name);
                    rendered(&stack_of("pm2", schema, "", &own)).is_ok()
                };
                if !forms.iter().any(takes) {
                    refused.push(format!("{}.{} = {value:?}", schema.kind, key.name));
                }
            }
        }
    }
    let grammar = ["nginx.server_name"];
    refused.retain(|line| !grammar.iter().any(|key| line.starts_with(key)));
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn every_kind_has_files_that_strings_reach() {
    for schema in services::schemas() {
        let begins = schema.kind;
        let reached = REACHED
            .iter()
            .filter(|reached| reached.what.starts_with(begins));
        assert!(reached.count() > 10, "{}", schema.kind);
    }
}
