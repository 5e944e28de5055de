//! `header-buffers-too-small`: a proxy refuses the headers of ordinary requests.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "header-buffers-too-small",
    severity: Severity::Warning,
    rule: "one buffer for large request headers >= 8KiB",
    because: "the cookies of a login, or of a few trackers, pass 4KiB in one line: a longer one than the buffer is answered with 400, a longer address with 414, and the visitor cannot help it",
    help: "leave it out: the plan writes four of 8KiB",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers",
        "https://github.com/chainguard-dev/edu/pull/3405",
    ],
    cases: cases!("header-buffers-too-small"),
    run,
};

/// What browsers and applications count on.
/// Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers>, the default.
const LEAST: Bytes = Bytes::kib(8);

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let Some(proxy) = &settled.traits.proxy else {
            continue;
        };
        let line = &proxy.header_line;
        if line.value < LEAST {
            let message = format!(
                "'{}' answers requests with a header line above {} with 400, cookies among them",
                planned.name, line.value
            );
            let help = format!("leave {} out: the plan writes 4 of {LEAST}", line.key);
            let at = planned.setting(line.key);
            breaches.push(Breach::of(planned, message, help).at(at));
        }
    }
}
