//! All that PgBouncer reads: its file and what that includes, in their order.
//!
//! Source: libusual cfparser.c, `load_handler`, `fill_defaults`; PgBouncer
//! loader.c, `parse_database`.

use super::super::include::{self, Including, Place};
use super::super::{
    Document, Files, Format, Malformed, Reading, Repeated, Standing, Statement, Trouble,
    TroubleKind,
};
use super::values::NO_DEFAULT;
use super::{INCLUDE, MAIN, STRINGS, main_section};

struct Reader<'a> {
    files: &'a dyn Files,
    reading: Reading,
    including: Including,
    /// It goes on across files, in both directions.
    section: Option<String>,
}

pub(super) fn all(files: &dyn Files, main: &str) -> Reading {
    let mut reader = Reader {
        files,
        reading: Reading::default(),
        including: Including::default(),
        section: None,
    };
    if let Some(document) = reader.reading.open(Format::Pgbouncer, files, main) {
        reader.including.begin(main);
        reader.take(&document, main);
    }
    let mut reading = reader.reading;
    reading.decide(Repeated::LastWins);
    forget(&mut reading);
    replace_entries(&mut reading);
    reading
}

impl Reader<'_> {
    fn take(&mut self, document: &Document, file: &str) {
        let mut is_headless = true;
        for statement in document.statements() {
            if let Some(section) = section_of(statement) {
                self.section = Some(section);
                is_headless = false;
                self.reading.push(document, statement, Vec::new(), file);
                continue;
            }
            if statement.name() == INCLUDE {
                let within = self.section.iter().cloned().collect();
                self.reading.push(document, statement, within, file);
                let line = document.line(statement.at.start);
                self.include(&statement.value.to_string(), Place { file, line });
                // Behind it the section may be another than the file's own.
                is_headless = true;
                continue;
            }
            match self.place(statement, is_headless) {
                Ok(within) => self.reading.push(document, statement, within, file),
                Err(why) => self.trouble(document, statement, file, why),
            }
        }
        self.including.leave();
    }

    fn trouble(&mut self, document: &Document, at: &Statement, file: &str, why: &str) {
        let malformed = Malformed::at(document.bytes(), at.at.start, why);
        self.reading.troubles.push(Trouble {
            file: file.to_owned(),
            what: TroubleKind::Malformed(malformed),
        });
    }

    fn include(&mut self, path: &str, by: Place<'_>) {
        // A service starts in '/'.
        let path = include::from("/", path);
        let format = Format::Pgbouncer;
        let entered = self
            .including
            .enter(&mut self.reading, self.files, format, &path, by);
        if let Some(document) = entered {
            self.take(&document, &path);
        }
    }

    /// Where a statement stands, all files taken together.
    fn place(&self, statement: &Statement, is_headless: bool) -> Result<Vec<String>, &'static str> {
        if !is_headless {
            return Ok(statement.within.clone());
        }
        let Some(section) = &self.section else {
            return Err("a value before any section");
        };
        let takes_strings = STRINGS.contains(&section.as_str());
        match statement.within.as_slice() {
            [_, entry] if takes_strings => Ok(vec![section.clone(), entry.clone()]),
            [_, _] => Err("a connection string outside of [databases]"),
            _ if takes_strings && !statement.value.is_empty() => Err("no connection string"),
            _ => Ok(vec![section.clone()]),
        }
    }
}

fn section_of(statement: &Statement) -> Option<String> {
    let name = statement.key.strip_prefix('[')?.strip_suffix(']')?;
    Some(name.to_owned())
}

/// Where the main section begins again all settings that have a default are
/// set to it.
fn forget(reading: &mut Reading) {
    let begins = |(n, one): (usize, &super::super::Occurrence)| (one.key == MAIN).then_some(n);
    let all = reading.occurrences.iter().enumerate();
    let Some(last) = all.filter_map(begins).next_back() else {
        return;
    };
    for one in reading.occurrences.iter_mut().take(last) {
        let has_default = !NO_DEFAULT.contains(&one.key.as_str());
        let counts = one.key.starts_with(INCLUDE) || one.within != [main_section()];
        if has_default && !counts && one.standing == Standing::Holds {
            one.standing = Standing::Lost(last);
        }
    }
}

/// An entry that comes again replaces all of the one before, but for its user,
/// which stays where the new one names none [measured, 1.18].
fn replace_entries(reading: &mut Reading) {
    let mut entries: std::collections::BTreeMap<Vec<String>, Vec<usize>> =
        std::collections::BTreeMap::new();
    for (n, one) in reading.occurrences.iter().enumerate() {
        let is_empty_one = one.within.len() == 1 && one.within != [main_section()];
        if one.within.len() == 2 {
            entries.entry(one.within.clone()).or_default().push(n);
        } else if is_empty_one && !one.key.starts_with(INCLUDE) {
            let mut entry = one.within.clone();
            entry.push(one.key.clone());
            entries.entry(entry).or_default().push(n);
        }
    }
    for places in entries.into_values() {
        replace_entry(reading, &places);
    }
}

fn replace_entry(reading: &mut Reading, places: &[usize]) {
    let line = |n: usize| {
        let one = reading.occurrences.get(n);
        one.map(|one| (one.file.clone(), one.line))
    };
    let last = places.last().and_then(|n| line(*n));
    let from = places.iter().rposition(|n| line(*n) != last);
    let Some((before, new)) = from.and_then(|n| places.split_at_checked(n + 1)) else {
        return;
    };
    let Some(first) = new.first() else {
        return;
    };
    let names = |key: &str| {
        let mut new = new.iter().filter_map(|n| reading.occurrences.get(*n));
        new.any(|one| one.key == key)
    };
    let keeps_user = !names("user");
    for n in before {
        let Some(one) = reading.occurrences.get_mut(*n) else {
            continue;
        };
        let is_kept = keeps_user && matches!(one.key.as_str(), "user" | "password");
        if one.standing == Standing::Holds && !is_kept {
            one.standing = Standing::Lost(*first);
        }
    }
}
