//! Rules that look across services: a file each, an entry of one table each.
//! They see what services offer, use and settled, never their kinds.

mod needs_pooler;
mod no_swap_small;
mod pool_exceeds_connections;
mod pool_oversized;
mod reload_headroom;
mod sum_exceeds_memory;
mod upstream_unreachable;
mod worst_case_exceeds_limit;

use schemars::JsonSchema;
use serde::Serialize;

use super::Plan;

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
    /// How bad a breach is.
    pub severity: Severity,
    /// Finds every breach.
    run: fn(&Plan, &mut Vec<Breach>),
}

/// One breach, before it is known which rule found it.
#[derive(Debug)]
struct Breach {
    services: Vec<String>,
    message: String,
    help: String,
}

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
}

/// All rules, by id.
pub static ALL: &[&Check] = &[
    &needs_pooler::CHECK,
    &no_swap_small::CHECK,
    &pool_exceeds_connections::CHECK,
    &pool_oversized::CHECK,
    &reload_headroom::CHECK,
    &sum_exceeds_memory::CHECK,
    &upstream_unreachable::CHECK,
    &worst_case_exceeds_limit::CHECK,
];

/// Runs every rule whose inputs the plan has.
pub(super) fn run(plan: &mut Plan) {
    let mut findings = Vec::new();
    let mut held = Vec::new();
    for check in ALL {
        let mut breaches = Vec::new();
        (check.run)(plan, &mut breaches);
        if breaches.is_empty() {
            held.push(check.id);
        }
        findings.extend(breaches.into_iter().map(|breach| Finding {
            id: check.id,
            severity: check.severity,
            message: breach.message,
            help: breach.help,
            services: breach.services,
        }));
    }
    findings.sort_by_key(|finding| finding.severity);
    plan.findings = findings;
    plan.held = held;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_an_id_of_its_own_in_order() {
        let ids: Vec<&str> = ALL.iter().map(|check| check.id).collect();
        assert!(ids.is_sorted(), "{ids:?}");
    }
}
