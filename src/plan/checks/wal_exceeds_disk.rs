//! `wal-exceeds-disk`: the log of changes may fill the disk.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "wal-exceeds-disk",
    severity: Severity::Warning,
    rule: "2 x max_wal_size <= disk / 5",
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

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let storage = plan.host.storage;
    let most = storage.size.over(PART_OF_DISK);
    for (planned, settled) in plan.settled() {
        let Some(database) = &settled.traits.database else {
            continue;
        };
        let log = &database.log;
        let peak = log.value.times(WHILE_LATE).times(planned.replicas);
        if peak > most {
            let assumed = if storage.assumed {
                ", which is assumed"
            } else {
                ""
            };
            let message = format!(
                "the log of '{}' may take {peak} while a checkpoint is late: {} = {} on a disk of {}{assumed}",
                planned.name, log.key, log.value, storage.size
            );
            let each = most.over(WHILE_LATE).over(planned.replicas);
            let help = format!(
                "leave it out, or pin {each} at most; [host.storage] size states another disk"
            );
            let at = planned.setting(log.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
