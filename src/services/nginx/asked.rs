//! Which server block gets the requests: the plan's own may never get one
//! beside those that people wrote.
//!
//! A name that another block on the same address had before is given up with a
//! warning, and what no name claims goes to the address's default: the block
//! that says so, else the first one.
//! Source: <https://nginx.org/en/docs/http/request_processing.html>

use std::collections::BTreeMap;

use crate::formats::{Occurrence, Reading};
use crate::services::Flaw;

/// Matches no request: it is written where a name has to stand.
/// Source: <https://nginx.org/en/docs/http/server_names.html#miscellaneous_names>
const NO_NAME: &str = "_";

struct Block<'a> {
    head: &'a Occurrence,
    /// Its addresses, and whether it says that it is the default there.
    listens: Vec<(String, bool)>,
    /// Those that a request can bear.
    names: Vec<String>,
}

/// Who gets the requests.
struct Asked {
    /// By address.
    otherwise: BTreeMap<String, usize>,
    /// By address and name.
    named: BTreeMap<(String, String), usize>,
}

/// The server blocks of these files that get no request at an address.
pub(super) fn never(own: &[&str], reading: &Reading) -> Vec<Flaw> {
    let blocks = blocks(reading);
    let asked = Asked::of(&blocks);
    let mine = blocks.iter().enumerate();
    let mine = mine.filter(|(_, block)| own.contains(&block.head.file.as_str()));
    mine.flat_map(|(n, block)| lost(n, block, &blocks, &asked))
        .collect()
}

/// One for each block that gets its requests.
fn lost(n: usize, block: &Block<'_>, blocks: &[Block<'_>], asked: &Asked) -> Vec<Flaw> {
    let mut winners: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (address, _) in &block.listens {
        if let Some(winner) = asked.instead(n, block, address) {
            winners.entry(winner).or_default().push(address);
        }
    }
    let winners = winners
        .into_iter()
        .filter_map(|(winner, addresses)| Some((blocks.get(winner)?.head, addresses.join(", "))));
    winners
        .map(|(winner, addresses)| Flaw {
            id: "server-never-asked",
            message: format!(
                "no request on {addresses} comes to this server: the one at {}:{} gets them",
                winner.file, winner.line
            ),
            file: block.head.file.clone(),
            line: block.head.line,
            refused: false,
        })
        .collect()
}

impl Asked {
    fn of(blocks: &[Block<'_>]) -> Self {
        let mut first = BTreeMap::new();
        let mut stated = BTreeMap::new();
        let mut named = BTreeMap::new();
        for (n, block) in blocks.iter().enumerate() {
            for (address, is_default) in &block.listens {
                first.entry(address.clone()).or_insert(n);
                if *is_default {
                    stated.entry(address.clone()).or_insert(n);
                }
                for name in &block.names {
                    named.entry((address.clone(), name.clone())).or_insert(n);
                }
            }
        }
        first.extend(stated);
        Self {
            otherwise: first,
            named,
        }
    }

    /// Who is asked there and not this block; nothing where it is.
    fn instead(&self, n: usize, block: &Block<'_>, address: &str) -> Option<usize> {
        let otherwise = *self.otherwise.get(address)?;
        let names = block.names.iter();
        let takers = names.filter_map(|name| self.named.get(&(address.to_owned(), name.clone())));
        let takers: Vec<usize> = takers.copied().collect();
        if otherwise == n || takers.contains(&n) {
            return None;
        }
        Some(takers.first().copied().unwrap_or(otherwise))
    }
}

/// All of them, in nginx's order.
fn blocks(reading: &Reading) -> Vec<Block<'_>> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for one in &reading.occurrences {
        let name = one.key.split(' ').next().unwrap_or_default();
        match (one.within.as_slice(), name) {
            ([http], "server") if http == "http" => {
                places.insert(&one.key, blocks.len());
                blocks.push(Block {
                    head: one,
                    listens: Vec::new(),
                    names: Vec::new(),
                });
            }
            ([http, server], "listen" | "server_name") if http == "http" => {
                let place = places.get(server.as_str());
                if let Some(block) = place.and_then(|n| blocks.get_mut(*n)) {
                    block.add(name, &one.value.to_string());
                }
            }
            _ => {}
        }
    }
    for block in &mut blocks {
        if block.listens.is_empty() {
            block.listens.push((address("80"), false));
        }
    }
    blocks
}

impl Block<'_> {
    fn add(&mut self, directive: &str, value: &str) {
        let mut words = value.split(' ');
        if directive == "server_name" {
            let names = words.filter(|name| !name.is_empty() && *name != NO_NAME);
            self.names.extend(names.map(str::to_ascii_lowercase));
            return;
        }
        let mut place = address(words.next().unwrap_or_default());
        let words: Vec<&str> = words.collect();
        // Another socket than that of TCP.
        if words.contains(&"quic") {
            place.push_str(" quic");
        }
        let is_default = words.contains(&"default_server") || words.contains(&"default");
        self.listens.push((place, is_default));
    }
}

/// `80`, `*:80` and `0.0.0.0:80` are the same; a port that is not said is 80.
/// Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>
fn address(listen: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if listen.starts_with("unix:") {
        return listen.to_owned();
    }
    let (host, port) = match listen.rsplit_once(':') {
        Some((host, port)) if digits(port) => (host, port),
        _ if digits(listen) => ("*", listen),
        _ => (listen, "80"),
    };
    let host = if host == "0.0.0.0" { "*" } else { host };
    format!("{host}:{port}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Format;

    const MAIN: &str = "/etc/nginx/nginx.conf";
    const OWN: &str = "/etc/nginx/conf.d/90-tune-front.conf";
    const OTHER: &str = "/etc/nginx/sites-enabled/default";

    fn found(before: &str, own: &str, after: &str) -> Vec<(u32, String)> {
        let main = format!(
            "http {{\n{before}\ninclude /etc/nginx/conf.d/*.conf;\ninclude /etc/nginx/sites-enabled/*;\n}}\n"
        );
        let files = [(MAIN, main.as_str()), (OWN, own), (OTHER, after)];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let reading = Format::Nginx.read(&BTreeMap::from(files), MAIN).remove(0);
        assert!(reading.troubles.is_empty(), "{:?}", reading.troubles);
        let flaws = never(&[OWN], &reading).into_iter();
        flaws.map(|flaw| (flaw.line, flaw.message)).collect()
    }

    fn server(text: &str) -> String {
        format!("# a comment\nserver {{\n{text}\n}}\n")
    }

    const NAMELESS: &str = "listen 80 backlog=512; listen [::]:80; server_name _;";
    const DEBIAN: &str = "listen 80 default_server; listen [::]:80 default_server; server_name _;";

    #[test]
    fn the_site_of_debian_gets_what_names_nobody() {
        let all = found("", &server(NAMELESS), &server(DEBIAN));
        let said = "no request on *:80, [::]:80 comes to this server: the one at \
                    /etc/nginx/sites-enabled/default:2 gets them";
        assert_eq!(all, [(2, said.to_owned())]);
        // With a name of its own it is asked.
        let named = server(&NAMELESS.replace("name _", "name example.org"));
        assert_eq!(found("", &named, &server(DEBIAN)), []);
        assert_eq!(found("", &server(NAMELESS), ""), []);
    }

    #[test]
    fn the_first_is_asked_where_none_is_the_default() {
        let plain = server("listen 80; listen [::]:80;");
        assert_eq!(found("", &server(NAMELESS), &plain), []);
        let all = found(&plain, &server(NAMELESS), "");
        assert_eq!(all.len(), 1);
        assert!(all[0].1.contains("/etc/nginx/nginx.conf:3"), "{all:?}");
    }

    #[test]
    fn a_name_that_another_had_before_is_given_up() {
        let own = server("listen 80; server_name example.org www.example.org;");
        let both = server("listen 0.0.0.0:80 default; server_name WWW.example.org example.org;");
        let one = server("listen *:80 default; server_name www.example.org;");
        assert_eq!(found(&both, &own, "").len(), 1);
        assert_eq!(found(&one, &own, ""), []);
        // Read after it, it is the other that gives up.
        assert_eq!(found("", &own, &both), []);
    }

    #[test]
    fn each_address_is_its_own() {
        let other = server("listen 80 default_server;");
        let all = found("", &server(NAMELESS), &other);
        assert_eq!(all.len(), 1);
        assert!(all[0].1.starts_with("no request on *:80 comes"), "{all:?}");
        let quic = server("listen 443 quic default_server;");
        let tls = server("listen 443 ssl; server_name _;");
        assert_eq!(found("", &tls, &quic), []);
        // Nothing said is port 80.
        let silent = server("server_name _;");
        assert_eq!(found("", &silent, &other).len(), 1);
    }

    #[test]
    fn what_people_wrote_is_theirs() {
        let twice = [server(NAMELESS), server(NAMELESS)].concat();
        assert_eq!(found(&twice, "", ""), []);
    }
}
