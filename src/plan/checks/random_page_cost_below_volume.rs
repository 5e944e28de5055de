//! `random-page-cost-below-volume`: the planner takes the disk for a faster one
//! than it is.

use super::{Breach, Check, Severity, cases};
use crate::host::{Storage, StorageKind};
use crate::plan::Plan;
use crate::services::traits::Queries;
use crate::units::Decimal;

pub(super) static CHECK: Check = Check {
    id: "random-page-cost-below-volume",
    severity: Severity::Info,
    rule: "random_page_cost >= 2 where reports are read from a spinning disk, or from flash over a network",
    because: "below that the planner walks indexes where reading the whole table is cheaper: a report took 1260 ms at 1.1, and 490 to 550 from 1.5 on",
    help: "leave random_page_cost out: the plan gives 2 for reports on a network volume, 4 on a spinning disk",
    sources: &[
        "docs/measurements.md#load",
        "https://www.postgresql.org/docs/current/runtime-config-query.html",
    ],
    cases: cases!("random-page-cost-below-volume"),
    run,
};

/// Source: docs/measurements.md, "load" (third finding).
const LEAST: Decimal = Decimal::thousandths(2000);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let Some(volume) = slow(plan.host.storage) else {
        return;
    };
    for (planned, settled) in plan.settled() {
        let reports = |queries| matches!(queries, Queries::Mixed | Queries::Long);
        let database = settled.traits.database.as_ref();
        let Some(database) = database.filter(|database| reports(database.queries)) else {
            continue;
        };
        let cost = &database.random_page_cost;
        if cost.value < LEAST {
            let message = format!(
                "'{}' is asked reports and reads them from {volume}: {} = {} sends them through indexes",
                planned.name, cost.key, cost.value
            );
            let help = format!("leave it out, or pin {LEAST} or more");
            let at = planned.setting(cost.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}

/// What a page read at random costs more on, where it does.
fn slow(storage: Storage) -> Option<&'static str> {
    match (storage.kind, storage.network) {
        (StorageKind::Hdd, _) => Some("a spinning disk"),
        (StorageKind::Nvme | StorageKind::Ssd, true) => Some("flash over a network"),
        (StorageKind::Nvme | StorageKind::Ssd, false) => None,
    }
}
