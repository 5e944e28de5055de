//! What blocks and directives are called, so that each is found again when the
//! lines around it have changed. Where they stand in a file is not known here.
//!
//! - A block is its directive and its arguments: `location ~ \.php$`.
//! - A `server` block is its first name and what it listens to first:
//!   `server example.org :443`; without a name `_`, without `listen` `:80`. Only
//!   what stands in the block itself counts, not what it includes.
//! - What would be called as another in the same block has its number behind it,
//!   ` #2`.

use std::collections::BTreeMap;

use super::lexer::Word;
use super::repeated::{Told, told, told_in};
use super::tree::{Body, Directive, Tree};

/// How often each name was given in each block.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    given: BTreeMap<(usize, String), usize>,
    blocks: usize,
}

/// The block around all others.
pub(super) const OUTSIDE: usize = 0;

impl Numbers {
    /// A number of a block's own, over all files.
    fn block(&mut self) -> usize {
        self.blocks += 1;
        self.blocks
    }

    fn tell_apart(&mut self, block: usize, key: String) -> String {
        let given = self.given.entry((block, key.clone())).or_insert(0);
        *given += 1;
        match *given {
            1 => key,
            number => format!("{key} #{number}"),
        }
    }
}

/// A directive with its name.
pub(super) struct Named<'t> {
    /// Its place among the tree's directives.
    pub(super) index: usize,
    pub(super) directive: &'t Directive,
    pub(super) key: String,
    /// The number of the block that it stands in.
    pub(super) block: usize,
}

/// The block that a walk is in.
struct Open {
    index: usize,
    segment: String,
    number: usize,
}

/// Names the directives of a file, one after the other.
pub(super) struct Walk<'t> {
    bytes: &'t [u8],
    tree: &'t Tree,
    servers: Servers,
    /// The number of the block that the file stands in.
    around: usize,
    open: Vec<Open>,
    next: usize,
}

impl<'t> Walk<'t> {
    pub(super) fn new(bytes: &'t [u8], tree: &'t Tree, around: usize) -> Self {
        Self {
            bytes,
            tree,
            servers: Servers::of(bytes, tree),
            around,
            open: Vec::new(),
            next: 0,
        }
    }

    /// The blocks of this file that the last directive stands in.
    pub(super) fn within(&self) -> impl Iterator<Item = &str> {
        let last = self.next.checked_sub(1);
        let open = self
            .open
            .iter()
            .filter(move |open| Some(open.index) != last);
        open.map(|open| open.segment.as_str())
    }

    /// The next directive.
    pub(super) fn next(&mut self, numbers: &mut Numbers) -> Option<Named<'t>> {
        let index = self.next;
        let directive = self.tree.directives.get(index)?;
        self.next += 1;
        while self.open.last().map(|open| open.index) != directive.parent {
            self.open.pop()?;
        }
        let block = self.open.last().map_or(self.around, |open| open.number);
        let is_block = matches!(directive.body, Body::Block(_));
        let (key, told) = if is_block {
            (self.segment(index, directive), Told::Place)
        } else {
            key(self.bytes, self.tree, directive)
        };
        let key = match told {
            Told::Alone => key,
            _ => numbers.tell_apart(block, key),
        };
        if is_block {
            let number = numbers.block();
            let segment = key.clone();
            self.open.push(Open {
                index,
                segment,
                number,
            });
        }
        Some(Named {
            index,
            directive,
            key,
            block,
        })
    }

    fn segment(&self, index: usize, directive: &Directive) -> String {
        let (name, arguments) = self.tree.words(directive);
        let mut words = name.into_iter().chain(arguments);
        if arguments.is_empty() && name.is_some_and(|name| name.is(self.bytes, "server")) {
            return self.servers.segment(self.bytes, self.tree, index);
        }
        joined(self.bytes, &mut words)
    }
}

/// What a directive without a block is called, before it is numbered.
pub(super) fn key(bytes: &[u8], tree: &Tree, directive: &Directive) -> (String, Told) {
    let (name, arguments) = tree.words(directive);
    let name = name.map(|name| string(bytes, name)).unwrap_or_default();
    let told = match tree.entries(bytes, directive.parent) {
        Some(block) => told_in(block, &name, arguments.len()),
        None => told(&name),
    };
    let apart = match told {
        Told::Alone | Told::Place => String::new(),
        Told::First => joined(bytes, arguments.iter().take(1)),
        Told::AllButLast => joined(bytes, arguments.iter().rev().skip(1).rev()),
        Told::Variable => {
            let first = joined(bytes, arguments.iter().take(1));
            first.split('=').next().unwrap_or_default().to_owned()
        }
        Told::Zone => zone(bytes, arguments),
    };
    if apart.is_empty() {
        (name, told)
    } else {
        (format!("{name} {apart}"), told)
    }
}

/// The zone's name, as `zone=name:size` has it.
fn zone(bytes: &[u8], arguments: &[Word]) -> String {
    let mut zones = arguments.iter().filter_map(|word| {
        let text = string(bytes, word);
        let zone = text.strip_prefix("zone=")?;
        zone.split(':').next().map(str::to_owned)
    });
    zones.next_back().unwrap_or_default()
}

/// Words with one blank between them.
fn joined<'w>(bytes: &[u8], words: impl IntoIterator<Item = &'w Word>) -> String {
    let mut words = words.into_iter();
    let mut text = words
        .next()
        .map(|word| string(bytes, word))
        .unwrap_or_default();
    for word in words {
        text.push(' ');
        text.push_str(&string(bytes, word));
    }
    text
}

/// A word as text: bytes that are not UTF-8 as `\xff`.
fn string(bytes: &[u8], word: &Word) -> String {
    let text: Vec<u8> = word.text(bytes).into();
    String::from_utf8(text).unwrap_or_else(|error| {
        let parts = error.as_bytes().utf8_chunks().map(|part| {
            let broken = part.invalid().escape_ascii();
            format!("{}{broken}", part.valid())
        });
        parts.collect()
    })
}

/// What each block listens to and is called, first of all: the places of its
/// directives, by its own place.
struct Servers {
    listen: Vec<Option<usize>>,
    name: Vec<Option<usize>>,
}

impl Servers {
    fn of(bytes: &[u8], tree: &Tree) -> Self {
        let mut listen = vec![None; tree.directives.len()];
        let mut name = listen.clone();
        for (index, directive) in tree.directives.iter().enumerate() {
            let (Some(parent), (Some(called), _)) = (directive.parent, tree.words(directive))
            else {
                continue;
            };
            let first = if called.is(bytes, "listen") {
                listen.get_mut(parent)
            } else if called.is(bytes, "server_name") {
                name.get_mut(parent)
            } else {
                None
            };
            if let Some(first @ None) = first {
                *first = Some(index);
            }
        }
        Self { listen, name }
    }

    fn segment(&self, bytes: &[u8], tree: &Tree, block: usize) -> String {
        let first = |of: &[Option<usize>]| {
            let directive = tree.directives.get((*of.get(block)?)?)?;
            let (_, arguments) = tree.words(directive);
            arguments.first().map(|word| string(bytes, word))
        };
        let name = first(&self.name).filter(|name| !name.is_empty());
        let listen = first(&self.listen).unwrap_or_default();
        format!(
            "server {} {}",
            name.as_deref().unwrap_or("_"),
            endpoint(&listen)
        )
    }
}

/// Where a server listens, whatever the family: `80`, `*:80`, `[::]:80` are `:80`.
/// Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#listen>
fn endpoint(listen: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if listen.starts_with("unix:") {
        return listen.to_owned();
    }
    let (address, port) = match listen.rsplit_once(':') {
        Some((address, port)) if digits(port) && !address.ends_with(':') => (address, port),
        _ if digits(listen) => ("", listen),
        _ => (listen, "80"),
    };
    match address {
        "*" | "0.0.0.0" | "[::]" => format!(":{port}"),
        _ => format!("{address}:{port}"),
    }
}
