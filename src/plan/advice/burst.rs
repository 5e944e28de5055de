//! What a burstable host has above what it sustains: who would run there, and
//! what that costs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::catalog;
use crate::plan::{Plan, Planned};
use crate::units::{Cpus, Money};

/// What becomes of use above the sustained processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is billed by default.
    Billed,
    /// It ends with the credits by default; in unlimited mode it is billed.
    Throttled,
    /// It is had while neighbours leave room, and costs nothing.
    Unpromised,
    /// The seller is not known.
    Unknown,
}

/// Processors above the sustained ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Burst {
    /// What becomes of their use.
    pub mode: Mode,
    /// There all the time.
    pub sustained_cpus: Cpus,
    /// There beyond.
    pub above_cpus: Cpus,
    /// What one of them costs a month where it is billed.
    pub usd_month_a_cpu: Option<Money>,
    /// What all of them cost, busy all the time.
    pub usd_month: Option<Money>,
    /// What of it each service's share of the processors is.
    pub services: Vec<Bursting>,
}

/// One service's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bursting {
    /// Its name.
    pub service: String,
    /// Its processors.
    pub cpus: Cpus,
    /// What of them is there all the time.
    pub sustained_cpus: Cpus,
    /// What keeping the rest busy costs a month.
    pub usd_month: Option<Money>,
}

/// Of a plan; nothing where the host is not burstable.
pub fn burst(plan: &Plan) -> Option<Burst> {
    let host = &plan.host;
    if !host.is_burstable() {
        return None;
    }
    let sustained = host.sustained();
    let above = Cpus(host.cpus.0.saturating_sub(sustained.0));
    let (mode, hour) = match catalog::burst(&host.name) {
        Some(catalog::Burst::Billed(price)) => (Mode::Billed, Some(price)),
        Some(catalog::Burst::Throttled(price)) => (Mode::Throttled, Some(price)),
        Some(catalog::Burst::Unpromised) => (Mode::Unpromised, None),
        None => (Mode::Unknown, None),
    };
    let month = hour.map(Money::month_of);
    let part = |planned: &Planned| {
        let all = u128::from(planned.cpus.0) * u128::from(sustained.0);
        let own = u64::try_from(all / u128::from(host.cpus.0.max(1))).unwrap_or(u64::MAX);
        let rest = Cpus(planned.cpus.0.saturating_sub(own));
        Bursting {
            service: planned.name.clone(),
            cpus: planned.cpus,
            sustained_cpus: Cpus(own),
            usd_month: month.map(|price| price.for_cpus(rest)),
        }
    };
    let local = plan.services.iter().filter(|planned| !planned.external);
    Some(Burst {
        mode,
        sustained_cpus: sustained,
        above_cpus: above,
        usd_month_a_cpu: month,
        usd_month: month.map(|price| price.for_cpus(above)),
        services: local.map(part).collect(),
    })
}
