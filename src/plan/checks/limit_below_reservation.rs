//! `limit-below-reservation`: what holds a service contradicts itself.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "limit-below-reservation",
    severity: Severity::Error,
    rule: "memory that is assured <= memory limit, and cpus <= processors of the host",
    because: "a container whose limit is below its reservation, or that is to have more processors than there are, is not made at all; systemd takes it and protects what cannot be there",
    help: "leave the pins out: the plan reserves what its want and its limit allow",
    sources: &[
        "https://github.com/maxyermayank/docker-compose-elasticsearch-kibana/issues/22",
        "https://docs.docker.com/engine/containers/resource_constraints/",
    ],
    cases: cases!("limit-below-reservation"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let confinement = &settled.traits.confinement;
        if let (Some(limit), Some(assured)) = (&confinement.limit, &confinement.assured)
            && assured.value > limit.value
        {
            let message = format!(
                "'{}' is assured {}, above its limit: {} = {}, {} = {}",
                planned.name, assured.value, assured.key, assured.value, limit.key, limit.value
            );
            let help = format!("leave {} out, or pin {} at most", assured.key, limit.value);
            let at = planned.setting(assured.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
        let host = plan.host.cpus;
        if let Some(cpus) = &confinement.cpus
            && cpus.value > host.decimal()
        {
            let message = format!(
                "'{}' is to have {} processors of a host that has {host}: its container is not made",
                planned.name, cpus.value
            );
            let help = format!("pin {host} at most, or leave {} out", cpus.key);
            let at = planned.setting(cpus.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
