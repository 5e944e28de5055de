//! `cache-without-max-size`: nothing stops a proxy's cache before the disk does.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "cache-without-max-size",
    severity: Severity::Error,
    rule: "size of a proxy's cache <= half of the disk",
    because: "a limit that the disk cannot hold is none, and what else is on the disk counts too: the cache fills the disk, and then every response that has to be buffered there fails",
    help: "leave max_size out: the plan takes what proxy_cache states, a quarter of the disk at most",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cache_path",
        "https://github.com/nginx/nginx/issues/868",
        "https://github.com/bntjah/lancache/issues/74",
    ],
    cases: cases!("cache-without-max-size"),
    run,
};

/// The part of the disk that is taken to be free.
/// Source: docs/formulas.md, "nginx".
const FREE_PART: u64 = 2;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let disk = plan.host.storage.size;
    for (planned, settled) in plan.settled() {
        let proxy = settled.traits.proxy.as_ref();
        let Some(cache) = proxy.and_then(|proxy| proxy.cache.as_ref()) else {
            continue;
        };
        let most = disk.over(FREE_PART);
        if cache.value > most {
            let message = format!(
                "the cache of '{}' may take {}, more than {most}, half of a disk of {disk}",
                planned.name, cache.value
            );
            let help = format!("leave {} out, or lower it to {most} or less", cache.key);
            // Up to its size the disk holds the cache, if little else.
            let severity = if cache.value < disk {
                Severity::Warning
            } else {
                Severity::Error
            };
            let breach = Breach::of(planned, message, help).severe(severity);
            breaches.push(breach.at(planned.setting(cache.key)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::checks::tests::found;

    #[test]
    fn inside_the_disk_it_hurts_and_beyond_it_it_fails() {
        let severity = |size: &str| {
            let stack = format!(
                "profile = \"t3.small\"\n[services.front]\nkind = \"nginx\"\nupstreams = [\"10.0.0.7:8000\"]\n\
                 proxy_cache = \"5GiB\"\nsettings = {{ max_size = \"{size}\" }}\n"
            );
            let found = found("cache-without-max-size", &stack);
            found.first().map(|finding| finding.severity)
        };
        assert_eq!(severity("15GiB"), None);
        assert_eq!(severity("29GiB"), Some(Severity::Warning));
        assert_eq!(severity("30GiB"), Some(Severity::Error));
    }
}
