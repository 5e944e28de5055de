//! nginx's memory in numbers: what a share becomes, what it can hold at worst,
//! and the least share that works. How it is written is not here.

use super::buffers::Buffering;
use crate::services::Scene;
use crate::setting::{Formula, Pins, WorstCase, size};
use crate::units::Bytes;

/// The master with its configuration, twice while it reloads.
/// Source: docs/measurements.md, "nginx" (PSS 2.0 MiB).
const MASTER: Bytes = Bytes::mib(4);
/// A worker beside its connections.
/// Source: docs/measurements.md, "nginx" (1.6 MiB with 512 slots; HTTP/2 holds 256 KiB more).
const WORKER: Bytes = Bytes::mib(2);
/// A slot for a connection, used or not.
/// Source: docs/measurements.md, "nginx" (0.42 KiB).
const SLOT: Bytes = Bytes(432);
/// An entry of the cache of open files, with its name.
/// Source: docs/formulas.md, "nginx".
const OPEN_FILE: Bytes = Bytes(512);
/// While it reloads, the old workers end beside the new ones.
/// Source: <https://nginx.org/en/docs/control.html#reconfiguration>
const WORKERS_IN_RELOAD: u64 = 2;
/// A further worker is worth it where each keeps so many connections: a worker
/// that runs out of them refuses while others idle.
/// Source: docs/formulas.md, "nginx".
const CONNECTIONS_FIRST: u64 = 512;
/// Fewer connections of a worker, or requests in work, and it is no server.
const LEAST_CONNECTIONS: u64 = 64;
const LEAST_REQUESTS: u64 = 16;
/// nginx takes no larger limit.
/// Source: `ngx_http_limit_conn` in nginx's `ngx_http_limit_conn_module.c`.
pub(super) const MOST_REQUESTS: u64 = 65_535;
/// Zones begin here: eight pages at least, which is 512 KiB where a page is 64.
pub(super) const LEAST_ZONE: Bytes = Bytes::MIB;
const MOST_ZONE: Bytes = Bytes::mib(10);
/// A zone takes this part of what a share has above the least.
const ZONE_PART: u64 = 32;
/// Connections of a worker that are worth their memory, by share.
/// Source: docs/formulas.md, "nginx".
const CONNECTIONS_BY_SHARE: &[(Bytes, u64)] = &[(Bytes::mib(64), 512), (Bytes::mib(512), 1024)];
const MOST_CONNECTIONS: u64 = 4096;

/// Requests in work take this part of all connections at most: no worker has
/// exactly its part of them, and idle ones stand between.
/// Source: docs/measurements.md, "nginx" (386 of 512 taken: none failed).
const USED_PART: (u64, u64) = (3, 4);
/// Requests that one processor can have in work before more only wait.
/// Source: docs/formulas.md, "nginx".
const CONNECTIONS_OF_PROCESSOR: u64 = 1024;

/// What sizing starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    /// Its share, in whole MiB.
    pub(super) share: Bytes,
    pub(super) tls: bool,
    /// Whether it serves files.
    pub(super) files: bool,
    /// Connections that one request takes: its own, and one to an application.
    slots: u64,
    pub(super) buffers: Buffering,
    workers: Option<u64>,
    connections: Option<u64>,
    requests: Option<u64>,
    open_files: Option<u64>,
    zones: [(&'static str, bool, Option<Bytes>); 4],
}

/// Zones of shared memory, by the setting that holds their size.
pub(super) const LIMIT_CONN_ZONE: &str = "limit_conn_zone";
pub(super) const LIMIT_REQ_ZONE: &str = "limit_req_zone";
pub(super) const KEYS_ZONE: &str = "keys_zone";
pub(super) const SESSIONS: &str = "ssl_session_cache";

/// What a share becomes for so many workers.
#[derive(Clone, Debug)]
pub(super) struct Sizing {
    pub(super) workers: u64,
    pub(super) connections: Formula,
    pub(super) requests: Formula,
}

impl Inputs {
    pub(super) fn of(scene: &Scene<'_>, share: Bytes) -> Self {
        let spec = scene.spec;
        let pins = Pins::new(&spec.name, &spec.settings);
        let has = |key: &str| spec.options.contains_key(key);
        let zone = |key: &'static str, used: bool| (key, used, pins.size(key));
        Self {
            share,
            tls: has("tls"),
            files: has("root") || !has("upstreams"),
            slots: if has("upstreams") { 2 } else { 1 },
            buffers: Buffering::of(&pins),
            workers: pins.count("worker_processes"),
            connections: pins.count("worker_connections"),
            requests: pins.count("limit_conn"),
            open_files: pins.count("open_file_cache"),
            zones: [
                zone(LIMIT_CONN_ZONE, true),
                zone(LIMIT_REQ_ZONE, has("rate_limit")),
                zone(KEYS_ZONE, has("proxy_cache")),
                zone(SESSIONS, has("tls")),
            ],
        }
    }

    /// The size of a zone with many entries: its least, and a part of what the share has beyond.
    pub(super) fn zone(&self) -> Formula {
        let beyond = Formula::size("share", self.share.max(self.least()))
            - Formula::size("least share", self.least());
        (size(LEAST_ZONE) + (beyond / ZONE_PART).floor_to(Bytes::MIB)).at_most(&size(MOST_ZONE))
    }

    fn zones(&self, unpinned: Bytes) -> Bytes {
        let used = self.zones.iter().filter(|(_, used, _)| *used);
        used.map(|(key, _, pin)| match (pin, *key) {
            (Some(pinned), _) => *pinned,
            (None, LIMIT_CONN_ZONE) => LEAST_ZONE,
            (None, _) => unpinned,
        })
        .sum()
    }

    pub(super) fn all_zones(&self) -> Bytes {
        self.zones(self.zone().bytes())
    }

    pub(super) fn connection(&self) -> Bytes {
        self.buffers.connection(self.tls)
    }

    pub(super) fn request(&self) -> Bytes {
        self.buffers.request(self.tls)
    }

    /// Slots and cached files that follow the number of connections.
    fn slot(&self) -> Bytes {
        if self.files && self.open_files.is_none() {
            SLOT.plus(OPEN_FILE)
        } else {
            SLOT
        }
    }

    /// A worker before its first connection.
    fn bare_worker(&self) -> Bytes {
        let files = self.open_files.filter(|_| self.files).unwrap_or(0);
        WORKER.plus(OPEN_FILE.times(files))
    }

    /// A connection with its slots in old and new workers.
    fn connection_and_slots(&self) -> Bytes {
        self.connection().plus(self.slot().times(WORKERS_IN_RELOAD))
    }

    /// A worker with the connections that it must have.
    fn least_worker(&self) -> Bytes {
        let connections = self.connections.unwrap_or(LEAST_CONNECTIONS);
        self.bare_worker()
            .times(WORKERS_IN_RELOAD)
            .plus(self.connection_and_slots().times(connections))
    }

    /// A worker with the connections that come before a further one, and as much
    /// again for requests.
    fn good_worker(&self) -> Bytes {
        let connections = self.connections.unwrap_or(CONNECTIONS_FIRST);
        let all = self.connection_and_slots().times(connections);
        self.bare_worker()
            .times(WORKERS_IN_RELOAD)
            .plus(all.times(2))
    }

    fn least_requests(&self) -> Bytes {
        self.request()
            .times(self.requests.unwrap_or(LEAST_REQUESTS))
    }

    /// The least share in which all of this works, in whole MiB.
    pub(super) fn least(&self) -> Bytes {
        let exact = MASTER
            .plus(self.zones(LEAST_ZONE))
            .plus(self.least_worker().times(self.workers.unwrap_or(1)))
            .plus(self.least_requests());
        exact.plus(Bytes(Bytes::MIB.0 - 1)).floor_to(Bytes::MIB)
    }

    /// The most that it can put to use where nothing lives from the page cache:
    /// on every processor as many requests in work as connections.
    pub(super) fn most(&self, cpus: u64) -> Bytes {
        let each = self
            .connection_and_slots()
            .plus(self.request())
            .times(CONNECTIONS_OF_PROCESSOR);
        let workers = self.bare_worker().times(WORKERS_IN_RELOAD).plus(each);
        let exact = MASTER
            .plus(self.zones(MOST_ZONE))
            .plus(workers.times(self.workers.unwrap_or(cpus)));
        exact.max(self.least()).floor_to(Bytes::MIB)
    }

    /// How many workers the processors and the share allow.
    pub(super) fn workers(&self, cpus: &Formula) -> Vec<Formula> {
        if let Some(pinned) = self.workers {
            return vec![Formula::count("worker_processes", pinned)];
        }
        let one = Formula::number(1);
        let share = Formula::size("share", self.share);
        let room = &share - &Formula::size("master and zones", MASTER.plus(self.all_zones()));
        let rest = share
            - Formula::size(
                "master, zones and least requests",
                MASTER.plus(self.all_zones()).plus(self.least_requests()),
            );
        vec![
            cpus.ceil(),
            (room / Formula::size("worker with its connections", self.good_worker()))
                .floor()
                .at_least(&one),
            (rest / Formula::size("least worker", self.least_worker()))
                .floor()
                .at_least(&one),
        ]
    }

    /// What is left for connections and requests.
    fn room(&self, workers: u64) -> Formula {
        let workers = Formula::count("worker_processes", workers) * WORKERS_IN_RELOAD;
        Formula::size("share", self.share)
            - Formula::size("master", MASTER)
            - Formula::size("zones", self.all_zones())
            - workers * Formula::size("worker", self.bare_worker())
    }

    /// Connections take half of the room, requests the rest.
    pub(super) fn size(&self, workers: u64) -> Sizing {
        let room = self.room(workers);
        let room = Formula::size("room", room.bytes());
        let request = Formula::size("a request", self.request());
        let all_workers = Formula::count("worker_processes", workers);
        let each = &all_workers * &Formula::size("a connection", self.connection_and_slots());
        let for_connections = match self.requests {
            None => &room / 2,
            Some(pinned) => &room - &(Formula::count("limit_conn", pinned) * &request),
        };
        let cap = CONNECTIONS_BY_SHARE
            .iter()
            .find(|(below, _)| self.share < *below)
            .map_or(MOST_CONNECTIONS, |(_, cap)| *cap);
        let connections = (for_connections / &each)
            .at_most(&Formula::number(cap))
            .power_of_two()
            .at_least(&Formula::number(LEAST_CONNECTIONS));
        let used = Formula::count(
            "worker_connections",
            self.connections.unwrap_or_else(|| connections.whole()),
        );
        let evenly = &all_workers * &used * USED_PART.0 / (USED_PART.1 * self.slots);
        let requests = Formula::min_of(&[
            (&room - &(&each * &used)) / &request,
            evenly,
            Formula::number(MOST_REQUESTS),
        ]);
        Sizing {
            workers,
            connections,
            requests: requests.floor().at_least(&Formula::number(1)),
        }
    }

    /// The most that it can hold, term by term, with the values as they stand.
    pub(super) fn worst(&self, workers: u64, connections: u64, requests: u64) -> WorstCase {
        let workers = Formula::count("worker_processes", workers);
        let connections = Formula::count("worker_connections", connections);
        let slots = &connections * &Formula::size("slot", self.slot());
        WorstCase::new()
            .and("master", Formula::size("master", MASTER))
            .and(
                "workers, twice in a reload",
                &workers
                    * WORKERS_IN_RELOAD
                    * (Formula::size("worker", self.bare_worker()) + slots),
            )
            .and(
                "connections",
                &workers * &connections * Formula::size("a connection", self.connection()),
            )
            .and(
                "requests",
                Formula::count("limit_conn", requests) * Formula::size("a request", self.request()),
            )
            .and("zones", Formula::size("zones", self.all_zones()))
    }
}

#[cfg(test)]
mod tests;
