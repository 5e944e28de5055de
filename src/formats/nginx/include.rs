//! All that nginx reads from its main file on, in its order. Whether a
//! directive fits its block is not known here.
//!
//! - `include` names a file below the main file's directory, or a pattern; a
//!   pattern that matches nothing is no mistake, a missing file is one.
//! - nginx bounds neither how deeply files include others nor how often; here
//!   both are.
//!
//! Source: `ngx_conf_include` in
//! <https://github.com/nginx/nginx/blob/master/src/core/ngx_conf_file.c>

use std::collections::BTreeSet;

use super::super::reading::DEEPEST;
use super::super::{Document, Files, Format, Missing, Reading, Trouble, TroubleKind, glob};
use super::names::{Named, Numbers, OUTSIDE, Walk};
use super::repeated::REPEATED;
use super::tree::{Body, Tree};

/// What is read of all files together; a file counts each time that it is
/// included. Source: four times what one file may have, 16 MiB: ten thousand
/// sites that include the same 4 KiB fit.
const MOST_BYTES: usize = 64 << 20;

pub(super) fn read(files: &dyn Files, main: &str) -> Reading {
    let prefix = main.rsplit_once('/').map_or("", |(prefix, _)| prefix);
    let mut reader = Reader {
        files,
        prefix,
        reading: Reading::default(),
        numbers: Numbers::default(),
        chain: Vec::new(),
        left: MOST_BYTES,
    };
    if let Some(document) = reader.reading.open(Format::Nginx, files, main) {
        reader.file(main, &document, &[], OUTSIDE);
    }
    let mut reading = reader.reading;
    let mut met = BTreeSet::new();
    reading.files.retain(|file| met.insert(file.clone()));
    reading.decide(REPEATED);
    reading
}

struct Reader<'a> {
    files: &'a dyn Files,
    /// The directory of the main file.
    prefix: &'a str,
    reading: Reading,
    numbers: Numbers,
    /// The files that include one another down to this one.
    chain: Vec<String>,
    /// How many bytes may still be read.
    left: usize,
}

/// Where an `include` stands.
struct Site<'a> {
    file: &'a str,
    line: u32,
    within: &'a [String],
    block: usize,
}

impl Reader<'_> {
    fn file(&mut self, path: &str, document: &Document, around: &[String], block: usize) {
        let bytes = document.bytes();
        let Ok(tree) = Tree::parse(bytes) else {
            return;
        };
        self.chain.push(path.to_owned());
        let mut walk = Walk::new(bytes, &tree, block);
        while let Some(named) = walk.next(&mut self.numbers) {
            let inside = walk.within().map(str::to_owned);
            let within: Vec<String> = around.iter().cloned().chain(inside).collect();
            let block = named.block;
            let pattern = pattern(bytes, &tree, &named);
            let statement = super::statement(bytes, &tree, named, Vec::new());
            self.reading
                .push(document, &statement, within.clone(), path);
            let site = Site {
                file: path,
                line: document.line(statement.at.start),
                within: &within,
                block,
            };
            if let Some(pattern) = pattern {
                self.include(&pattern, &site);
            }
        }
        self.chain.pop();
    }

    fn include(&mut self, pattern: &str, site: &Site<'_>) {
        let pattern = if pattern.starts_with('/') {
            pattern.to_owned()
        } else {
            format!("{}/{pattern}", self.prefix)
        };
        if !glob::is_pattern(&pattern) {
            self.one(&pattern, site);
            return;
        }
        match glob::expand(self.files, &pattern) {
            Ok(paths) => paths.iter().for_each(|path| self.one(path, site)),
            Err(missing) => self.trouble(&pattern, TroubleKind::Missing(missing)),
        }
    }

    fn one(&mut self, path: &str, site: &Site<'_>) {
        let length = match self.files.read(path) {
            // A link to /dev/null reads as an empty file.
            Err(Missing::Masked) => return,
            Err(missing) => return self.trouble(path, TroubleKind::Missing(missing)),
            Ok(bytes) => bytes.len().max(path.len()),
        };
        let circle = self.chain.iter().any(|file| file == path);
        if circle || self.chain.len() > DEEPEST || length > self.left {
            let (by, line) = (site.file.to_owned(), site.line);
            return self.trouble(path, TroubleKind::TooDeep { by, line });
        }
        self.left -= length;
        if let Some(document) = self.reading.open(Format::Nginx, self.files, path) {
            self.file(path, &document, site.within, site.block);
        }
    }

    fn trouble(&mut self, file: &str, what: TroubleKind) {
        let file = file.to_owned();
        self.reading.troubles.push(Trouble { file, what });
    }
}

/// What a directive includes, if it does.
fn pattern(bytes: &[u8], tree: &Tree, named: &Named<'_>) -> Option<String> {
    let (name, arguments) = tree.words(named.directive);
    let [only] = arguments else {
        return None;
    };
    let includes = name?.is(bytes, "include") && matches!(named.directive.body, Body::None);
    // A path that is not UTF-8 is one that no name here has.
    includes.then(|| String::from_utf8_lossy(&only.text(bytes)).into_owned())
}
