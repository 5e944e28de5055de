//! The two orders in which `sysctl.d` is read at boot.
//!
//! Source: sysctl.d(5); procps sysctl(8), `--system`.

use super::super::{Files, Format, Missing, Reading, Repeated, Trouble, TroubleKind};

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
    reads_last: bool,
}

pub(super) const ALL: &[Order] = &[
    Order {
        name: "systemd-sysctl",
        reads_last: false,
    },
    Order {
        name: "sysctl --system",
        reads_last: true,
    },
];

impl Order {
    pub(super) fn read(&self, files: &dyn Files) -> Reading {
        let mut reading = Reading {
            reader: self.name,
            ..Reading::default()
        };
        for path in paths(files, &mut reading) {
            take(&mut reading, files, &path);
        }
        if self.reads_last {
            take(&mut reading, files, LAST);
        }
        reading.decide(Repeated::LastWins);
        reading
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

/// Every file that is read, by its name.
fn paths(files: &dyn Files, reading: &mut Reading) -> Vec<String> {
    let mut by_name = std::collections::BTreeMap::new();
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
        for name in names.into_iter().filter(|name| name.ends_with(".conf")) {
            let path = format!("{directory}/{name}");
            by_name.entry(name).or_insert(path);
        }
    }
    by_name.into_values().collect()
}
