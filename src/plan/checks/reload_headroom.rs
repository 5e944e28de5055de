//! `reload-headroom`: a reload would not fit inside the service's own limit.

use super::{Breach, Check, Severity};
use crate::plan::Plan;
use crate::services::Reload;

pub(super) static CHECK: Check = Check {
    id: "reload-headroom",
    severity: Severity::Info,
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for planned in &plan.services {
        let Some(Reload::TooLarge(why)) = planned.settled.as_ref().map(|settled| &settled.reload)
        else {
            continue;
        };
        breaches.push(Breach {
            services: vec![planned.name.clone()],
            message: format!(
                "service '{}' takes up changes by a restart: {why}",
                planned.name
            ),
            help: "give it more memory, or fewer processes".to_owned(),
        });
    }
}
