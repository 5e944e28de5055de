//! `broker-evicts`: a queue is kept in a store that drops data of its own
//! accord.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::{Holds, Store};

pub(super) static CHECK: Check = Check {
    id: "broker-evicts",
    severity: Severity::Error,
    rule: "a store that holds jobs removes none of them: maxmemory-policy is noeviction",
    because: "a store that is full then drops keys that nobody asked it to drop, jobs among them: they are lost without a word, where noeviction gives the producer an error",
    help: "give the queue a store with role = \"broker\", and the cache another one",
    sources: &[
        "https://github.com/celery/celery/pull/6319",
        "https://github.com/rq/rq/issues/1280",
        "https://docs.bullmq.io/guide/going-to-production",
    ],
    cases: cases!("broker-evicts"),
    run,
};

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    for (planned, store) in evicting(plan) {
        let takers = takers(plan, &planned.name);
        if store.holds != Holds::Jobs && takers.is_empty() {
            continue;
        }
        let whose = match takers.first() {
            Some(taker) => format!("'{}' takes its tasks from '{}'", taker.name, planned.name),
            None => format!("'{}' holds jobs", planned.name),
        };
        let policy = &store.policy;
        let message = format!(
            "{whose}, which drops what it was not asked to once it is full: {} = {}",
            policy.key, policy.value
        );
        let help = if store.holds == Holds::Jobs {
            "leave the policy out: a broker gets noeviction"
        } else {
            "state role = \"broker\" for it, or give the queue a store of its own in 'uses'"
        };
        let breach = Breach::of(planned, message, help).at(planned.setting(policy.key));
        let breach = takers
            .iter()
            .fold(breach, |breach, taker| breach.and(&taker.name));
        breaches.push(breach);
    }
}

fn evicting(plan: &Plan) -> impl Iterator<Item = (&Planned, &Store)> {
    let evicts = |store: &&Store| store.evicts;
    plan.settled().filter_map(move |(planned, settled)| {
        Some((planned, settled.traits.store.as_ref().filter(evicts)?))
    })
}

/// Who has its queue in it for certain: whoever takes tasks, and uses nothing
/// else that could hold them. A database does not; what the plan knows nothing
/// of may.
fn takers<'a>(plan: &'a Plan, store: &str) -> Vec<&'a Planned> {
    let could_hold = |name: &String| {
        let traits = plan
            .service(name)
            .and_then(|used| used.settled.as_ref())
            .map(|settled| &settled.traits);
        traits.is_none_or(|traits| match &traits.store {
            Some(store) => !store.evicts,
            None => traits.database.is_none() && traits.pooler.is_none(),
        })
    };
    let takes =
        |among: &[String]| among.iter().any(|name| name == store) && !among.iter().any(could_hold);
    plan.settled()
        .filter(|(_, settled)| takes(&settled.traits.queue_among))
        .map(|(planned, _)| planned)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::plan::checks::tests::planned;

    const WORKER: &str = "[services.worker]\nkind = \"celery\"\nuses = ";
    const CACHE: &str = "[services.cache]\nkind = \"redis\"\nrole = \"cache\"\n";

    fn fires(services: &str) -> Option<Vec<String>> {
        let plan = planned(
            "broker-evicts",
            &format!("profile = \"t3.medium\"\n{services}"),
        );
        let mut found = plan.findings.into_iter();
        let found = found.find(|finding| finding.id == "broker-evicts");
        found.map(|finding| finding.services)
    }

    #[test]
    fn a_cache_beside_a_broker_may_evict() {
        let broker = "[services.jobs]\nkind = \"redis\"\nrole = \"broker\"\nport = 6380\n";
        assert_eq!(
            fires(&format!("{CACHE}{broker}{WORKER}[\"cache\", \"jobs\"]\n")),
            None
        );
    }

    #[test]
    fn a_queue_may_be_in_something_that_the_plan_does_not_know() {
        let rabbit = "[services.rabbit]\nkind = \"process\"\ncommand = \"rabbitmq-server\"\n";
        assert_eq!(
            fires(&format!("{CACHE}{rabbit}{WORKER}[\"cache\", \"rabbit\"]\n")),
            None
        );
        let managed = "[services.mq]\nkind = \"redis\"\nexternal = true\nconnections = 100\n";
        assert_eq!(
            fires(&format!("{CACHE}{managed}{WORKER}[\"cache\", \"mq\"]\n")),
            None
        );
        assert_eq!(fires(&format!("{CACHE}{WORKER}[]\n")), None);
    }

    #[test]
    fn a_database_beside_the_cache_holds_no_queue() {
        let db = "[services.db]\nkind = \"postgresql\"\n";
        let found = fires(&format!("{CACHE}{db}{WORKER}[\"cache\", \"db\"]\n"));
        assert_eq!(found.unwrap(), ["cache", "worker"]);
    }

    #[test]
    fn a_stated_broker_needs_nobody_that_takes_tasks() {
        let broker = "[services.jobs]\nkind = \"redis\"\nrole = \"broker\"\nsettings = { maxmemory-policy = \"volatile-lru\" }\n";
        assert_eq!(fires(broker).unwrap(), ["jobs"]);
    }
}
