//! The servers behind a site: which there are, and under which path each is
//! reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::services::{Given, Http};
use crate::units::Bytes;

/// One group of servers that serve the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backend {
    /// The service, or this site where only addresses are stated.
    pub(super) name: String,
    /// None where it says no port: its path stays its own, and answers 502.
    pub(super) servers: Vec<String>,
    /// What is known of it; nothing of a bare address.
    pub(super) known: Option<Http>,
    /// The largest request body that it says it takes.
    pub(super) max_body: Option<Bytes>,
    /// Where it is reached.
    pub(super) path: String,
    /// Whether that path is not the application's own and is taken off.
    pub(super) strips: bool,
}

/// All of them, the first under `/`, and what is worth saying about the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Backends {
    pub(super) all: Vec<Backend>,
    pub(super) notes: Vec<String>,
    /// The addresses that are stated by the name `localhost`.
    pub(super) localhost: Vec<String>,
}

/// A group before its path is settled.
struct Group {
    name: String,
    servers: Vec<String>,
    known: Option<Http>,
    max_body: Option<Bytes>,
}

impl Backends {
    pub(super) fn of(given: &Given<'_>) -> Self {
        let mut found = Self::default();
        let stated = given.scene.spec.list("upstreams").iter();
        let localhost = stated.filter(|address| address.starts_with(LOCALHOST));
        found.localhost = localhost.cloned().collect();
        let groups = groups(given, &mut found.notes);
        let none = BTreeMap::new();
        let routes = given.scene.spec.map("routes").unwrap_or(&none);
        for name in routes.keys() {
            if !groups.iter().any(|group| group.name == *name) {
                found.notes.push(format!(
                    "routes names '{name}', which is none of its upstreams"
                ));
            }
        }
        let stated: BTreeSet<String> = groups
            .iter()
            .filter_map(|group| routes.get(&group.name))
            .map(|path| absolute(path))
            .collect();
        let mut taken = BTreeSet::new();
        for group in groups {
            let (path, strips) = match routes.get(&group.name) {
                Some(path) => (absolute(path), false),
                None if !stated.contains("/") && !taken.contains("/") => ("/".to_owned(), false),
                None => (format!("/{}/", group.name), true),
            };
            if (strips && stated.contains(&path)) || !taken.insert(path.clone()) {
                found.notes.push(format!(
                    "'{}' is not reached: {path} belongs to another upstream",
                    group.name
                ));
                continue;
            }
            found.all.push(Backend {
                name: group.name,
                servers: group.servers,
                known: group.known,
                max_body: group.max_body,
                path,
                strips,
            });
        }
        found
    }

    /// The one under `/`, where it can be reached.
    pub(super) fn root(&self) -> Option<&Backend> {
        self.reached().find(|backend| backend.path == "/")
    }

    /// Those that requests are passed on to.
    pub(super) fn reached(&self) -> impl Iterator<Item = &Backend> {
        self.all
            .iter()
            .filter(|backend| !backend.servers.is_empty())
    }
}

fn absolute(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}

/// The upstreams in the order of the stack, each once; all bare addresses are
/// one group.
fn groups(given: &Given<'_>, notes: &mut Vec<String>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for reference in given.scene.spec.list("upstreams") {
        let literal = reference.contains(':');
        let name = if literal {
            &given.scene.spec.name
        } else {
            reference
        };
        let peer = given.peers.get(reference).filter(|_| !literal);
        let known = peer
            .and_then(|offers| offers.http.clone())
            .filter(|http| !http.servers.is_empty());
        let servers = match &known {
            Some(http) => http.servers.clone(),
            None if literal => vec![without_localhost(reference)],
            None => {
                let note = format!("'{reference}' is not reached and answers 502: it says no port");
                if !notes.contains(&note) {
                    notes.push(note);
                }
                Vec::new()
            }
        };
        let group = groups.iter_mut().find(|group| group.name == *name);
        match group {
            None => groups.push(Group {
                name: name.clone(),
                servers,
                known,
                max_body: peer.and_then(|offers| offers.max_body),
            }),
            Some(group) => {
                let new = servers
                    .into_iter()
                    .filter(|server| !group.servers.contains(server));
                let new: Vec<String> = new.collect();
                group.servers.extend(new);
            }
        }
    }
    groups
}

/// This host by a name that stands for two addresses.
const LOCALHOST: &str = "localhost:";

/// `localhost` may be `::1`, where the application does not listen.
fn without_localhost(address: &str) -> String {
    address
        .strip_prefix(LOCALHOST)
        .map_or_else(|| address.to_owned(), |port| format!("127.0.0.1:{port}"))
}
