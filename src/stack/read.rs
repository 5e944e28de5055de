//! A stack from its tree: every key checked, every mistake reported.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::keys::{MOST_REPLICAS, MOST_SERVICES, SERVICE, STACK, SYSTEM};
use super::legal::{
    account, check_name, check_sizes, file_safe, is_address, one_line, path, plain, read_lines,
    unit,
};
use super::{
    KindSchema, OptionValue, PoolEnv, Runtime, ServiceSpec, Silences, Stack, SystemSpec, dropped,
    references,
};
use crate::host::Layout;
use crate::input::{KeyType, Node, Problem, Problems, Reader, Scalar, Spot, Tree, nearest};
use crate::units::Decimal;

/// Reads a merged tree into a stack.
pub fn from_tree(
    name: &str,
    at: &Spot,
    tree: &Tree,
    kinds: &[&'static KindSchema],
) -> Result<Stack, Problems> {
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
    let mut services = read_services(&reader, kinds, &problems);
    let dropped = dropped::leave_out(&reader, &mut services, kinds);
    check_count(&reader, at, services.len());
    reader.finish(&[STACK]);
    let spot = at.clone();
    let stack = Stack {
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
    if problems.borrow().0.is_empty() {
        references::check(&stack, &problems);
    }
    problems.into_inner().or(stack)
}

fn read_services(
    reader: &Reader<'_>,
    kinds: &[&'static KindSchema],
    problems: &RefCell<Problems>,
) -> BTreeMap<String, ServiceSpec> {
    let mut services = BTreeMap::new();
    for (service, (spot, node)) in reader.wide_table("services").unwrap_or_default() {
        match &node.value {
            Scalar::Table(table) => {
                services.extend(
                    read_service(service, spot, table, kinds, problems)
                        .map(|s| (service.to_owned(), s)),
                );
            }
            other => {
                let message = format!(
                    "service '{service}' must be a table, not {}",
                    other.type_name()
                );
                problems.borrow_mut().push(Problem::at(&node.spot, message));
            }
        }
    }
    services
}

fn check_count(reader: &Reader<'_>, at: &Spot, count: usize) {
    if count == 0 && reader.is_sound() {
        let problem = Problem::at(at, "the stack has no services");
        reader.report(problem.help("add [services.db] with kind = \"...\", or extends = \"web\""));
    }
    if count > MOST_SERVICES {
        reader.report(Problem::at(
            at,
            format!("{count} services; at most {MOST_SERVICES} can be planned"),
        ));
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
        if let Some(node) = table.node(key) {
            settings.insert(setting.to_owned(), node.clone());
        }
    }
    table.finish(&[SYSTEM]);
    SystemSpec {
        extra,
        swap,
        settings,
    }
}

fn read_settings(reader: &Reader<'_>) -> BTreeMap<String, Node> {
    let table = reader.wide_table("settings").unwrap_or_default();
    table
        .into_iter()
        .map(|(key, (_, node))| (key.to_owned(), node.clone()))
        .collect()
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
                reader.report(Problem::at(&node.spot, message).help(help));
            }
        }
    }
    silences
}

fn read_service(
    name: &str,
    spot: &Spot,
    table: &Tree,
    kinds: &[&'static KindSchema],
    problems: &RefCell<Problems>,
) -> Option<ServiceSpec> {
    let reader = Reader::new(table, format!("service '{name}'"), problems);
    check_name(&reader, name, spot);
    let kind = read_kind(&reader, name, spot, kinds)?;
    let spec = ServiceSpec {
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
        spots: table
            .iter()
            .filter_map(|(key, (_, node))| Some((common_key(key)?, node.spot.clone())))
            .collect(),
    };
    check_sizes(&reader, &spec);
    reader.finish(&[SERVICE, kind.keys]);
    Some(spec)
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

fn common_key(key: &str) -> Option<&'static str> {
    PLACED.iter().find(|placed| **placed == key).copied()
}

fn read_kind(
    reader: &Reader<'_>,
    name: &str,
    spot: &Spot,
    kinds: &[&'static KindSchema],
) -> Option<&'static KindSchema> {
    let all = || kinds.iter().map(|schema| schema.kind);
    if reader.node("kind").is_none() {
        let problem = Problem::at(spot, format!("service '{name}' lacks 'kind'"));
        reader.report(problem.help(format!("one of {}", all().collect::<Vec<_>>().join(", "))));
        return None;
    }
    let word = reader.text("kind")?;
    let found = kinds.iter().find(|schema| schema.kind == word).copied();
    if found.is_none() {
        let near = nearest(&word, all());
        let help = if near.is_empty() {
            format!("one of {}", all().collect::<Vec<_>>().join(", "))
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        let at = reader.spot("kind").unwrap_or(spot);
        reader.report(
            Problem::at(at, format!("there is no kind '{}'", word.escape_default())).help(help),
        );
    }
    found
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
            KeyType::Map | KeyType::ReferenceMap => {
                read_map(reader, key.name).map(OptionValue::Map)
            }
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
            Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text) => {
                map.insert(name.to_owned(), text.clone());
            }
            other => {
                let message = format!("{key}.{name} must be a string, not {}", other.type_name());
                reader.report(Problem::at(&node.spot, message));
            }
        }
    }
    Some(map)
}

/// `host:port`, for what runs elsewhere.
fn read_address(reader: &Reader<'_>) -> Option<(String, u64)> {
    let what = "a host and a port, as in \"db.example.com:5432\"";
    let text = plain(reader, "address", what, is_address)?;
    let (host, port) = text.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?))
}

fn read_pool_env(reader: &Reader<'_>) -> PoolEnv {
    let Some(node) = reader.node("pool_env") else {
        return PoolEnv::default();
    };
    let names = match &node.value {
        Scalar::Text(name) => vec![name.clone()],
        Scalar::Array(_) => reader
            .list("pool_env")
            .unwrap_or_default()
            .into_iter()
            .map(|(name, _)| name)
            .collect(),
        _ => Vec::new(),
    };
    let legal = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut names = names.into_iter();
    match (names.next(), names.next(), names.next()) {
        (Some(size), overflow, None) if legal(&size) && overflow.as_ref().is_none_or(legal) => {
            PoolEnv { size, overflow }
        }
        _ => {
            let problem = Problem::at(
                &node.spot,
                "pool_env must name one or two environment variables",
            );
            reader.report(problem.help("pool_env = [\"DB_POOL_SIZE\", \"DB_MAX_OVERFLOW\"]"));
            PoolEnv::default()
        }
    }
}
