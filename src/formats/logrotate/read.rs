//! All that logrotate reads, and what holds for each block.
//!
//! Source: logrotate 3.21 config.c, `readConfigPath`, `readConfigFile`: a block
//! begins with all that was said before it, in whichever file; a log file
//! belongs to the first block that names it.

use std::collections::BTreeMap;

use super::super::include::{self, Including, Place};
use super::super::{
    Document, Files, Format, Malformed, Occurrence, Reading, Standing, Statement, Trouble,
    TroubleKind, glob,
};
use super::directives::{FILES, INCLUDE, TABOO_EXTENSIONS, TABOO_PATTERNS};
use super::values;

/// Names that a directory's files are left out by.
/// Source: logrotate 3.21 config.c, `defTabooExts`.
const TABOO: &[&str] = &[
    "*,v",
    "*.bak",
    "*.cfsaved",
    "*.disabled",
    "*.dpkg-bak",
    "*.dpkg-del",
    "*.dpkg-dist",
    "*.dpkg-new",
    "*.dpkg-old",
    "*.dpkg-tmp",
    "*.rhn-cfg-tmp-*",
    "*.rpmnew",
    "*.rpmorig",
    "*.rpmsave",
    "*.swp",
    "*.ucf-dist",
    "*.ucf-new",
    "*.ucf-old",
    "*~",
];
/// Where `~/` is: it runs as root.
/// Source: logrotate.service and cron.daily of Debian.
const HOME: &str = "/root";

struct Reader<'a> {
    files: &'a dyn Files,
    reading: Reading,
    including: Including,
    taboo: Vec<String>,
    /// The block of each occurrence; 0 is none.
    blocks: Vec<usize>,
    /// Which log file belongs to which block, by the place of its first line.
    owners: BTreeMap<String, usize>,
    /// Blocks without a log file, and who has theirs.
    shadowed: BTreeMap<usize, usize>,
    opened: usize,
}

/// What holds at a place: by key, the last that was said.
#[derive(Clone, Default)]
struct Scope {
    within: Vec<String>,
    block: usize,
    said: BTreeMap<String, Occurrence>,
}

pub(super) fn all(files: &dyn Files, main: &str) -> Reading {
    let mut reader = Reader {
        files,
        reading: Reading::default(),
        including: Including::default(),
        taboo: TABOO.iter().map(|one| (*one).to_owned()).collect(),
        blocks: Vec::new(),
        owners: BTreeMap::new(),
        shadowed: BTreeMap::new(),
        opened: 0,
    };
    if let Some(document) = reader.reading.open(Format::Logrotate, files, main) {
        reader.including.begin(main);
        reader.take(&document, main, "/", &mut Scope::default());
    }
    reader.decide();
    reader.reading
}

impl Reader<'_> {
    /// All of a file, from a directory: what it says outside of its blocks
    /// holds in the file that includes it, too.
    fn take(&mut self, document: &Document, file: &str, directory: &str, outer: &mut Scope) {
        let mut block: Option<Scope> = None;
        for statement in document.statements() {
            if statement.name() == FILES {
                block = Some(self.open(document, statement, file, outer));
                continue;
            }
            let scope = match &mut block {
                Some(block) if !statement.within.is_empty() => block,
                _ => &mut *outer,
            };
            self.say(document, statement, file, scope);
            match statement.name() {
                INCLUDE => {
                    let line = document.line(statement.at.start);
                    let path = statement.value.to_string();
                    self.include(&path, directory, Place { file, line }, scope);
                }
                TABOO_EXTENSIONS => self.taboo(&statement.value, "*"),
                TABOO_PATTERNS => self.taboo(&statement.value, ""),
                _ => {}
            }
        }
        self.including.leave();
    }

    fn say(&mut self, document: &Document, statement: &Statement, file: &str, scope: &mut Scope) {
        let within = scope.within.clone();
        self.reading.push(document, statement, within, file);
        self.blocks.push(scope.block);
        let is_inherited = !matches!(
            statement.name(),
            FILES | INCLUDE | TABOO_EXTENSIONS | TABOO_PATTERNS
        );
        if let Some(said) = self.reading.occurrences.last().filter(|_| is_inherited) {
            scope.said.insert(said.key.clone(), said.clone());
        }
    }

    /// A block: what was said before it stands in it.
    fn open(
        &mut self,
        document: &Document,
        statement: &Statement,
        file: &str,
        outer: &mut Scope,
    ) -> Scope {
        self.say(document, statement, file, outer);
        let first = self.reading.occurrences.len().saturating_sub(1);
        self.opened += 1;
        let mut scope = outer.clone();
        let patterns = statement.key.get(FILES.len() + 1..).unwrap_or_default();
        scope.within.push(patterns.to_owned());
        scope.block = self.opened;
        for said in scope.said.values_mut() {
            said.within.clone_from(&scope.within);
            self.reading.occurrences.push(said.clone());
            self.blocks.push(scope.block);
        }
        self.claim(document, statement, file, first, &scope);
        scope
    }

    /// Gives a block the log files that no other has; a pattern ends with the
    /// first that one has.
    fn claim(
        &mut self,
        document: &Document,
        statement: &Statement,
        file: &str,
        first: usize,
        scope: &Scope,
    ) {
        let words = values::shell_words(&statement.value).unwrap_or_default();
        let (mut has_one, mut other) = (false, None);
        for word in words {
            for log in self.logs(&String::from_utf8_lossy(&word)) {
                match self.owners.get(&log) {
                    Some(owner) => {
                        other = Some((*owner, log));
                        break;
                    }
                    None => {
                        has_one = true;
                        self.owners.insert(log, first);
                    }
                }
            }
        }
        let Some((owner, log)) = other else {
            return;
        };
        if !has_one {
            self.shadowed.insert(scope.block, owner);
        }
        let ignores = |one: &Statement| {
            one.key == "ignoreduplicates" && one.within.last() == scope.within.last()
        };
        if scope.said.contains_key("ignoreduplicates") || document.statements().iter().any(ignores)
        {
            return;
        }
        let why = format!("a block before this one rotates {log}: logrotate leaves it to that one");
        let malformed = Malformed::at(document.bytes(), statement.at.start, why);
        self.trouble(file, TroubleKind::Malformed(malformed));
    }

    /// The log files of a pattern; the pattern itself where there are none.
    fn logs(&self, pattern: &str) -> Vec<String> {
        let path = home(pattern);
        if !path.starts_with('/') || !glob::is_pattern(&path) {
            return vec![path];
        }
        match glob::expand(self.files, &path) {
            Ok(found) if !found.is_empty() => found,
            _ => vec![path],
        }
    }

    fn trouble(&mut self, file: &str, what: TroubleKind) {
        let file = file.to_owned();
        self.reading.troubles.push(Trouble { file, what });
    }

    /// A file, or what a directory holds, by name.
    fn include(&mut self, path: &str, directory: &str, by: Place<'_>, scope: &mut Scope) {
        let path = include::from(directory, &home(path));
        let Ok(names) = self.files.list(&path) else {
            self.file(&path, directory, by, scope);
            return;
        };
        let mut names: Vec<String> = names
            .into_iter()
            .filter(|name| !self.taboo.iter().any(|taboo| glob::matches(taboo, name)))
            .collect();
        names.sort();
        for name in names {
            let inside = include::from(&path, &name);
            // What is no file is left out.
            let is_other = matches!(
                self.files.read(&inside),
                Err(super::super::Missing::Directory | super::super::Missing::Special(_))
            );
            if !is_other {
                self.file(&inside, &path, by, scope);
            }
        }
    }

    fn file(&mut self, path: &str, directory: &str, by: Place<'_>, scope: &mut Scope) {
        let format = Format::Logrotate;
        let entered = self
            .including
            .enter(&mut self.reading, self.files, format, path, by);
        if let Some(document) = entered {
            self.take(&document, path, directory, scope);
        }
    }

    /// `+` adds to the list, anything else replaces it.
    fn taboo(&mut self, value: &[u8], before: &str) {
        let text = String::from_utf8_lossy(value);
        let list = text.strip_prefix('+').unwrap_or_else(|| {
            self.taboo.clear();
            &text
        });
        let words = list.split([',', ' ', '\t']).filter(|word| !word.is_empty());
        self.taboo
            .extend(words.map(|word| format!("{before}{word}")));
    }

    /// The last of a block wins, and what the block began with is before it.
    fn decide(&mut self) {
        let mut winners: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        let mut last: BTreeMap<(usize, &str), usize> = BTreeMap::new();
        for (n, (one, block)) in self
            .reading
            .occurrences
            .iter()
            .zip(&self.blocks)
            .enumerate()
        {
            winners.insert((*block, &one.key), n);
            let word = one.value.split(|byte| *byte == b' ').next();
            if let Some(word @ ("copytruncate" | "renamecopy")) =
                word.and_then(|word| std::str::from_utf8(word).ok())
            {
                last.insert((*block, word), n);
            }
        }
        let standing = |(n, (one, block)): (usize, (&Occurrence, &usize))| {
            if let Some(owner) = self.shadowed.get(block) {
                return Standing::Lost(*owner);
            }
            // Each of these two puts the other out of effect.
            let rival = match one.value.as_slice() {
                b"copytruncate" => last.get(&(*block, "renamecopy")),
                b"renamecopy" => last.get(&(*block, "copytruncate")),
                _ => None,
            };
            match winners.get(&(*block, one.key.as_str())) {
                Some(winner) if *winner != n => Standing::Lost(*winner),
                _ => match rival {
                    Some(rival) if *rival > n => Standing::Lost(*rival),
                    _ => Standing::Holds,
                },
            }
        };
        let all = self
            .reading
            .occurrences
            .iter()
            .zip(&self.blocks)
            .enumerate();
        let standings: Vec<Standing> = all.map(standing).collect();
        for (one, standing) in self.reading.occurrences.iter_mut().zip(standings) {
            one.standing = standing;
        }
    }
}

/// A path with its `~/` resolved.
fn home(path: &str) -> String {
    match path.strip_prefix("~/") {
        Some(rest) => format!("{HOME}/{rest}"),
        None => path.to_owned(),
    }
}
