//! `proxy-buffers-exceed-limit`: the responses that a proxy holds for slow
//! clients are more than its memory.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "proxy-buffers-exceed-limit",
    severity: Severity::Warning,
    rule: "requests in work x buffers of a response <= limit",
    because: "every slow client keeps the buffers of its response filled, so a few hundred of them are enough for the kernel to kill the proxy with all its connections",
    help: "leave the number of requests or the buffers out: the plan fits them to the limit",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffers",
        "docs/measurements.md#nginx",
    ],
    cases: cases!("proxy-buffers-exceed-limit"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let (Some(proxy), Some(share)) = (&settled.traits.proxy, planned.share) else {
            continue;
        };
        let (requests, each) = (&proxy.requests, &proxy.response);
        let all = each.value.times(requests.value);
        if all > share.limit {
            let message = format!(
                "{} requests of '{}' at once buffer {} each, {all} in all; its limit is {}",
                requests.value, planned.name, each.value, share.limit
            );
            let help = format!(
                "leave {} or {} out, or give it more memory",
                requests.key, each.key
            );
            let at = planned.pinned(&[requests.key, each.key]);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
