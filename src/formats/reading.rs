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
}

impl Reading {
    /// What is in effect for a key.
    pub fn effective(&self, within: &[String], key: &str) -> Option<&Occurrence> {
        self.occurrences
            .iter()
            .find(|one| one.standing == Standing::Holds && one.key == key && one.within == within)
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
        self.occurrences.push(Occurrence {
            within,
            key: statement.key.clone(),
            value: statement.value.clone(),
            file: file.to_owned(),
            line: document.line(statement.at.start),
            standing: Standing::Holds,
        });
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
