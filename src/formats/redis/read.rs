//! All that redis reads: a file and what it includes, in their order.
//!
//! Source: redis 7.0 config.c, `loadServerConfig`.

use bstr::BString;

use super::super::glob;
use super::super::include::{self, Including, Place};
use super::super::{Document, Files, Format, Malformed, Reading, Repeated, Trouble, TroubleKind};
use super::directive::{DIRECTORY, INCLUDE, SAVE};

struct Reader<'a> {
    files: &'a dyn Files,
    reading: Reading,
    including: Including,
    /// Where a path without a leading '/' starts: a service starts in '/', and
    /// `dir` moves it at its place.
    directory: String,
    /// What the lines of `save` so far add up to.
    saves: Option<BString>,
    /// Whether they add up: not in what follows an `include`, where redis takes
    /// each for a change of the running server [measured, 7.0.15].
    adds: bool,
    /// Whether one has taken the place of the defaults.
    began: bool,
}

pub(super) fn all(files: &dyn Files, main: &str) -> Reading {
    let mut reader = Reader {
        files,
        reading: Reading::default(),
        including: Including::default(),
        directory: "/".to_owned(),
        saves: None,
        adds: true,
        began: false,
    };
    if let Some(document) = reader.reading.open(Format::Redis, files, main) {
        reader.including.begin(main);
        reader.take(&document, main);
    }
    reader.reading.decide(Repeated::LastWins);
    reader.reading
}

impl Reader<'_> {
    fn take(&mut self, document: &Document, file: &str) {
        for statement in document.statements() {
            self.reading.push(document, statement, Vec::new(), file);
            match statement.name() {
                SAVE => {
                    let written = document.written(&statement.value_at);
                    self.save(&statement.value, written.is_empty());
                }
                DIRECTORY => {
                    let path = statement.value.to_string();
                    self.directory = include::from(&self.directory, &path);
                }
                INCLUDE => {
                    let line = document.line(statement.at.start);
                    self.include(&statement.value.to_string(), Place { file, line });
                }
                _ => {}
            }
        }
        self.including.leave();
    }

    /// Each line adds to those before it, but `save ""` forgets them: the last
    /// is given the sum. Source: redis 7.0 config.c, `setConfigSaveOption`.
    fn save(&mut self, value: &BString, is_bare: bool) {
        let goes_on = self.adds && self.began;
        self.began |= self.adds;
        let before = self.saves.take().filter(|_| goes_on);
        let sum = match before {
            Some(before) if is_bare => before,
            Some(before) if !before.is_empty() && !value.is_empty() => {
                [before.as_slice(), b" ", value].concat().into()
            }
            _ => value.clone(),
        };
        if let Some(last) = self.reading.occurrences.last_mut() {
            last.value = sum.clone();
        }
        self.saves = Some(sum);
    }

    /// A path with wildcards may stand for nothing; any other must be there.
    fn include(&mut self, path: &str, by: Place<'_>) {
        let path = include::from(&self.directory, path);
        let paths = match glob::expand(self.files, &path) {
            Ok(paths) => paths,
            Err(missing) => {
                let what = TroubleKind::Missing(missing);
                self.reading.troubles.push(Trouble { file: path, what });
                return;
            }
        };
        let many = paths.len() > 1;
        self.adds = true;
        for path in paths {
            let entered =
                self.including
                    .enter(&mut self.reading, self.files, Format::Redis, &path, by);
            let Some(document) = entered else {
                continue;
            };
            if many {
                self.refuse_open_end(&document, &path);
            }
            self.take(&document, &path);
        }
        self.adds = false;
    }

    /// The files of one pattern are read as one text.
    fn refuse_open_end(&mut self, document: &Document, path: &str) {
        let bytes = document.bytes();
        if bytes.is_empty() || bytes.ends_with(b"\n") {
            return;
        }
        let why = "no end of its last line: redis joins it with the first of the next file";
        self.reading.troubles.push(Trouble {
            file: path.to_owned(),
            what: TroubleKind::Malformed(Malformed::at(bytes, bytes.len(), why)),
        });
    }
}
