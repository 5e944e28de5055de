//! `keepalive-race`: a proxy keeps an idle connection as long as the application
//! does, or longer.

use super::{Breach, Check, Severity, cases};
use crate::plan::Plan;

pub(super) static CHECK: Check = Check {
    id: "keepalive-race",
    severity: Severity::Warning,
    rule: "idle time of a proxy's connection < idle time of the application's",
    because: "the application closes the connection just when the proxy sends the next request on it: now and then one is answered with 502, and one with a body is not tried again",
    help: "let the proxy close first: leave its idle time out, or let the application keep connections 5 s longer",
    sources: &[
        "https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout",
        "https://github.com/rolling-scopes/rsschool-app/pull/3084",
        "https://github.com/adonisjs/core/issues/5081",
    ],
    cases: cases!("keepalive-race"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        let passes = settled.traits.proxy.iter().flat_map(|proxy| &proxy.passes);
        for passed in passes {
            let Some((idle, key)) = &passed.keeps else {
                continue;
            };
            let kept = plan.http(&passed.to).map_or(0, |http| http.keepalive);
            if kept == 0 || *idle < kept {
                continue;
            }
            let message = format!(
                "'{}' keeps idle connections to '{}' for {idle} s, which closes them after {kept} s: requests race with that",
                planned.name, passed.to
            );
            let help = match key {
                Some(key) => format!(
                    "leave {key} out; where the application keeps them longer than its kind does, silence this with the figure"
                ),
                None => "this version times them out nowhere: take one that does".to_owned(),
            };
            let at = key.as_deref().and_then(|key| planned.setting(key));
            breaches.push(Breach::of(planned, message, help).and(&passed.to).at(at));
        }
    }
}
