//! `wal-exceeds-disk`: the log of changes may fill the disk.

use std::cmp::Reverse;

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::Database;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "wal-exceeds-disk",
    severity: Severity::Warning,
    rule: "2 x sum of max_wal_size of all databases <= disk / 5",
    because: "the limit is soft: while a checkpoint is late the log passes it, and a database whose disk is full stops",
    help: "leave max_wal_size out: the plan gives a tenth of the disk at most; or state the disk's size in [host.storage]",
    sources: &[
        "https://www.postgresql.org/docs/current/runtime-config-wal.html",
        "docs/formulas.md#wal-and-the-disk",
    ],
    cases: cases!("wal-exceeds-disk"),
    run,
};

/// How far a late checkpoint lets it grow.
/// Source: docs/formulas.md, "WAL and the disk".
const WHILE_LATE: u64 = 2;
/// Source: as above.
const PART_OF_DISK: u64 = 5;

/// What the log of all replicas may take.
fn peak(planned: &Planned, database: &Database) -> Bytes {
    let one = database.log.value.times(WHILE_LATE);
    one.times(planned.replicas)
}

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let storage = plan.host.storage;
    let most = storage.size.over(PART_OF_DISK);
    let databases = judged(plan);
    let sum: Bytes = databases
        .iter()
        .map(|(planned, one)| peak(planned, one))
        .sum();
    let Some((planned, database)) = databases.first().filter(|_| sum > most) else {
        return;
    };
    let log = &database.log;
    let several = databases.len() > 1;
    let names: Vec<String> = databases
        .iter()
        .map(|(planned, _)| format!("'{}'", planned.name))
        .collect();
    let (whose, that) = if several {
        ("logs", format!("that of '{}' by ", planned.name))
    } else {
        ("log", String::new())
    };
    let assumed = if storage.assumed {
        ", which is assumed"
    } else {
        ""
    };
    let message = format!(
        "the {whose} of {} may take {sum} while a checkpoint is late: {that}{} = {} on a disk of {}{assumed}",
        names.join(" and "),
        log.key,
        log.value,
        storage.size
    );
    let all: u64 = databases.iter().map(|(planned, _)| planned.replicas).sum();
    let each = most.over(WHILE_LATE).over(all);
    let help = if several {
        format!("pin {each} at most for each; [host.storage] size states another disk")
    } else {
        format!("leave it out, or pin {each} at most; [host.storage] size states another disk")
    };
    let mut pins = databases.iter();
    let at = pins.find_map(|(planned, one)| planned.pinned(&[one.log.key]));
    let breach = Breach::of(planned, message, help).at(at);
    let others = databases.iter().skip(1);
    breaches.push(others.fold(breach, |breach, (other, _)| breach.and(&other.name)));
}

/// The databases that are judged together, the largest log first. What the
/// plan gives each by itself is a tenth of the disk, however many there are:
/// together they are judged where somebody states one.
fn judged(plan: &Plan) -> Vec<(&Planned, &Database)> {
    let settled = plan.settled();
    let mut databases: Vec<(&Planned, &Database)> = settled
        .filter_map(|(planned, settled)| Some((planned, settled.traits.database.as_ref()?)))
        .collect();
    databases.sort_by_key(|(planned, database)| Reverse(peak(planned, database)));
    let stated = |(planned, one): &&(&Planned, &Database)| planned.pinned(&[one.log.key]).is_some();
    if !databases.iter().any(|one| stated(&one)) {
        databases.truncate(1);
    }
    databases
}

#[cfg(test)]
mod tests {
    use crate::plan::checks::tests::found;

    /// Each is within a fifth of the disk alone; the disk is one.
    #[test]
    fn two_databases_share_the_disk() {
        let log = |size: &str| {
            let one = |name: &str, port: u32| {
                format!(
                    "[services.{name}]\nkind = \"postgresql\"\nport = {port}\n\
                     settings = {{ max_wal_size = \"{size}\" }}\n"
                )
            };
            let stack = format!(
                "profile = \"t3.medium\"\n{}{}",
                one("a", 5432),
                one("b", 5433)
            );
            found("wal-exceeds-disk", &stack)
        };
        assert!(log("1536MiB").is_empty());
        let found = log("3GiB");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].services, ["a", "b"]);
        assert!(
            found[0].message.contains("'a' and 'b' may take 12 GiB"),
            "{found:?}"
        );
        assert!(found[0].help.contains("pin 1536 MiB at most"), "{found:?}");
    }
}
