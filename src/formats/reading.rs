//! What a program has read, all its files together: every statement in the
//! order in which it was met, and which of them count.

use bstr::BString;

use super::{Document, Files, Malformed, Missing, Repeated, Statement};

/// One statement where it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The blocks or sections that it stands in, across files.
    pub within: Vec<String>,
    /// Its key, as in [`Statement`].
    pub key: String,
    /// What it is set to.
    pub value: BString,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether it counts.
    pub standing: Standing,
}

/// Whether a statement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is in effect.
    Holds,
    /// Another is, at this place among the occurrences.
    Lost(usize),
    /// Nothing is: it sets what the program does not take, and goes on without.
    PassedOver,
}

/// Something that could not be read as the program would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The file.
    pub file: String,
    /// What is the matter.
    pub what: TroubleKind,
}

/// What is the matter with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    /// It cannot be read.
    Missing(Missing),
    /// It is not understood.
    Malformed(Malformed),
    /// It is not as it was when it was looked at: an answer would be made of two
    /// states.
    Moved(Moved),
    /// It is included by a file that it includes, or too deeply.
    TooDeep {
        /// The file that includes it.
        by: String,
        /// The line, from 1.
        line: u32,
    },
}

/// What happened to a file meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It was not there, and now is.
    Appeared,
    /// It was there, and is no more.
    Vanished,
    /// It was written to, or another took its place.
    Changed,
}

impl std::fmt::Display for Moved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Appeared => "appeared while files were read: run it again",
            Self::Vanished => "vanished while files were read: run it again",
            Self::Changed => "changed while files were read: run it again",
        })
    }
}

impl Trouble {
    /// Whether the file is simply not there.
    pub fn is_absence(&self) -> bool {
        self.what == TroubleKind::Missing(Missing::Absent)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = &self.file;
        match &self.what {
            TroubleKind::Missing(missing) => write!(f, "{file} {missing}"),
            TroubleKind::Malformed(Malformed {
                line,
                column,
                message,
            }) => write!(f, "{file}:{line}:{column}: {message}"),
            TroubleKind::Moved(moved) => write!(f, "{file} {moved}"),
            TroubleKind::TooDeep { by, line } => {
                write!(
                    f,
                    "{file} is included in circles or too deeply, by {by}:{line}"
                )
            }
        }
    }
}

/// Files that include others may do so this deeply.
/// Source: PostgreSQL guc-file.l, `CONF_FILE_MAX_DEPTH`: 10.
pub(super) const DEEPEST: usize = 10;

/// The file of what a command line sets.
pub const COMMAND_LINE: &str = "command line";
/// Which of the occurrences holds for a key that none names.
pub(super) type ByPattern = fn(&[Occurrence], &str) -> Option<usize>;

/// All that one reader of the configuration makes of it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Who reads, where a format has several readers.
    pub reader: &'static str,
    /// In the order in which they were met.
    pub occurrences: Vec<Occurrence>,
    /// The files that were read, in order.
    pub files: Vec<String>,
    /// What could not be read.
    pub troubles: Vec<Trouble>,
    /// Finds, where keys may be patterns, the occurrence that holds for a key
    /// which none names.
    pub(super) by_pattern: Option<ByPattern>,
}

impl Reading {
    /// What counts in the place of one that does not; nothing where it counts.
    pub fn winner_over(&self, one: &Occurrence) -> Option<&Occurrence> {
        let mut winner = None;
        let mut standing = one.standing;
        // Each has lost to one that stands elsewhere: no more steps than there are.
        for _ in &self.occurrences {
            let Standing::Lost(n) = standing else { break };
            winner = self.occurrences.get(n);
            standing = winner?.standing;
        }
        winner
    }

    /// Whether all of it could be read. A file that is simply not there leaves
    /// nothing unknown.
    pub fn is_whole(&self) -> bool {
        self.troubles.iter().all(Trouble::is_absence)
    }

    /// What is in effect for a key.
    pub fn effective(&self, within: &[String], key: &str) -> Option<&Occurrence> {
        let holds = |one: &&Occurrence| one.standing == Standing::Holds && one.within == within;
        let named = self.occurrences.iter().filter(holds);
        named.clone().find(|one| one.key == key).or_else(|| {
            let matched = self.by_pattern?(&self.occurrences, key)?;
            self.occurrences.get(matched).filter(holds)
        })
    }

    /// What takes a statement's place in the blocks inside `within`, in a format
    /// whose blocks take over what stands around them. All of one name do so
    /// together: one `proxy_set_header` in a block, and none from around it holds
    /// there.
    pub fn overridden_within<'a>(
        &'a self,
        format: super::Format,
        within: &'a [String],
        key: &'a str,
    ) -> impl Iterator<Item = &'a Occurrence> {
        let name = |key: &'a str| key.split(' ').next();
        self.occurrences.iter().filter(move |one| {
            let deeper = one.within.strip_prefix(within).unwrap_or_default();
            one.standing == Standing::Holds
                && name(&one.key) == name(key)
                && !deeper.is_empty()
                && deeper.iter().all(|block| format.takes_over(block))
        })
    }

    /// One file and nothing else, as most programs read theirs.
    pub(super) fn of_one(format: super::Format, files: &dyn Files, path: &str) -> Self {
        let mut reading = Self::default();
        if let Some(document) = reading.open(format, files, path) {
            for statement in document.statements() {
                let at = statement.within.clone();
                reading.push(&document, statement, at, path);
            }
        }
        reading.decide(super::Language::repeated(format.language()));
        reading
    }

    /// A file, kept among those that were read; what is wrong with it becomes a
    /// trouble, unless it is simply not there.
    pub(super) fn open(
        &mut self,
        format: super::Format,
        files: &dyn Files,
        path: &str,
    ) -> Option<Document> {
        let mut trouble = |what| {
            self.troubles.push(Trouble {
                file: path.to_owned(),
                what,
            });
        };
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
            Err(missing) if missing.is_absent() => return None,
            Err(missing) => {
                trouble(TroubleKind::Missing(missing));
                return None;
            }
        };
        match Document::parse(format, bytes) {
            Ok(document) => {
                self.files.push(path.to_owned());
                Some(document)
            }
            Err(malformed) => {
                trouble(TroubleKind::Malformed(malformed));
                None
            }
        }
    }

    /// One more statement, which counts until it is decided otherwise.
    pub(super) fn push(
        &mut self,
        document: &Document,
        statement: &Statement,
        within: Vec<String>,
        file: &str,
    ) {
        self.push_as(Standing::Holds, document, statement, within, file);
    }

    pub(super) fn push_as(
        &mut self,
        standing: Standing,
        document: &Document,
        statement: &Statement,
        within: Vec<String>,
        file: &str,
    ) {
        self.occurrences.push(Occurrence {
            within,
            key: statement.key.clone(),
            value: statement.value.clone(),
            file: file.to_owned(),
            line: document.line(statement.at.start),
            standing,
        });
    }

    /// What a command line sets wins over all files. The line of such an
    /// occurrence is its place among those settings.
    pub(super) fn with_arguments(mut self, settings: Vec<(String, BString)>) -> Self {
        for (line, (key, value)) in (1..).zip(settings) {
            let winner = self.occurrences.len();
            for one in &mut self.occurrences {
                if one.within.is_empty() && one.key == key {
                    one.standing = Standing::Lost(winner);
                }
            }
            self.occurrences.push(Occurrence {
                within: Vec::new(),
                key,
                value,
                file: COMMAND_LINE.to_owned(),
                line,
                standing: Standing::Holds,
            });
        }
        self
    }

    /// Of several with one key all but one lose.
    pub(super) fn decide(&mut self, repeated: Repeated) {
        let mut winners = std::collections::BTreeMap::new();
        for (n, one) in self.occurrences.iter().enumerate() {
            let key = (one.within.clone(), one.key.clone());
            if repeated == Repeated::LastWins {
                winners.insert(key, n);
            } else {
                winners.entry(key).or_insert(n);
            }
        }
        for (n, one) in self.occurrences.iter_mut().enumerate() {
            let winner = winners.get(&(one.within.clone(), one.key.clone()));
            one.standing = match winner {
                Some(winner) if *winner != n => Standing::Lost(*winner),
                _ => Standing::Holds,
            };
        }
    }
}
