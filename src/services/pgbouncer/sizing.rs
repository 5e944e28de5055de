//! A pooler's memory in numbers: how many clients and servers a share holds.

use crate::services::{Grant, Scene};
use crate::setting::{Formula, Pins, WorstCase, size};
use crate::stack::ServiceSpec;
use crate::units::Bytes;

/// The process with its libraries: 4 to 6 of its own, 8.3 resident.
/// Source: docs/measurements.md, "pgbouncer" (1.18.0).
const BASE: Bytes = Bytes::mib(9);
/// A client that waits or streams: 7.4 KiB; 1.2 at rest.
/// Source: docs/measurements.md, "pgbouncer" (`pkt_buf` of 4096 and the socket's own).
const CLIENT: Bytes = Bytes::kib(8);
/// A server's connection, as large as a client's, and TLS where it is remote.
/// Source: docs/measurements.md, "pgbouncer"; 56 KiB for TLS are an assumption.
const SERVER: Bytes = Bytes::kib(64);
/// What remembers one prepared statement of one connection.
/// Source: pgbouncer 1.21 `prepare.h`: a hash entry and a name; the text is kept once.
const STATEMENT: Bytes = Bytes(160);
/// Prepared statements that a connection may have.
/// Source: pgbouncer 1.21.0 release notes: "100 is probably reasonable".
const STATEMENTS: u64 = 100;
/// Clients that a pooler admits at least.
/// Source: pgbouncer.ini, `max_client_conn`: 100 by default.
pub(super) const LEAST_CLIENTS: u64 = 100;
/// Clients that share one server's connection usefully: what its users keep
/// open beyond only queues in the pooler instead of in them.
/// Source: docs/formulas.md, "pgbouncer".
const CLIENTS_PER_SERVER: u64 = 4;
/// The mode in which a client keeps its server until it disconnects.
/// Source: <https://www.pgbouncer.org/features.html>
pub(super) const SESSION: &str = "session";
/// The mode in which it gives the server back after each transaction.
pub(super) const TRANSACTION: &str = "transaction";
/// Servers' connections where nobody says.
/// Source: pgbouncer.ini, `default_pool_size`.
pub(super) const POOL: u64 = 20;
/// Source: docs/measurements.md, "load" (first finding: beyond 10 they only wait).
const MOST_PER_CPU: u64 = 10;
/// One thread keeps no more of them busy.
/// Source: docs/formulas.md, "pgbouncer".
const MOST_SERVERS: u64 = 512;
/// One thread serves no more.
/// Source: docs/formulas.md, "pgbouncer".
const MOST_CLIENTS: u64 = 10_000;

/// What sizing starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    /// Its share, in whole MiB.
    pub(super) share: Bytes,
    /// Clients that the stack states.
    pub(super) stated: Option<u64>,
    /// Clients that its users open.
    pub(super) load: u64,
    /// Connections to servers, all pools together.
    pub(super) servers: u64,
    /// Prepared statements that it remembers for a connection.
    pub(super) statements: u64,
    /// Clients that can share one server's connection.
    pub(super) turns: u64,
}

impl Inputs {
    pub(super) fn of(scene: &Scene<'_>, share: Bytes, load: u64, servers: u64) -> Self {
        let spec = scene.spec;
        let pins = Pins::new(&spec.name, &spec.settings);
        let stated = pins.count("max_client_conn");
        let stated = stated
            .or(spec.count("max_client_conn"))
            .or(spec.connections);
        let remembers = scene.version.at_least(1, 21);
        let statements = pins.count("max_prepared_statements").unwrap_or(STATEMENTS);
        Self {
            share,
            stated,
            load,
            servers,
            statements: if remembers { statements } else { 0 },
            turns: if holds(scene, &pins) {
                1
            } else {
                CLIENTS_PER_SERVER
            },
        }
    }

    fn statements(&self) -> Bytes {
        STATEMENT.times(self.statements)
    }

    /// One client at its most.
    pub(super) fn client(&self) -> Bytes {
        CLIENT.plus(self.statements())
    }

    fn server(&self) -> Bytes {
        SERVER.plus(self.statements())
    }

    fn for_servers(&self) -> Bytes {
        BASE.plus(self.server().times(self.servers))
    }

    /// Clients that it must admit.
    fn least_clients(&self) -> u64 {
        self.stated
            .unwrap_or(0)
            .max(self.load)
            .max(if self.stated.is_some() {
                0
            } else {
                LEAST_CLIENTS
            })
    }

    /// The least share for its clients and servers.
    pub(super) fn least_share(&self) -> Bytes {
        let sum = self
            .for_servers()
            .plus(self.client().times(self.least_clients()));
        Bytes::mib(sum.0.div_ceil(Bytes::MIB.0))
    }

    /// Clients that the share holds beside its servers.
    pub(super) fn held(&self) -> u64 {
        self.share.less(self.for_servers()).0 / self.client().0.max(1)
    }

    /// Clients that are worth having: those that take turns.
    pub(super) fn useful(&self) -> u64 {
        let turns = self.servers.saturating_mul(self.turns);
        turns.min(self.stated.unwrap_or(MOST_CLIENTS))
    }

    /// Clients that one elsewhere is taken to admit.
    pub(super) fn admitted(&self) -> u64 {
        self.stated.unwrap_or(self.useful().max(LEAST_CLIENTS))
    }

    /// Clients that it admits.
    pub(super) fn clients(&self) -> Formula {
        if let Some(stated) = self.stated {
            return Formula::count("max_client_conn", stated);
        }
        let load = (Formula::count("pools of its users", self.load) * 2)
            .at_least(&Formula::number(LEAST_CLIENTS))
            .up_to_multiple(10);
        let held = (Formula::size("share", self.share)
            - Formula::size("all but clients", self.for_servers()))
            / self.client();
        load.at_most(&held.floor())
    }

    /// The most that it can hold, term by term.
    pub(super) fn worst(&self, clients: u64) -> WorstCase {
        WorstCase::new()
            .and("process", size(BASE))
            .and(
                "clients",
                Formula::count("max_client_conn", clients) * &size(self.client()),
            )
            .and(
                "servers",
                Formula::count("servers", self.servers) * &size(self.server()),
            )
    }
}

/// Whether a client keeps its server for as long as it is connected: nobody
/// takes turns then.
fn holds(scene: &Scene<'_>, pins: &Pins<'_>) -> bool {
    let pinned = pins.word("pool_mode");
    pinned.as_deref().or(scene.spec.text("pool_mode")) == Some(SESSION)
}

/// Connections to each database at the most, where the stack pins none: more
/// backends than the processors serve only wait.
pub(super) fn most_servers(scene: &Scene<'_>) -> u64 {
    let cpus = scene.host.cpus.ceil();
    cpus.saturating_mul(MOST_PER_CPU).min(MOST_SERVERS)
}

/// Connections to servers that the stack pins for each database.
pub(super) fn pinned_servers(spec: &ServiceSpec) -> Option<u64> {
    spec.count("default_pool_size")
        .map(|size| size.saturating_add(spec.max_overflow.unwrap_or(0)))
        .or_else(|| spec.pinned_pool())
}

/// Connections to servers, all pools together.
pub(super) fn all_servers(spec: &ServiceSpec, grants: &[Grant]) -> u64 {
    if grants.is_empty() {
        return pinned_servers(spec).unwrap_or(POOL);
    }
    grants
        .iter()
        .map(|grant| grant.each.saturating_add(grant.overflow))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(share: u64) -> Inputs {
        Inputs {
            share: Bytes::mib(share),
            stated: None,
            load: 0,
            servers: 14,
            statements: 0,
            turns: CLIENTS_PER_SERVER,
        }
    }

    #[test]
    fn clients_are_twice_what_is_opened() {
        assert_eq!(inputs(32).clients().whole(), 100);
        let busy = Inputs {
            load: 133,
            ..inputs(32)
        };
        assert_eq!(busy.clients().whole(), 270);
        let stated = Inputs {
            stated: Some(400),
            ..inputs(32)
        };
        assert_eq!(stated.clients().whole(), 400);
    }

    #[test]
    fn four_clients_take_turns_at_one_server() {
        assert_eq!(inputs(32).useful(), 56);
        let few = Inputs {
            servers: 2,
            ..inputs(32)
        };
        assert_eq!((few.useful(), few.admitted()), (8, LEAST_CLIENTS));
        let stated = |stated| Inputs {
            stated: Some(stated),
            ..inputs(32)
        };
        assert_eq!(stated(400).useful(), 56);
        let kept = Inputs {
            turns: 1,
            ..inputs(32)
        };
        assert_eq!(kept.useful(), 14, "in sessions nobody takes turns");
        assert_eq!(stated(20).useful(), 20);
    }

    #[test]
    fn the_worst_case_fits_every_share_from_the_least_on() {
        for stated in [None, Some(1), Some(5000)] {
            for load in [0, 90, 4000] {
                for statements in [0, 100, 5000] {
                    let at = |share, servers| Inputs {
                        stated,
                        load,
                        servers,
                        statements,
                        ..inputs(share)
                    };
                    let least = at(0, 40).least_share().whole_mib();
                    for (share, servers) in (least..least + 200)
                        .chain([100_000])
                        .flat_map(|share| [(share, 1), (share, 40)])
                    {
                        let inputs = at(share, servers);
                        let clients = inputs.clients().whole();
                        assert!(
                            inputs.worst(clients).total() <= Bytes::mib(share),
                            "{stated:?} {load} {statements} in {share}"
                        );
                        assert!(stated.is_some() || clients >= load, "{load} in {share}");
                    }
                }
            }
        }
    }
}
