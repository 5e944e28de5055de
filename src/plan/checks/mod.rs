//! Rules that look across services: a file each, an entry of one table each.
//! They see what services offer, use and settled, never their kinds.
//!
//! The entry is also the rule's documentation, and the two stacks beside it in
//! `cases/ID/` its examples: one that breaks it and one just inside the line.

mod autovacuum_memory;
mod body_size_mismatch;
mod breach;
mod broker_evicts;
mod burst_cost;
mod cache_estimate_exceeds_memory;
mod cache_strangled;
mod cache_without_max_size;
mod child_cap_unit;
mod child_uncapped;
mod cluster_on_one_cpu;
mod connections_exceed_files;
mod deprecated_worker_class;
mod elsewhere;
mod fork_headroom;
mod fork_mode_with_instances;
mod glob;
mod header_buffers_too_small;
mod heap_exceeds_restart_limit;
mod heap_uncapped;
mod heartbeat_on_disk;
mod jit_on_web;
mod keepalive_race;
mod largest_user;
mod limit_below_reservation;
mod localhost_upstream;
mod logs_exceed_disk;
mod memswap_unset;
mod needs_pooler;
mod no_recycle;
mod no_swap_small;
mod oom_priority;
mod overcommit_off;
mod overcommit_strict;
mod pool_exceeds_connections;
mod pool_ignores_child_limits;
mod pool_oversized;
mod prefetch_with_long_tasks;
mod proxy_buffers_exceed_limit;
mod random_page_cost_below_volume;
mod reference;
mod reload_headroom;
mod restart_exceeds_limit;
mod results_never_expire;
mod session_pool_starves;
mod shm_too_small;
mod silence;
mod stop_timeout_order;
mod store_evicts;
mod store_without_limit;
mod sum_exceeds_memory;
mod swappiness_zero;
mod sync_worker_with_long_requests;
#[cfg(test)]
mod tests;
mod timeout_order;
mod two_rotators;
mod upstream_unreachable;
mod visibility_shorter_than_task;
mod wal_exceeds_disk;
mod worker_connections_exceed_nofile;
mod workers_exceed_memory;
mod workers_exceed_sustained_cpu;
mod worst_case_exceeds_limit;
mod young_generation_shrunk;

use schemars::JsonSchema;
use serde::Serialize;

use super::Plan;
use crate::stack::Stack;
use breach::Breach;
pub use elsewhere::{ALL as ELSEWHERE, Elsewhere, Looked, Needs};
pub(crate) use glob::overlap;
pub use reference::{ALL as REFERENCE, Reference};
pub(super) use silence::unknown as unknown_silences;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The stack will fail: `apply` refuses.
    Error,
    /// It will hurt.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// One rule.
#[derive(Debug)]
pub struct Check {
    /// Its stable name.
    pub id: &'static str,
    /// How bad a breach is; a breach may say otherwise.
    pub severity: Severity,
    /// What must hold, as an inequality.
    pub rule: &'static str,
    /// What happens otherwise.
    pub because: &'static str,
    /// What to do.
    pub help: &'static str,
    /// Where that is known from: URLs, or rows of the project's documents.
    pub sources: &'static [&'static str],
    /// Two stacks as examples.
    pub cases: Cases,
    /// Finds every breach.
    run: fn(&Plan, &mut Vec<Breach>),
}

/// Stacks with their profiles, as a person would write them.
#[derive(Clone, Copy, Debug)]
pub struct Cases {
    /// Breaks the rule.
    pub fires: &'static str,
    /// Is just inside the line.
    pub holds: &'static str,
}

/// The two stacks of a rule, in `cases/ID/`.
macro_rules! cases {
    ($id:literal) => {
        $crate::plan::checks::Cases {
            fires: include_str!(concat!("cases/", $id, "/fires.toml")),
            holds: include_str!(concat!("cases/", $id, "/holds.toml")),
        }
    };
}
use cases;

/// A rule that fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Finding {
    /// The rule.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is so.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Whom it concerns.
    pub services: Vec<String>,
    /// Where a person wrote what breaks it: file, line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Why the stack silences it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silenced: Option<String>,
}

/// All rules, by id.
pub static ALL: &[&Check] = &[
    &autovacuum_memory::CHECK,
    &body_size_mismatch::CHECK,
    &broker_evicts::CHECK,
    &burst_cost::CHECK,
    &cache_estimate_exceeds_memory::CHECK,
    &cache_strangled::CHECK,
    &cache_without_max_size::CHECK,
    &child_cap_unit::CHECK,
    &child_uncapped::CHECK,
    &cluster_on_one_cpu::CHECK,
    &connections_exceed_files::CHECK,
    &deprecated_worker_class::CHECK,
    &fork_headroom::CHECK,
    &fork_mode_with_instances::CHECK,
    &header_buffers_too_small::CHECK,
    &heap_exceeds_restart_limit::CHECK,
    &heap_uncapped::CHECK,
    &heartbeat_on_disk::CHECK,
    &jit_on_web::CHECK,
    &keepalive_race::CHECK,
    &limit_below_reservation::CHECK,
    &localhost_upstream::CHECK,
    &logs_exceed_disk::CHECK,
    &memswap_unset::CHECK,
    &needs_pooler::CHECK,
    &no_recycle::CHECK,
    &no_swap_small::CHECK,
    &oom_priority::CHECK,
    &overcommit_off::CHECK,
    &overcommit_strict::CHECK,
    &pool_exceeds_connections::CHECK,
    &pool_ignores_child_limits::CHECK,
    &pool_oversized::CHECK,
    &prefetch_with_long_tasks::CHECK,
    &proxy_buffers_exceed_limit::CHECK,
    &random_page_cost_below_volume::CHECK,
    &reload_headroom::CHECK,
    &restart_exceeds_limit::CHECK,
    &results_never_expire::CHECK,
    &session_pool_starves::CHECK,
    &shm_too_small::CHECK,
    &stop_timeout_order::CHECK,
    &store_evicts::CHECK,
    &store_without_limit::CHECK,
    &sum_exceeds_memory::CHECK,
    &swappiness_zero::CHECK,
    &sync_worker_with_long_requests::CHECK,
    &timeout_order::CHECK,
    &two_rotators::CHECK,
    &upstream_unreachable::CHECK,
    &visibility_shorter_than_task::CHECK,
    &wal_exceeds_disk::CHECK,
    &worker_connections_exceed_nofile::CHECK,
    &workers_exceed_memory::CHECK,
    &workers_exceed_sustained_cpu::CHECK,
    &worst_case_exceeds_limit::CHECK,
    &young_generation_shrunk::CHECK,
];

/// What was found elsewhere, with why the stack silences it where it does.
pub fn silenced(stack: &Stack, found: Vec<Finding>) -> Vec<Finding> {
    let silenced = |finding: Finding| Finding {
        silenced: silence::reason(stack, &finding),
        ..finding
    };
    found.into_iter().map(silenced).collect()
}

/// Runs every rule whose inputs the plan has.
pub(super) fn run(plan: &mut Plan, stack: &Stack) {
    let mut found: Vec<Finding> = Vec::new();
    for check in ALL {
        let mut breaches = Vec::new();
        (check.run)(plan, &mut breaches);
        if breaches.is_empty() {
            plan.held.push(check.id);
        }
        let findings = breaches.into_iter().map(|breach| breach.found_by(check));
        found.extend(findings.map(|finding| Finding {
            silenced: silence::reason(stack, &finding),
            ..finding
        }));
    }
    found.sort_by_key(|finding| finding.severity);
    plan.silent_for_nothing = silence::without_effect(stack, &found);
    (plan.silenced, plan.findings) = found
        .into_iter()
        .partition(|finding| finding.silenced.is_some());
}
