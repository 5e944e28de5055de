//! `worker-connections-exceed-nofile`: a proxy's worker is to keep more
//! connections than it may open files for.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "worker-connections-exceed-nofile",
    severity: Severity::Warning,
    rule: "2 x connections of a worker <= files that it may open",
    because: "a request takes two files, its own connection and one to the application or a file on the disk; where they run out requests fail while the worker still accepts. An error where the connections alone are more than the files",
    help: "leave the limit of open files out: the plan gives two for each connection, and some beside",
    sources: &[
        "https://nginx.org/en/docs/ngx_core_module.html#worker_connections",
        "https://github.com/nginx-proxy/nginx-proxy/pull/2387",
        "https://github.com/kubernetes/ingress-nginx/pull/3667",
    ],
    cases: cases!("worker-connections-exceed-nofile"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(proxy) = &settled.traits.proxy else {
            continue;
        };
        let (connections, files) = (proxy.connections.value, proxy.open_files.value);
        let needed = connections.saturating_mul(2);
        if needed <= files {
            continue;
        }
        let severity = if connections > files {
            Severity::Error
        } else {
            Severity::Warning
        };
        let message = format!(
            "a worker of '{}' may open {files} files and keeps up to {connections} connections, which take {needed} when they are passed on",
            planned.name
        );
        let help = format!(
            "leave {} out, or raise it to {needed} and some beside",
            proxy.open_files.key
        );
        let at = planned.pinned(&[proxy.open_files.key, proxy.connections.key]);
        breaches.push(Breach::of(planned, message, help).severe(severity).at(at));
    }
}
