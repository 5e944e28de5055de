//! The two orders in which `sysctl.d` is read at boot, and what each reader
//! makes of a key that is set several times.
//!
//! Source: sysctl.d(5); procps sysctl(8), `--system`; measured with systemd 252
//! and procps 4.0.2. Not read here: the credential `sysctl.extra` of systemd.

use std::collections::BTreeMap;

use super::super::{
    Files, Format, Missing, Occurrence, Reading, Repeated, Standing, Trouble, TroubleKind,
};
use super::key;

/// Directories, the first of which hides a file of the same name in the others.
const DIRECTORIES: &[&str] = &[
    "/etc/sysctl.d",
    "/run/sysctl.d",
    "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d",
    "/lib/sysctl.d",
];

/// Read last of all by the one, and not at all by the other.
const LAST: &str = "/etc/sysctl.conf";

/// One of the programs.
pub(super) struct Order {
    name: &'static str,
    /// Whether it reads [`LAST`], and names that begin with a dot.
    reads_all: bool,
    decide: fn(&mut Reading),
}

pub(super) const ALL: &[Order] = &[
    Order {
        name: "systemd-sysctl",
        reads_all: false,
        decide: one_table,
    },
    Order {
        name: "sysctl --system",
        reads_all: true,
        decide: |reading| reading.decide(Repeated::LastWins),
    },
];

impl Order {
    pub(super) fn read(&self, files: &dyn Files) -> Reading {
        let mut reading = Reading {
            reader: self.name,
            by_pattern: Some(by_pattern),
            ..Reading::default()
        };
        for path in self.paths(files, &mut reading) {
            take(&mut reading, files, &path);
        }
        if self.reads_all {
            take(&mut reading, files, LAST);
        }
        (self.decide)(&mut reading);
        reading
    }

    /// Every file that is read, by its name. What hides a file of the same name
    /// does so whatever it is: empty, a link to nowhere, a directory.
    fn paths(&self, files: &dyn Files, reading: &mut Reading) -> Vec<String> {
        let mut by_name = BTreeMap::new();
        for directory in DIRECTORIES {
            let names = match files.list(directory) {
                Ok(names) => names,
                Err(Missing::Absent) => continue,
                Err(missing) => {
                    reading.troubles.push(Trouble {
                        file: (*directory).to_owned(),
                        what: TroubleKind::Missing(missing),
                    });
                    continue;
                }
            };
            let wanted = |name: &String| {
                name.strip_suffix(".conf").is_some() && (self.reads_all || !name.starts_with('.'))
            };
            for name in names.into_iter().filter(wanted) {
                let path = format!("{directory}/{name}");
                by_name.entry(name).or_insert(path);
            }
        }
        by_name.into_values().collect()
    }
}

fn take(reading: &mut Reading, files: &dyn Files, path: &str) {
    let Some(document) = reading.open(Format::Sysctl, files, path) else {
        return;
    };
    for statement in document.statements() {
        reading.push(&document, statement, Vec::new(), path);
    }
}

/// A table in which every key has one place: what is set to the value that it
/// has stays in its place, and `-key` takes the place of a value.
/// Source: systemd 252, src/sysctl/sysctl.c, `parse_file`.
fn one_table(reading: &mut Reading) {
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    for (n, one) in reading.occurrences.iter().enumerate() {
        let key = one.key.trim_start_matches('-');
        let earlier = table.get(key).and_then(|n| reading.occurrences.get(*n));
        let stays = key::is_pattern(key) && earlier.is_some_and(|it| it.value == one.value);
        if !stays {
            table.insert(key.to_owned(), n);
        }
    }
    for (n, one) in reading.occurrences.iter_mut().enumerate() {
        one.standing = match table.get(one.key.trim_start_matches('-')) {
            Some(winner) if *winner != n => Standing::Lost(*winner),
            _ => Standing::Holds,
        };
    }
}

/// What is named, with or without a '-', is set by no pattern; of several
/// patterns the last one is written last.
fn by_pattern(occurrences: &[Occurrence], key: &str) -> Option<usize> {
    if occurrences
        .iter()
        .any(|one| one.key.strip_prefix('-') == Some(key))
    {
        return None;
    }
    occurrences.iter().rposition(|one| {
        one.standing == Standing::Holds && key::is_pattern(&one.key) && key::matches(&one.key, key)
    })
}
