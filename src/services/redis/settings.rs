//! Redis' settings, each with its formula, in the order of the file.

use super::sizing::{CLIENT, Inputs, Persistence, Sizing};
use crate::services::Given;
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling, size};
use crate::units::Bytes;

/// The short name of tune's file.
pub(super) const OWN: &str = "90-tune.conf";
/// The short name of the file that includes it.
pub(super) const MAIN: &str = "redis.conf";

/// As many as redis admits unless told; more need a reason.
/// Source: redis.conf, `maxclients`.
const MOST_CLIENTS: u64 = 10_000;
/// A reader may be this far behind.
/// Source: docs/formulas.md, "redis" (16mb 8mb 60 by default of Azure and Alibaba).
const SLOW_READER: Bytes = Bytes::mib(16);
/// A subscriber may be this far behind.
/// Source: redis.conf, `client-output-buffer-limit`: 32mb 8mb 60.
const SLOW_SUBSCRIBER: Bytes = Bytes::mib(32);
/// Half of the limit may last this long.
/// Source: redis.conf, as above.
const SLOW_SECONDS: u64 = 60;
/// The smallest limit of a query that redis takes.
/// Source: redis 6.2 config.c.
const LEAST_QUERY: Bytes = Bytes::MIB;
/// A snapshot so many seconds after the first change.
/// Source: docs/formulas.md, "redis": five minutes are what a store without AOF may lose.
const SAVE_SECONDS: u64 = 300;
/// Fewer processors have none to spare for reading and writing sockets.
/// Source: redis.conf, `io-threads`: "at least 4 cores".
const CPUS_FOR_THREADS: u64 = 4;
/// More threads do not help.
/// Source: redis.conf, `io-threads`: "more than 8 threads is unlikely to help much".
const MOST_THREADS: u64 = 8;

const CONF: &str = "https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/";
const MEMORY: &str = "docs/measurements.md#redis";
const EVICTION: &str = "https://redis.io/docs/latest/develop/reference/eviction/";
const CLIENTS: &str = "https://redis.io/docs/latest/develop/reference/clients/";
const PERSISTENCE: &str =
    "https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/";
const BROKERS: &str = "https://docs.bullmq.io/guide/going-to-production";

/// What one act of making settings needs.
struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    inputs: &'a Inputs,
    sizing: &'a Sizing,
    pins: &'a Pins<'b>,
    sheet: Sheet<'b>,
}

/// What was made, and what follows from it.
pub(super) struct Made {
    pub(super) settings: Vec<Setting>,
    pub(super) maxclients: u64,
    pub(super) threads: u64,
}

/// All settings of tune's own file.
pub(super) fn make<'b>(
    given: &Given<'_>,
    inputs: &Inputs,
    sizing: &Sizing,
    pins: &'b Pins<'b>,
) -> Made {
    let sheet = Sheet::new(OWN, Spelling::Redis, pins);
    let mut maker = Maker {
        given,
        inputs,
        sizing,
        pins,
        sheet,
    };
    maker.network();
    maker.memory();
    let maxclients = maker.clients();
    maker.persistence();
    let threads = maker.threads();
    Made {
        settings: maker.sheet.finish(),
        maxclients,
        threads,
    }
}

/// The one setting of the file that is a person's.
pub(super) fn include<'b>(path: &str, pins: &'b Pins<'b>) -> Vec<Setting> {
    let mut sheet = Sheet::new(MAIN, Spelling::Redis, pins);
    let because = "the last value wins: what stands here is tune's, what stands above is yours";
    sheet.word(
        "include",
        path,
        Rule {
            source: CONF,
            activation: Activation::Restart,
            because,
        },
    );
    sheet.finish()
}

impl Maker<'_, '_> {
    fn live(&self, source: &'static str, because: &'static str) -> Rule {
        let activation = Activation::Live.in_container(self.given.scene.in_compose());
        Rule {
            source,
            activation,
            because,
        }
    }

    fn restart(&self, source: &'static str, because: &'static str) -> Rule {
        let activation = Activation::Restart.in_container(self.given.scene.in_compose());
        Rule {
            source,
            activation,
            because,
        }
    }

    fn network(&mut self) {
        let compose = self.given.scene.in_compose();
        let port = self.given.scene.spec.port;
        if let Some(port) = port.filter(|_| compose || self.given.instances.len() == 1) {
            let rule = self.restart(CONF, "the stack says so");
            self.sheet
                .count("port", &Formula::count("port", port), rule);
        }
        if compose {
            let because = "other containers reach it over the project's network, as the official image sets it; publish no port without a password";
            let rule = self.live(CONF, because);
            self.sheet.flag("protected-mode", false, rule);
        }
    }

    fn memory(&mut self) {
        let because = match self.inputs.persistence {
            Persistence::None => "fragmentation takes 13 % more and clients a tenth",
            Persistence::Rdb | Persistence::Aof => {
                "a save copies what is written meanwhile, at worst all of it, and clients take a tenth"
            }
        };
        let rule = self.live(MEMORY, because);
        self.sheet.size("maxmemory", &self.sizing.maxmemory, rule);
        let (policy, source, because) = match self.given.scene.spec.text("role") {
            Some("broker") => (
                KEEPS_ALL,
                BROKERS,
                "an evicted key is a lost job: better an error to the producer",
            ),
            Some("store") => (
                KEEPS_ALL,
                EVICTION,
                "nobody holds a copy of what would be evicted",
            ),
            _ => (
                "allkeys-lru",
                EVICTION,
                "what was not asked for longest can be computed again",
            ),
        };
        let rule = self.live(source, because);
        let chosen = self.sheet.word("maxmemory-policy", policy, rule);
        if !POLICIES.contains(&chosen.as_str()) {
            let message = "there is no such maxmemory-policy";
            self.pins
                .reject("maxmemory-policy", message, &POLICIES.join(", "));
        }
    }

    fn clients(&mut self) -> u64 {
        let all = if self.inputs.bounds_clients() {
            let because =
                "the client that holds the most is cut off before all of them burst the share";
            let rule = self.live(CLIENTS, because);
            self.sheet
                .size("maxmemory-clients", &self.sizing.clients, rule)
        } else {
            let held = self
                .inputs
                .pins
                .clients
                .unwrap_or(self.sizing.clients.bytes());
            Formula::size("for clients", held)
        };
        let (formula, because) = match self.given.scene.spec.connections {
            Some(stated) => (Formula::count("connections", stated), "the stack states it"),
            None => (
                (&all / CLIENT)
                    .floor()
                    .at_least(&Formula::number(1))
                    .at_most(&Formula::number(MOST_CLIENTS)),
                "40 KiB for each in work: more clients would cut each other off",
            ),
        };
        let rule = self.live(MEMORY, because);
        let maxclients = self.sheet.count("maxclients", &formula, rule);
        self.refuse_nothing("maxmemory-clients");
        self.slow(
            "client-output-buffer-limit normal",
            &all,
            SLOW_READER,
            2,
            "a reader that falls behind is cut off; unset it may hold any amount",
        );
        self.slow(
            "client-output-buffer-limit pubsub",
            &all,
            SLOW_SUBSCRIBER,
            4,
            "a subscriber that falls behind is cut off before it holds half of what clients have",
        );
        if !self.inputs.bounds_clients() {
            let query = (&all / 2).floor_to(Bytes::KIB).at_least(&size(LEAST_QUERY));
            let because = "one client cannot send a query of 1gb; nothing bounds all of them together before 7.0";
            let rule = self.live(CLIENTS, because);
            self.sheet.size("client-query-buffer-limit", &query, rule);
        }
        maxclients.whole()
    }

    /// One class of clients: a hard limit, and a part of it for a while.
    fn slow(
        &mut self,
        key: &'static str,
        all: &Formula,
        most: Bytes,
        part: u64,
        because: &'static str,
    ) {
        let hard = (all / 2).floor_to(Bytes::KIB).at_most(&size(most));
        let soft = (&hard / part).floor_to(Bytes::KIB);
        let spell = |bytes: &Formula| {
            Spelling::Redis.spell(&crate::setting::Value::Size(bytes.bytes().max(Bytes::KIB)))
        };
        let words = format!("{} {} {SLOW_SECONDS}", spell(&hard), spell(&soft));
        let rule = self.live(CLIENTS, because);
        self.sheet.words(key, &words, &hard, rule);
    }

    /// Nothing means no limit to redis, which no worst case holds.
    fn refuse_nothing(&self, key: &str) {
        if self.pins.size(key) == Some(Bytes::ZERO) {
            let message = format!("{key} 0 is no limit at all");
            self.pins.reject(
                key,
                &message,
                "leave it out: the plan gives a tenth of maxmemory",
            );
        }
    }

    fn persistence(&mut self) {
        let persistence = self.inputs.persistence;
        if persistence == Persistence::Rdb {
            let because = "a crash loses five minutes of changes at most";
            let rule = self.live(PERSISTENCE, because);
            let seconds = Formula::number(SAVE_SECONDS);
            self.sheet
                .words("save", &format!("{SAVE_SECONDS} 1"), &seconds, rule);
        } else {
            let because = if persistence == Persistence::Aof {
                "no snapshots: the append-only file holds everything, and each snapshot would copy the data again"
            } else {
                "no snapshots: what is lost can be computed again, and no save doubles the memory"
            };
            let rule = self.live(PERSISTENCE, because);
            self.sheet.word("save", "", rule);
        }
        let appends = persistence == Persistence::Aof;
        let (source, because) = if appends {
            (
                BROKERS,
                "a crash loses a second at most. A server that already holds data must be told by CONFIG SET before its restart: with the file alone it begins empty",
            )
        } else if persistence == Persistence::Rdb {
            (
                PERSISTENCE,
                "snapshots keep the data, and losing what came after the last is accepted",
            )
        } else {
            (PERSISTENCE, "nothing to keep: a restart begins empty")
        };
        let rule = self.live(source, because);
        self.sheet.flag("appendonly", appends, rule);
        if appends {
            let because = "a sync for every write would wait for the disk each time";
            let rule = self.live(PERSISTENCE, because);
            self.sheet.word("appendfsync", "everysec", rule);
        }
    }

    fn threads(&mut self) -> u64 {
        let cpus = self.given.share.cpus.min(self.given.scene.host.sustained());
        if cpus.0 / 1000 < CPUS_FOR_THREADS {
            return 1;
        }
        let threads = (Formula::cpus("cpus", cpus) * 3 / Formula::number(4))
            .floor()
            .at_most(&Formula::number(MOST_THREADS));
        let rule = self.restart(
            CONF,
            "sockets are read and written beside the one thread that works",
        );
        self.sheet.count("io-threads", &threads, rule).whole()
    }
}

/// The one policy that removes nothing.
pub(super) const KEEPS_ALL: &str = "noeviction";
/// Source: redis.conf, `maxmemory-policy`.
const POLICIES: &[&str] = &[
    KEEPS_ALL,
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
];
