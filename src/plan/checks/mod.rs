//! Rules that look across services: a file each, an entry of one table each.
//! They see what services offer, use and settled, never their kinds.
//!
//! The entry is also the rule's documentation, and the two stacks beside it in
//! `cases/ID/` its examples: one that breaks it and one just inside the line.

mod breach;
mod elsewhere;
mod needs_pooler;
mod no_swap_small;
mod pool_exceeds_connections;
mod pool_oversized;
mod reload_headroom;
mod silence;
mod sum_exceeds_memory;
mod swappiness_zero;
#[cfg(test)]
mod tests;
mod upstream_unreachable;
mod worst_case_exceeds_limit;

use schemars::JsonSchema;
use serde::Serialize;

use super::Plan;
use crate::stack::Stack;
use breach::Breach;
pub use elsewhere::{ALL as ELSEWHERE, Elsewhere, Needs};
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
    &needs_pooler::CHECK,
    &no_swap_small::CHECK,
    &pool_exceeds_connections::CHECK,
    &pool_oversized::CHECK,
    &reload_headroom::CHECK,
    &sum_exceeds_memory::CHECK,
    &swappiness_zero::CHECK,
    &upstream_unreachable::CHECK,
    &worst_case_exceeds_limit::CHECK,
];

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
