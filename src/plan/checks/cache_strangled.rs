//! `cache-strangled`: a hard limit leaves no room for the page cache of what
//! lives from it.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cache-strangled",
    severity: Severity::Warning,
    rule: "hard limit of what lives from the page cache >= the smaller of 2 x its share and what the floors of the others leave",
    because: "the kernel charges a service for the pages of its files: a hard limit at the share of a database cost a quarter of the requests, and its data fit in the memory that was left",
    help: "leave MemoryMax and mem_limit out: its own settings hold it, MemoryLow protects its share",
    sources: &["docs/measurements.md#load", "docs/formulas.md#systemd"],
    cases: cases!("cache-strangled"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled().filter(|(_, settled)| settled.page_cache) {
        let (Some(limit), Some(share)) = (&settled.traits.confinement.limit, planned.share) else {
            continue;
        };
        let room = share.stated().times(2).min(share.ceiling);
        let setting = planned.setting(limit.key);
        let pinned = setting.is_some_and(|setting| setting.pinned.is_some());
        if pinned && limit.value < room {
            let message = format!(
                "'{}' lives from the page cache: {} = {} leaves it {} beside the {} that its own settings fill",
                planned.name,
                limit.key,
                limit.value,
                limit.value.less(share.stated()),
                share.stated()
            );
            let help = format!(
                "leave {} out: the plan gives {}, what the floors of the others leave",
                limit.key, share.ceiling
            );
            breaches.push(Breach::of(planned, message, help).at(setting));
        }
    }
}
