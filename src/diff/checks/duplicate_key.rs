//! `duplicate-key`: a file sets a key twice.

use super::{Breach, Check, Seen};
use crate::formats::{Format, Occurrence, Reading, Repeated, Standing};
use crate::plan::Severity;

pub(super) const CHECK: Check = Check {
    id: "duplicate-key",
    run,
};

/// Formats in which saying a key twice says nothing more: not those that add
/// up, as units, and as blocks that begin with what was said before.
const ONCE: &[Format] = &[
    Format::Postgresql,
    Format::Nginx,
    Format::Redis,
    Format::Pgbouncer,
    Format::Sysctl,
    Format::Environment,
];

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    for (format, reading, services) in seen.readings() {
        let service = services.first().copied().unwrap_or_default();
        if ONCE.contains(&format) {
            breaches.extend(twice(format, reading, service));
        }
    }
}

/// Another file may well say it again, which is how files of settings are laid
/// over others; unless the program refuses that too.
fn twice(format: Format, reading: &Reading, service: &str) -> Vec<Breach> {
    let refused = format.repeated() == Repeated::Refused;
    let all = reading.occurrences.iter();
    all.filter_map(|one| {
        let Standing::Lost(winner) = one.standing else {
            return None;
        };
        let other: &Occurrence = reading.occurrences.get(winner)?;
        let is_same = other.key == one.key && other.within == one.within;
        if !is_same || (other.file != one.file && !refused) {
            return None;
        }
        let key = &one.key;
        Some(if refused {
            let (file, line) = (&other.file, other.line);
            let message = format!("{key} stands here and at {file}:{line}: it is refused");
            Breach::new(service, message)
                .at(&one.file, one.line)
                .severe(Severity::Error)
        } else {
            let line = other.line;
            let message = format!("{key} stands here and in line {line}, which counts");
            Breach::new(service, message).at(&one.file, one.line)
        })
    })
    .collect()
}
