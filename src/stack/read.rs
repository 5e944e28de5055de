//! A stack from its tree: every key checked, every mistake reported.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::keys::{MOST_REPLICAS, MOST_SERVICES, SERVICE, STACK, SYSTEM};
use super::legal::{
    ONE_LINE, account, check_name, check_sizes, file_safe, one_line, path, read_lines, unit,
};
use super::spelled::{read_address, read_pool_env, variables};
use super::{
    KindSchema, OptionValue, Runtime, ServiceSpec, Silences, Stack, SystemSpec, Unread, dropped,
    recover, references,
};
use crate::host::Layout;
use crate::input::{KeyType, Problem, Problems, Reader, Scalar, Spot, Tree};
use crate::units::Decimal;

/// A stack as far as it could be read. It is sound in itself all the same: what
/// is wrong was left out.
#[derive(Debug)]
pub struct Reading {
    /// What could be read.
    pub stack: Stack,
    /// What is wrong with the rest.
    pub problems: Problems,
}

/// Reads a merged tree into a stack.
pub fn from_tree(
    name: &str,
    at: &Spot,
    tree: &Tree,
    kinds: &[&'static KindSchema],
) -> Result<Stack, Problems> {
    let reading = read(name, at, tree, true, kinds);
    reading.problems.or(reading.stack)
}

/// Reads a merged tree, past mistakes. Where it is not `whole`, what is absent
/// is no mistake.
pub fn read(
    name: &str,
    at: &Spot,
    tree: &Tree,
    whole: bool,
    kinds: &[&'static KindSchema],
) -> Reading {
    let problems = RefCell::default();
    let reader = Reader::new(tree, "the stack", &problems);
    reader.node("extends");
    let profile = reader.text("profile").zip(reader.spot("profile").cloned());
    let runtime = reader
        .choice("runtime", Runtime::NAMES)
        .and_then(Runtime::named)
        .unwrap_or_default();
    let layout = reader
        .choice("layout", Layout::NAMES)
        .and_then(Layout::named);
    let directory =
        path(&reader, "directory").unwrap_or_else(|| format!("/opt/{}", file_safe(name)));
    let host = reader
        .table("host")
        .zip(reader.spot("host"))
        .map(|(tree, spot)| (spot.clone(), tree.clone()));
    let system = read_system(&reader);
    let silence = read_silence(&reader);
    let known = Known { kinds, whole };
    let mut services = read_services(&reader, &known, &problems);
    let dropped = dropped::leave_out(&reader, &mut services, kinds, whole);
    check_count(&reader, at, whole, &mut services);
    reader.finish(&[STACK]);
    let spot = at.clone();
    let mut stack = Stack {
        name: name.to_owned(),
        spot,
        profile,
        runtime,
        layout,
        directory,
        host,
        system,
        services,
        silence,
        dropped,
    };
    references::check(&mut stack, whole, kinds, &problems);
    Reading {
        stack,
        problems: problems.into_inner(),
    }
}

/// What a service is held against.
struct Known<'a> {
    kinds: &'a [&'static KindSchema],
    /// Whether nothing of the stack is missing.
    whole: bool,
}

fn read_services(
    reader: &Reader<'_>,
    known: &Known<'_>,
    problems: &RefCell<Problems>,
) -> BTreeMap<String, ServiceSpec> {
    let mut services = BTreeMap::new();
    let nothing = Tree::new();
    for (service, (spot, node)) in reader.wide_table("services").unwrap_or_default() {
        let (table, known) = match &node.value {
            Scalar::Table(table) => (table, known),
            other => {
                let message = format!(
                    "service '{service}' must be a table, not {}",
                    other.type_name()
                );
                let problem = Problem::at(&node.spot, message).label(other.type_name());
                reader.report(problem.help(format!("as in [services.{service}]")));
                // It is there: whoever uses it makes no mistake.
                (
                    &nothing,
                    &Known {
                        whole: false,
                        ..*known
                    },
                )
            }
        };
        let spec = read_service(service, spot, table, known, problems);
        services.insert(service.to_owned(), spec);
    }
    services
}

/// Too many are none: they are not planned, to find more that may be wrong.
fn check_count(
    reader: &Reader<'_>,
    at: &Spot,
    whole: bool,
    services: &mut BTreeMap<String, ServiceSpec>,
) {
    let count = services.len();
    let is_read = reader.tree_is_empty("services");
    let is_absent = reader.spot("services").is_none() && !reader.has_slip_for("services", &[STACK]);
    if count == 0 && whole && (is_read || is_absent) {
        let problem = Problem::at(at, "the stack has no services").label("none in this file");
        reader.report(problem.help("add [services.db] with kind = \"...\", or extends = \"web\""));
    }
    if count > MOST_SERVICES {
        let message = format!("{count} services; at most {MOST_SERVICES} can be planned");
        let problem = Problem::at(at, message).label("in this file");
        reader.report(problem.help(
            "state 'replicas' of one service instead of many alike, or divide them among hosts",
        ));
        services.clear();
    }
}

fn read_system(reader: &Reader<'_>) -> SystemSpec {
    let Some(table) = reader.below("system", "[system]") else {
        return SystemSpec::default();
    };
    let extra = table.size("extra").unwrap_or_default();
    let swap = table.size("swap");
    let mut settings = read_settings(&table);
    for (key, setting) in [
        ("swappiness", "vm.swappiness"),
        ("vfs_cache_pressure", "vm.vfs_cache_pressure"),
    ] {
        if let (Some(node), Some(spot)) = (table.node(key), reader.spot_within("system", key)) {
            settings.insert(setting.to_owned(), (spot.clone(), node.clone()));
        }
    }
    table.finish(&[SYSTEM]);
    SystemSpec {
        extra,
        swap,
        settings,
    }
}

fn read_settings(reader: &Reader<'_>) -> Tree {
    reader.table("settings").cloned().unwrap_or_default()
}

/// `[silence]`: a check's id, and why it is not to be heard.
fn read_silence(reader: &Reader<'_>) -> Silences {
    let mut silences = Silences::new();
    for (id, (_, node)) in reader.wide_table("silence").unwrap_or_default() {
        match &node.value {
            Scalar::Text(reason)
                if !reason.trim().is_empty() && !reason.chars().any(char::is_control) =>
            {
                silences.insert(id.to_owned(), (reason.clone(), node.spot.clone()));
            }
            _ => {
                let message = format!("the silence of '{id}' needs its reason, one line of text");
                let help = format!("{id} = \"why it may be so here\"");
                let problem = Problem::at(&node.spot, message).label("no reason");
                reader.report(problem.help(help));
            }
        }
    }
    silences
}

fn read_service(
    name: &str,
    spot: &Spot,
    table: &Tree,
    known: &Known<'_>,
    problems: &RefCell<Problems>,
) -> ServiceSpec {
    let before = problems.borrow().0.len();
    let reader = Reader::new(table, format!("service '{name}'"), problems);
    check_name(&reader, name, spot);
    let found = read_kind(&reader, spot, known);
    let kind = found.unwrap_or(&recover::NO_KIND);
    let mut spec = ServiceSpec {
        name: name.to_owned(),
        spot: spot.clone(),
        kind: kind.kind.to_owned(),
        floor: reader.size("floor"),
        want: reader.size("want"),
        strict: reader.flag("strict").unwrap_or(false),
        max: reader.size("max"),
        weight: reader
            .decimal("weight", 1, 1_000_000_000)
            .unwrap_or(Decimal::thousandths(1000)),
        memory: reader.size("memory"),
        cpus: reader.cpus("cpus"),
        replicas: reader.count("replicas", 1, MOST_REPLICAS).unwrap_or(1),
        optional: reader.flag("optional").unwrap_or(false),
        drop_order: reader.count("drop_order", 0, 1_000_000),
        external: reader.flag("external").unwrap_or(false),
        address: read_address(&reader),
        connections: reader.count("connections", 1, 262_143),
        uses: reader.list("uses").unwrap_or_default(),
        pool_size: reader.count("pool_size", 1, 100_000),
        max_overflow: reader.count("max_overflow", 0, 100_000),
        pool_env: read_pool_env(&reader),
        db_role: account(&reader, "db_role"),
        unit: unit(&reader, "unit"),
        user: account(&reader, "user"),
        port: reader.count("port", 1, 65_535),
        cwd: path(&reader, "cwd"),
        log_files: read_lines(&reader, "log_files"),
        max_body: reader.size("max_body"),
        version: reader.version("version"),
        settings: read_settings(&reader),
        silence: read_silence(&reader),
        references: read_references(&reader, kind),
        options: read_options(&reader, kind),
        spots: placed(table),
        unread: Unread::default(),
    };
    check_sizes(&reader, &spec);
    recover::note_unread(&mut spec, table, kind, problems.borrow().0.get(before..));
    if found.is_some() {
        reader.finish(&[SERVICE, kind.keys]);
    }
    spec
}

/// The common keys whose place a later message may need.
const PLACED: &[&str] = &[
    "floor",
    "want",
    "max",
    "memory",
    "cpus",
    "replicas",
    "connections",
    "pool_size",
    "max_overflow",
    "unit",
    "port",
    "version",
    "strict",
    "external",
];

fn placed(table: &Tree) -> BTreeMap<&'static str, Spot> {
    let keys = PLACED.iter();
    keys.filter_map(|key| Some((*key, table.get(*key)?.1.spot.clone())))
        .collect()
}

/// Its kind. Where that is not known, its other keys are read as far as all
/// kinds have them, and the others are not called unknown.
fn read_kind(reader: &Reader<'_>, spot: &Spot, known: &Known<'_>) -> Option<&'static KindSchema> {
    let all = || known.kinds.iter().map(|schema| schema.kind);
    let one_of = || format!("one of {}", all().collect::<Vec<_>>().join(", "));
    let Some(node) = reader.node("kind") else {
        if known.whole {
            reader.lacks_or_slip("kind", &[SERVICE], spot, one_of);
        }
        return None;
    };
    let word = reader.text("kind")?;
    let found = known.kinds.iter().find(|schema| schema.kind == word);
    if found.is_none() {
        let message = format!("there is no kind '{}'", word.escape_default());
        let problem = Problem::at(&node.spot, message).label("unknown kind");
        reader.report(problem.nearest(&word, all(), one_of));
    }
    found.copied()
}

fn read_options(
    reader: &Reader<'_>,
    kind: &'static KindSchema,
) -> BTreeMap<&'static str, (Spot, OptionValue)> {
    let mut options = BTreeMap::new();
    for key in kind.keys {
        let value = match &key.takes {
            KeyType::Text => one_line(reader, key.name).map(OptionValue::Text),
            KeyType::Count(least, most) => reader
                .count(key.name, *least, *most)
                .map(OptionValue::Count),
            KeyType::Size => reader.size(key.name).map(OptionValue::Size),
            KeyType::Flag => reader.flag(key.name).map(OptionValue::Flag),
            KeyType::Choice(words) => reader.choice(key.name, words).map(OptionValue::Choice),
            KeyType::Version => reader.version(key.name).map(OptionValue::Version),
            KeyType::List | KeyType::References => reader
                .node(key.name)
                .map(|_| OptionValue::List(read_lines(reader, key.name))),
            KeyType::Map => read_map(reader, key.name)
                .map(|map| OptionValue::Map(variables(reader, key.name, map))),
            KeyType::ReferenceMap => read_map(reader, key.name).map(OptionValue::Map),
            // What only tables that are not a kind's take.
            _ => None,
        };
        if let (Some(value), Some(spot)) = (value, reader.spot(key.name)) {
            options.insert(key.name, (spot.clone(), value));
        }
    }
    options
}

fn read_references(reader: &Reader<'_>, kind: &'static KindSchema) -> Vec<(String, Spot)> {
    let keys = kind
        .keys
        .iter()
        .filter(|key| matches!(key.takes, KeyType::References));
    keys.flat_map(|key| reader.list(key.name).unwrap_or_default())
        .collect()
}

fn read_map(reader: &Reader<'_>, key: &'static str) -> Option<BTreeMap<String, String>> {
    let mut map = BTreeMap::new();
    for (name, (_, node)) in reader.wide_table(key)? {
        match &node.value {
            Scalar::Text(text) if text.chars().any(char::is_control) => {
                let message = format!(
                    "{key}.{} must be one line without control characters",
                    name.escape_default()
                );
                let problem = Problem::at(&node.spot, message).label("a control character");
                reader.report(problem.help(ONE_LINE));
            }
            Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text) => {
                map.insert(name.to_owned(), text.clone());
            }
            other => {
                let message = format!("{key}.{name} must be a string, not {}", other.type_name());
                let problem = Problem::at(&node.spot, message).label(other.type_name());
                reader.report(problem.help(format!("as in {key} = {{ {name} = \"...\" }}")));
            }
        }
    }
    Some(map)
}
