//! `broker-evicts`: a queue is kept in a store that drops data of its own
//! accord.

use std::collections::{BTreeMap, BTreeSet};

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
        if store.holds == Holds::Jobs {
            let whose = format!("'{}' holds jobs", planned.name);
            let help = "leave the policy out: a broker gets noeviction";
            breaches.push(breach(&[(planned, store)], &whose, help));
        }
    }
    for (candidates, takers) in queues(plan) {
        let Some(taker) = takers.first() else {
            continue;
        };
        let names: Vec<String> = candidates
            .iter()
            .map(|(planned, _)| format!("'{}'", planned.name))
            .collect();
        let whose = format!("'{taker}' takes its tasks from {}", names.join(" or "));
        let help = match candidates.as_slice() {
            [_] => "state role = \"broker\" for it, or give the queue a store of its own in 'uses'",
            _ => {
                "state role = \"broker\" for the one that has the queue, or give it a store of its own in 'uses'"
            }
        };
        let breach = breach(&candidates, &whose, help);
        let breach = takers
            .iter()
            .fold(breach, |breach, taker| breach.and(taker));
        // What was only never said is easily meant otherwise.
        let unsaid = |(planned, store): &Candidate<'_>| {
            let setting = planned.setting(store.policy.key);
            let pinned = setting.is_some_and(|setting| setting.pinned.is_some());
            store.holds == Holds::Unstated && !pinned
        };
        breaches.push(if candidates.iter().any(unsaid) {
            breach.severe(Severity::Warning)
        } else {
            breach
        });
    }
}

/// A store that may hold a queue, and evicts.
type Candidate<'a> = (&'a Planned, &'a Store);

/// One breach about stores of which one has the queue.
fn breach(candidates: &[Candidate<'_>], whose: &str, help: &str) -> Breach {
    let policies: BTreeSet<String> = candidates
        .iter()
        .map(|(_, store)| format!("{} = {}", store.policy.key, store.policy.value))
        .collect();
    let message = format!(
        "{whose}, which drops what it was not asked to once it is full: {}",
        policies.into_iter().collect::<Vec<_>>().join(", ")
    );
    let settings = candidates
        .iter()
        .filter_map(|(planned, store)| planned.pinned(&[store.policy.key]));
    let named = candidates.iter().map(|(planned, _)| &planned.name);
    let breach = Breach::new(message, help).at(settings.into_iter().next());
    named.fold(breach, |breach, name| breach.and(name))
}

fn evicting(plan: &Plan) -> impl Iterator<Item = Candidate<'_>> {
    let evicts = |store: &&Store| store.evicts;
    plan.settled().filter_map(move |(planned, settled)| {
        Some((planned, settled.traits.store.as_ref().filter(evicts)?))
    })
}

/// The stores of which one has a queue for certain, and who takes tasks from it:
/// whoever uses nothing else that could hold them. A database does not; what the
/// plan knows nothing of may. Stated brokers are told of by themselves.
fn queues(plan: &Plan) -> Vec<(Vec<Candidate<'_>>, Vec<&str>)> {
    let could_hold = |name: &String| {
        let traits = plan
            .service(name)
            .and_then(|used| used.settled.as_ref())
            .map(|settled| &settled.traits);
        traits.is_none_or(|traits| match &traits.store {
            Some(store) => !store.evicts || store.holds == Holds::Jobs,
            None => traits.database.is_none() && traits.pooler.is_none(),
        })
    };
    let mut queues: BTreeMap<Vec<&str>, (Vec<Candidate<'_>>, Vec<&str>)> = BTreeMap::new();
    for (taker, settled) in plan.settled() {
        let among = &settled.traits.queue_among;
        let used = |(planned, _): &Candidate<'_>| among.contains(&planned.name);
        let candidates: Vec<Candidate<'_>> = evicting(plan).filter(used).collect();
        if candidates.is_empty() || among.iter().any(could_hold) {
            continue;
        }
        let names = candidates.iter().map(|(planned, _)| planned.name.as_str());
        let queue = queues.entry(names.collect());
        let (_, takers) = queue.or_insert_with(|| (candidates, Vec::new()));
        takers.push(&taker.name);
    }
    queues.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::Severity;
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

    /// The queue is in one of them: one finding, and nobody accuses the other.
    #[test]
    fn of_two_caches_one_has_the_queue() {
        let sessions = "[services.sessions]\nkind = \"redis\"\nport = 6380\n";
        let stack = |role: &str| {
            format!(
                "profile = \"t3.medium\"\n{CACHE}{sessions}{role}{WORKER}[\"cache\", \"sessions\"]\n"
            )
        };
        let found = |role| crate::plan::checks::tests::found("broker-evicts", &stack(role));
        let both = found("role = \"cache\"\n");
        assert_eq!(both.len(), 1);
        assert!(both[0].message.contains("from 'cache' or 'sessions'"));
        assert_eq!(both[0].services, ["cache", "sessions", "worker"]);
        assert_eq!(both[0].severity, Severity::Error);
        assert_eq!(found("")[0].severity, Severity::Warning);
        assert!(found("role = \"broker\"\n").is_empty());
    }

    /// What the plan chose by itself, for nobody said more, fails no plan.
    #[test]
    fn a_store_of_which_nothing_is_said_is_no_error() {
        let severity = |store: &str| {
            let stack = format!("profile = \"t3.medium\"\n{store}{WORKER}[\"cache\"]\n");
            crate::plan::checks::tests::found("broker-evicts", &stack)[0].severity
        };
        let bare = "[services.cache]\nkind = \"redis\"\n";
        assert_eq!(severity(bare), Severity::Warning);
        assert_eq!(severity(CACHE), Severity::Error);
        let pin = format!("{bare}settings = {{ maxmemory-policy = \"allkeys-lfu\" }}\n");
        assert_eq!(severity(&pin), Severity::Error);
    }
}
