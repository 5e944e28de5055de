//! `cache-without-max-size`: nothing stops a proxy's cache before the disk does.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cache-without-max-size",
    severity: Severity::Error,
    rule: "size of a proxy's cache <= half the disk",
    because: "a limit that the disk cannot hold is none: the cache fills the disk, and then every response that has to be buffered there fails",
    help: "leave max_size out: the plan takes what proxy_cache states, a quarter of the disk at most",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_path",
        "https://github.com/nginx/nginx/issues/868",
        "https://github.com/bntjah/lancache/issues/74",
    ],
    cases: cases!("cache-without-max-size"),
    run,
};

/// What is taken to be free: the system, logs and data have the other half.
/// Source: docs/formulas.md, "nginx".
const FREE_PART: u64 = 2;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let disk = plan.host.storage.size;
    let most = disk.over(FREE_PART);
    for (planned, settled) in plan.settled() {
        let proxy = settled.traits.proxy.as_ref();
        let Some(cache) = proxy.and_then(|proxy| proxy.cache.as_ref()) else {
            continue;
        };
        if cache.value > most {
            let message = format!(
                "the cache of '{}' may take {} of a disk of {disk}, about half of which is free",
                planned.name, cache.value
            );
            let key = planned.name_of(cache);
            let help = format!("leave {key} out, or lower it to {most} at most");
            let written = planned.written(cache);
            breaches.push(Breach::of(planned, message, help).written(written));
        }
    }
}
