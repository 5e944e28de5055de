//! `burst-cost`: what is given to the services is more than a burstable host
//! has all the time.

use super::{Breach, Check, Severity, cases};
use crate::catalog::{self, Burst};
use crate::plan::Plan;
use crate::units::{Cpus, Money};

pub(super) static CHECK: Check = Check {
    id: "burst-cost",
    severity: Severity::Info,
    rule: "sum of the pinned cpus <= sustained cpus of a burstable host",
    because: "what is used above the baseline all the time is not free: t3, t3a and t4g are billed for it by default, t2 is slowed to its baseline once its credits are spent, and a shared core of Google's has it only while its neighbours leave room",
    help: "if that is mean use, pin fewer cpus, or take a host whose processors are all there",
    sources: &[
        "docs/formulas.md#bursts",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html",
        "https://cloud.google.com/compute/docs/general-purpose-machines",
    ],
    cases: cases!("burst-cost"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let host = &plan.host;
    let pinned = |share: crate::services::Share| share.cpus_pinned;
    let pinned = plan
        .services
        .iter()
        .filter(|planned| planned.share.is_some_and(pinned));
    let used = Cpus(pinned.map(|planned| planned.cpus.0).sum());
    let always = host.sustained();
    if !host.is_burstable() || used <= always {
        return;
    }
    let above = Cpus(used.0 - always.0);
    let month = |price: Money| Money::month_of(price).for_cpus(above);
    let then = match catalog::burst(&host.name) {
        Some(Burst::Billed(price)) => format!(
            "used all the time, the {above} above are billed with ${} a month (unlimited mode, the default)",
            month(price)
        ),
        Some(Burst::Throttled(price)) => format!(
            "used all the time, they are slowed to {always} once the credits are spent (unlimited mode would bill ${} a month)",
            month(price)
        ),
        Some(Burst::Unpromised) => {
            format!("the {above} above are there for short periods only; they cost nothing")
        }
        None => format!("the {above} above are not there all the time"),
    };
    let message = format!(
        "the services pin {used} processors; {} sustains {always}: {then}",
        host.name
    );
    let help = "if that is mean use, pin fewer cpus, or take a host whose processors are all there";
    breaches.push(Breach::new(message, help));
}

#[cfg(test)]
mod tests {
    use crate::plan::checks::tests::planned;

    fn says(profile: &str, host: &str, cpus: &str) -> String {
        let stack = format!(
            "profile = \"{profile}\"\n{host}\n[services.api]\nkind = \"node\"\ncpus = {cpus}\n"
        );
        let plan = planned("burst-cost", &stack);
        let mut found = plan.findings.into_iter();
        let found = found.find(|finding| finding.id == "burst-cost");
        found.map_or_else(String::new, |finding| finding.message)
    }

    /// The documents' own 1.5 of a t3.small: 1.1 x 0.05 x 730.
    #[test]
    fn what_is_billed_and_what_is_slowed() {
        let billed = says("t3.small", "", "1.5");
        assert!(billed.contains("billed with $40.15 a month"), "{billed}");
        let arm = says("t4g.small", "", "1.5");
        assert!(arm.contains("billed with $32.12 a month"), "{arm}");
        let old = says("t2.small", "", "1");
        assert!(old.contains("slowed to 0.2"), "{old}");
        assert!(old.contains("unlimited mode would bill $29.20"), "{old}");
    }

    #[test]
    fn a_shared_core_costs_nothing_and_an_unknown_host_is_not_guessed_at() {
        let host = |name: &str| format!("[host]\nname = \"{name}\"\nsustained_cpus = 0.5");
        let shared = says("m6i.large", &host("e2-small"), "1");
        assert!(shared.contains("they cost nothing"), "{shared}");
        let unknown = says("m6i.large", &host("box"), "1");
        assert!(
            unknown.ends_with("the 0.5 above are not there all the time"),
            "{unknown}"
        );
    }

    #[test]
    fn what_is_always_there_is_free() {
        assert_eq!(says("m6i.large", "", "2"), "");
    }
}
