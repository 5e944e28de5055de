//! `timeout-order`: who waits gives up before the one it waits for.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::{Proxy, Role};

pub(super) static CHECK: Check = Check {
    id: "timeout-order",
    severity: Severity::Warning,
    rule: "statement timeout < timeout of the application < timeout of the proxy",
    because: "the inner one must give up first, or its work goes on for nobody: the client has a 504, and the worker or the query still holds its place",
    help: "leave the pinned one out: the plan puts the statement 1 s below the application, and the proxy 5 s above",
    sources: &[
        "docs/formulas.md#timeouts",
        "https://github.com/aws/sagemaker-containers/pull/185",
        "https://github.com/openfoodfoundation/ofn-install/pull/436",
    ],
    cases: cases!("timeout-order"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, settled) in plan.settled() {
        if let Some(proxy) = &settled.traits.proxy {
            of_proxy(plan, planned, proxy, breaches);
        }
        for role in &settled.traits.roles {
            of_role(planned, role, breaches);
        }
    }
}

/// An application that does not say when it gives up is not compared.
fn of_proxy(plan: &Plan, planned: &Planned, proxy: &Proxy, breaches: &mut Vec<Breach>) {
    for passed in &proxy.passes {
        let timeout = plan.http(&passed.to).and_then(|http| http.timeout);
        let (waits, key) = &passed.waits;
        if let Some(timeout) = timeout.filter(|timeout| waits <= timeout) {
            let message = format!(
                "'{}' waits {waits} s for '{}', which gives a request up after {timeout} s: the client has its 504 first",
                planned.name, passed.to
            );
            let help = format!("leave {key} out: the plan waits 5 s longer than the application");
            let at = planned.setting(key);
            breaches.push(Breach::of(planned, message, help).and(&passed.to).at(at));
        }
    }
}

fn of_role(planned: &Planned, role: &Role, breaches: &mut Vec<Breach>) {
    let (statement, key) = &role.statement;
    let Some(patience) = role.patience.filter(|patience| *patience > 0) else {
        return;
    };
    if (1..patience.saturating_mul(1000)).contains(statement) {
        return;
    }
    let runs = match statement {
        0 => "for ever".to_owned(),
        _ => format!("{statement} ms"),
    };
    let message = format!(
        "a statement of '{}' on '{}' may run {runs}, and its request is given up after {patience} s",
        role.name, planned.name
    );
    let help = format!("leave {key} out: the plan cuts it off a second earlier");
    let at = planned.setting(key);
    breaches.push(Breach::of(planned, message, help).at(at));
}
