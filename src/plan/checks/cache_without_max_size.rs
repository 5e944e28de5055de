//! `cache-without-max-size`: nothing stops a proxy's cache before the disk does.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cache-without-max-size",
    severity: Severity::Error,
    rule: "size of a proxy's cache < size of the disk",
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

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let disk = plan.host.storage.size;
    for (planned, settled) in plan.settled() {
        let proxy = settled.traits.proxy.as_ref();
        let Some(cache) = proxy.and_then(|proxy| proxy.cache.as_ref()) else {
            continue;
        };
        if cache.value >= disk {
            let message = format!(
                "the cache of '{}' may take {}, and the disk has {disk}",
                planned.name, cache.value
            );
            let help = format!(
                "leave {} out, or lower it to half of what is free",
                cache.key
            );
            let at = planned.setting(cache.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
