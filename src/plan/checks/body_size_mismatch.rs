//! `body-size-mismatch`: a proxy refuses uploads that the application takes, or
//! takes some that the disk cannot hold.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::Proxy;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "body-size-mismatch",
    severity: Severity::Warning,
    rule: "body limit of the application <= that of the proxy, and 16 uploads of that size <= half of the disk",
    because: "what the proxy refuses with 413 the application never sees; and an upload waits on the disk until it is whole, so a few large ones fill it for everybody",
    help: "state max_body once, at the application: the proxy takes as much",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size",
        "https://github.com/cloudpanel-io/cloudpanel-ce/issues/492",
        "docs/formulas.md#nginx",
    ],
    cases: cases!("body-size-mismatch"),
    run,
};

/// Uploads of the largest size at once.
/// Source: docs/formulas.md, "nginx" (guess: what an unknown program works on).
const UPLOADS: u64 = 16;
/// The part of the disk that is taken to be free.
/// Source: docs/formulas.md, "nginx".
const FREE_PART: u64 = 2;

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        if let Some(proxy) = &settled.traits.proxy {
            smaller(plan, planned, proxy, breaches);
            beyond_the_disk(plan, planned, proxy, breaches);
        }
    }
}

fn smaller(plan: &Plan, planned: &Planned, proxy: &Proxy, breaches: &mut Vec<Breach>) {
    let body = &proxy.body;
    for passed in &proxy.passes {
        let behind = plan.service(&passed.to).and_then(|to| to.settled.as_ref());
        let taken = behind.and_then(|settled| settled.offers.max_body);
        let Some(taken) = taken.filter(|taken| is_limit(body.value) && body.value < *taken) else {
            continue;
        };
        let message = format!(
            "'{}' answers uploads above {} with 413, and '{}' takes {taken}",
            planned.name, body.value, passed.to
        );
        let at = planned.setting(body.key);
        let pinned = at.is_some_and(|setting| setting.pinned.is_some());
        let key = if pinned { body.key } else { "max_body" };
        let help = format!("leave {key} of '{}' out: it takes as much", planned.name);
        breaches.push(Breach::of(planned, message, help).and(&passed.to).at(at));
    }
}

fn beyond_the_disk(plan: &Plan, planned: &Planned, proxy: &Proxy, breaches: &mut Vec<Breach>) {
    let body = &proxy.body;
    if proxy.passes.is_empty() {
        return;
    }
    let uploads = UPLOADS.min(proxy.requests.value);
    let free = plan.host.storage.size.over(FREE_PART);
    let size = match body.value {
        limit if !is_limit(limit) => "any size".to_owned(),
        limit if limit.times(uploads) > free => limit.to_string(),
        _ => return,
    };
    let message = format!(
        "'{}' takes uploads of {size}, and {uploads} of them at once wait on a disk with about {free} free",
        planned.name
    );
    let help = format!("lower it to {} or less", free.over(uploads));
    let at = planned.setting(body.key);
    breaches.push(Breach::of(planned, message, help).at(at));
}

/// Nothing is no limit.
fn is_limit(body: Bytes) -> bool {
    body > Bytes::ZERO
}

#[cfg(test)]
mod tests {
    use crate::plan::checks::tests::found;

    #[test]
    fn the_help_names_the_key_that_was_written() {
        let front = |limit: &str| {
            let stack = format!(
                "profile = \"t3.small\"\n[services.front]\nkind = \"nginx\"\nupstreams = [\"api\"]\n\
                 {limit}\n[services.api]\nkind = \"node\"\nmax_body = \"100MiB\"\n"
            );
            found("body-size-mismatch", &stack).remove(0)
        };
        let stated = front("max_body = \"1MiB\"");
        assert!(stated.help.starts_with("leave max_body of 'front' out"));
        assert_eq!(stated.at, None);
        let pinned = front("settings = { client_max_body_size = \"1MiB\" }");
        assert!(
            pinned
                .help
                .starts_with("leave client_max_body_size of 'front' out")
        );
        assert!(pinned.at.is_some());
    }
}
