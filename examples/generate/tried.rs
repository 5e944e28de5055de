//! The stacks that are surveyed: a service of a kind by itself and with others,
//! with each of its keys and words, as the kind's own tables have them.

use std::fmt::Write as _;
use std::sync::Arc;

use hosttune::input::{KeySpec, KeyType, Problem, Source, Spot};
use hosttune::services::{self, Service};
use hosttune::stack::{self, SERVICE, Stack};

/// What the services that are looked at are called: so it stands in values too.
pub(crate) const NAME: &str = "SERVICE";
/// Keys that say nothing about settings, only size a share, or are tried in
/// another way.
pub(crate) const LEFT_OUT: &[&str] = &[
    "kind",
    "uses",
    "version",
    "settings",
    "silence",
    "floor",
    "want",
    "max",
    "strict",
    "memory",
    "weight",
    "drop_order",
];

/// A service by itself.
pub(crate) fn alone(service: &dyn Service) -> Option<Stack> {
    let kind = service.schema().kind;
    let text = format!("[services.{NAME}]\nkind = \"{kind}\"\n");
    read(&Source::new("survey.toml", text))
}

/// A service with those of other kinds that it can have to do with: a server
/// that it uses, its users where it is a server, what it may pass requests to.
pub(crate) fn around(service: &dyn Service, keys: &str, users: usize) -> Option<Stack> {
    let kind = service.schema().kind;
    let mut text = format!("[services.{NAME}]\nkind = \"{kind}\"\n{keys}\n");
    let (servers, others): (Vec<&dyn Service>, Vec<&dyn Service>) = services::ALL
        .iter()
        .copied()
        .filter(|other| other.schema().kind != kind)
        .partition(|other| other.divides_connections());
    if let Some(server) = servers.last().filter(|_| !refers(service)) {
        let _ = writeln!(text, "uses = [{}]", quoted(*server));
        let _ = writeln!(text, "[services.{0}]\nkind = \"{0}\"", server.schema().kind);
    }
    let most = match (refers(service), service.divides_connections()) {
        (true, _) => others.len(),
        (false, true) => users,
        (false, false) => 0,
    };
    for other in others.into_iter().take(most) {
        let _ = writeln!(text, "[services.{0}]\nkind = \"{0}\"", other.schema().kind);
        if service.divides_connections() {
            let _ = writeln!(text, "uses = [\"{NAME}\"]");
        }
    }
    read(&Source::new("survey.toml", text))
}

/// Whether it may pass requests on.
fn refers(service: &dyn Service) -> bool {
    let keys = service.schema().keys;
    keys.iter()
        .any(|key| matches!(key.takes, KeyType::References))
}

fn quoted(service: &dyn Service) -> String {
    format!("\"{}\"", service.schema().kind)
}

pub(crate) fn read(source: &Arc<Source>) -> Option<Stack> {
    let none = |name: &str, spot: &Spot| Err(Problem::at(spot, format!("no file {name}")));
    let tree = stack::load(source, &none).ok()?;
    let spot = Spot::new(source, 0..0);
    stack::from_tree("survey", &spot, &tree, &services::schemas()).ok()
}

/// Every combination of words and switches, a line for each key.
pub(crate) fn words(keys: &[KeySpec]) -> Vec<String> {
    let mut all = vec![String::new()];
    for spec in keys {
        let words = words_of(spec);
        if words.is_empty() {
            continue;
        }
        let default = spec.default.unwrap_or_default();
        let by_default = words.iter().any(|word| word == default);
        let left_out = (!by_default).then(String::new);
        let stated = words.iter().map(|word| format!("{} = {word}\n", spec.name));
        let stated: Vec<String> = stated.chain(left_out).collect();
        all = all
            .iter()
            .flat_map(|before| stated.iter().map(move |line| format!("{before}{line}")))
            .collect();
    }
    all
}

pub(crate) fn words_of(spec: &KeySpec) -> Vec<String> {
    match spec.takes {
        KeyType::Choice(words) => words.iter().map(|word| format!("\"{word}\"")).collect(),
        KeyType::Flag => vec!["true".to_owned(), "false".to_owned()],
        _ => Vec::new(),
    }
}

/// Each key by itself, at its example.
pub(crate) fn examples(keys: &'static [KeySpec]) -> impl Iterator<Item = String> {
    keys.iter()
        .filter(|spec| !LEFT_OUT.contains(&spec.name))
        .map(|spec| format!("{} = {}", spec.name, example(spec)))
}

/// Each key with each switch that every service has.
pub(crate) fn with_switches(keys: &'static [KeySpec]) -> impl Iterator<Item = String> {
    let switches = SERVICE
        .iter()
        .filter(|spec| matches!(spec.takes, KeyType::Flag));
    let switches = switches.filter(|spec| !LEFT_OUT.contains(&spec.name));
    switches.flat_map(move |switch| {
        examples(keys).map(move |key| format!("{key}\n{} = true", switch.name))
    })
}

/// Each count by itself, at its least.
pub(crate) fn leasts(keys: &'static [KeySpec]) -> impl Iterator<Item = String> {
    keys.iter().filter_map(|spec| match spec.takes {
        KeyType::Count(least, _) => Some(format!("{} = {least}", spec.name)),
        _ => None,
    })
}

fn example(spec: &KeySpec) -> String {
    match spec.takes {
        KeyType::References => {
            let others = services::ALL.iter();
            let others = others.filter(|other| !refers(**other) && !other.divides_connections());
            let mut names: Vec<String> = others.map(|other| quoted(*other)).collect();
            names.push("\"10.0.0.9:8080\"".to_owned());
            format!("[{}]", names.join(", "))
        }
        _ => spec.example.to_owned(),
    }
}
