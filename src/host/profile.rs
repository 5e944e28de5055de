//! A host profile: the TOML a person writes or `tune detect --format toml` saves.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::keys::{MEMORY_FROM, PROFILE, STORAGE};
use super::{Arch, Host, Layout, MemoryFrom, Place, Storage, StorageKind};
use crate::input::{Problem, Problems, Reader, Scalar, Spot, Tree};
use crate::units::{Bytes, Cpus, Version};

const VERSION: &str = "numbers and dots, as in \"15.2\"; \"\" where it is not known";

/// Bytes of a name: with what is added to it, a file's name has 255.
const LONGEST_NAME: usize = 200;

/// The least memory that a host may state.
pub(super) const LEAST_MEMORY: Bytes = Bytes::mib(64);

/// Reads a profile. `name` is used where it states none; `under` holds what a
/// catalogue host already says, to be overruled key by key.
pub fn from_tree(
    tree: &Tree,
    name: &str,
    at: &Spot,
    under: Option<&Host>,
) -> Result<Host, Problems> {
    let problems = RefCell::default();
    let reader = Reader::new(tree, "the host profile", &problems);
    let memory = read_memory(&reader, at, under);
    let cpus = reader.cpus("cpus").or(under.map(|host| host.cpus));
    if cpus.is_none() && !tree.contains_key("cpus") {
        reader.lacks("cpus", &[PROFILE], at, "add cpus = 2");
    }
    let place = reader.choice("place", Place::NAMES).and_then(Place::named);
    let host = Host {
        name: read_name(&reader).unwrap_or_else(|| name.to_owned()),
        memory: memory.unwrap_or(LEAST_MEMORY),
        visible_memory: reader
            .size("visible_memory")
            .or(under.and_then(|host| host.visible_memory)),
        memory_limit: reader
            .size("memory_limit")
            .or(under.and_then(|host| host.memory_limit)),
        cpus: cpus.unwrap_or_default(),
        sustained_cpus: reader
            .cpus("sustained_cpus")
            .or(under.and_then(|host| host.sustained_cpus)),
        arch: reader
            .choice("arch", Arch::NAMES)
            .map_or(under.map_or(Arch::X86_64, |h| h.arch), Arch::named),
        layout: reader
            .choice("layout", Layout::NAMES)
            .and_then(Layout::named)
            .unwrap_or(under.map_or(Layout::Debian, |host| host.layout)),
        storage: read_storage(&reader, under.map_or(Storage::ASSUMED, |host| host.storage)),
        root_filesystem: read_filesystem(&reader).or(under.and_then(|h| h.root_filesystem.clone())),
        place: place.unwrap_or(under.map_or(Place::Machine, |host| host.place)),
        price: reader
            .money("price_usd_month")
            .or(under.and_then(|host| host.price)),
        installed: read_installed(&reader)
            .unwrap_or_else(|| under.map(|h| h.installed.clone()).unwrap_or_default()),
        memory_from: match reader.choice("memory_from", MEMORY_FROM) {
            Some("kernel") => MemoryFrom::Kernel,
            Some(_) => MemoryFrom::Nominal,
            None => under.map_or(MemoryFrom::Nominal, |host| host.memory_from),
        },
    };
    check_bounds(&reader, &host, memory, cpus);
    reader.finish(&[PROFILE]);
    problems.into_inner().or(host)
}

/// What the host is called. A tree is written to a directory of that name, and
/// it stands in a comment of every file.
fn read_name(reader: &Reader<'_>) -> Option<String> {
    let name = reader.text("name")?;
    let is_plain = !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name.starts_with('.')
        && !name.chars().any(|c| c.is_control() || c == '/');
    if let (false, Some(spot)) = (is_plain, reader.spot("name")) {
        let message = format!("'{}' is no name for a host", name.escape_default());
        let problem = Problem::at(spot, message).label("no name");
        reader.report(
            problem.help("a line without '/' that does not begin with '.', 200 bytes at most"),
        );
    }
    Some(name)
}

/// It is shown as it is written.
fn read_filesystem(reader: &Reader<'_>) -> Option<String> {
    let word = reader.text("root_filesystem")?;
    if let (true, Some(spot)) = (
        word.chars().any(char::is_control),
        reader.spot("root_filesystem"),
    ) {
        let message = format!("'{}' is no file system", word.escape_default());
        let problem = Problem::at(spot, message).label("a control character");
        reader.report(problem.help("a word, as in root_filesystem = \"ext4\""));
    }
    Some(word)
}

fn read_memory(reader: &Reader<'_>, at: &Spot, under: Option<&Host>) -> Option<Bytes> {
    let memory = reader.size("memory");
    if memory.is_none() && reader.spot("memory").is_none() {
        if under.is_none() {
            reader.lacks("memory", &[PROFILE], at, "add memory = \"2GiB\"");
        }
        return under.map(|host| host.memory);
    }
    if let (Some(memory), Some(spot)) = (memory, reader.spot("memory"))
        && memory < LEAST_MEMORY
    {
        let message = format!("a host needs at least {LEAST_MEMORY} of memory");
        let problem = Problem::at(spot, message).label("too little");
        reader.report(problem.help("write what the machine has, as in memory = \"2GiB\""));
    }
    memory
}

fn read_storage(reader: &Reader<'_>, under: Storage) -> Storage {
    let Some(table) = reader.below("storage", "[storage]") else {
        return under;
    };
    let kind = table
        .choice("kind", StorageKind::NAMES)
        .and_then(StorageKind::named);
    let size = table.size("size");
    let storage = Storage {
        kind: kind.unwrap_or(under.kind),
        size: size.unwrap_or(under.size),
        network: table
            .flag("network")
            .unwrap_or(under.network && kind.is_none_or(|k| k == StorageKind::Ssd)),
        assumed: table
            .flag("assumed")
            .unwrap_or(kind.is_none() && size.is_none() && under.assumed),
    };
    table.finish(&[STORAGE]);
    storage
}

fn read_installed(reader: &Reader<'_>) -> Option<BTreeMap<String, Option<Version>>> {
    let table = reader.wide_table("installed")?;
    let mut installed = BTreeMap::new();
    for (kind, (_, node)) in table {
        let version = match &node.value {
            Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text)
                if text.is_empty() || text == "unknown" =>
            {
                None
            }
            Scalar::Text(text) | Scalar::Integer(text) | Scalar::Float(text) => {
                match Version::parse(text) {
                    Ok(version) => Some(version),
                    Err(error) => {
                        let message = format!("installed.{kind}: '{text}' is {error}");
                        let problem = Problem::at(&node.spot, message).label("no version");
                        reader.report(problem.help(VERSION));
                        None
                    }
                }
            }
            other => {
                let message = format!(
                    "installed.{kind} must be a version, not {}",
                    other.type_name()
                );
                let problem = Problem::at(&node.spot, message).label(other.type_name());
                reader.report(problem.help(VERSION));
                None
            }
        };
        installed.insert(kind.to_owned(), version);
    }
    Some(installed)
}

fn check_bounds(reader: &Reader<'_>, host: &Host, memory: Option<Bytes>, cpus: Option<Cpus>) {
    if let (Some(spot), Some(visible)) = (reader.spot("visible_memory"), host.visible_memory)
        && memory.is_some_and(|memory| visible > memory)
    {
        let message = format!(
            "visible_memory {visible} is more than the memory, {}",
            host.memory
        );
        let problem = Problem::at(spot, message).label("more than there is");
        reader.report(
            problem.help("it is what the kernel sees of 'memory': lower it, or leave it out"),
        );
    }
    if let (Some(spot), Some(sustained)) = (reader.spot("sustained_cpus"), host.sustained_cpus)
        && cpus.is_some_and(|cpus| sustained > cpus)
    {
        let message = format!("sustained_cpus {sustained} is more than cpus {}", host.cpus);
        let problem = Problem::at(spot, message).label("more than there are");
        reader.report(problem.help(
            "it is the part of 'cpus' that is there all the time: lower it, or leave it out",
        ));
    }
}
