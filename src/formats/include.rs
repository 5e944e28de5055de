//! Files that include others: how deeply, in circles, and from where a name
//! counts. What a file says is not known here.

use super::reading::DEEPEST;
use super::{Document, Files, Format, Missing, Reading, Trouble, TroubleKind};

/// As many files are followed as this; a few that include each other over and
/// over would else never end.
/// Source: a directory of server blocks has some thousands; programs have no bound.
const MOST: usize = 10_000;

/// The files that are being read: each is included by the one before it.
#[derive(Default)]
pub(super) struct Including {
    path: Vec<String>,
    opened: usize,
}

/// The place of a directive that includes others.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The file.
    pub(super) file: &'a str,
    /// The line, from 1.
    pub(super) line: u32,
}

impl Including {
    /// A file that must be there: what is wrong with it becomes a trouble. It
    /// is to be left again where there is one.
    pub(super) fn enter(
        &mut self,
        reading: &mut Reading,
        files: &dyn Files,
        format: Format,
        path: &str,
        by: Place<'_>,
    ) -> Option<Document> {
        let in_circles = self.path.iter().any(|open| open == path);
        if in_circles || self.path.len() > DEEPEST || self.opened >= MOST {
            reading.troubles.push(Trouble {
                file: path.to_owned(),
                what: TroubleKind::TooDeep {
                    by: by.file.to_owned(),
                    line: by.line,
                },
            });
            return None;
        }
        let document = reading.open(format, files, path);
        match &document {
            Some(_) => self.begin(path),
            // Where it is masked the program finds an empty file.
            None if files.read(path) == Err(Missing::Absent) => reading.troubles.push(Trouble {
                file: path.to_owned(),
                what: TroubleKind::Missing(Missing::Absent),
            }),
            None => {}
        }
        document
    }

    /// The first file.
    pub(super) fn begin(&mut self, path: &str) {
        self.path.push(path.to_owned());
        self.opened += 1;
    }

    /// The end of a file.
    pub(super) fn leave(&mut self) {
        self.path.pop();
    }
}

/// A path from a directory.
pub(super) fn from(directory: &str, path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("{}/{path}", directory.trim_end_matches('/'))
    }
}
