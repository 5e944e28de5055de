//! PostgreSQL's memory in numbers: what a share becomes, what it can hold at
//! worst, and the least share that works. How it is written is not here.

use crate::setting::{Formula, Pins, WorstCase, size};
use crate::stack::ServiceSpec;
use crate::units::{Bytes, Cpus, Decimal, Version};

/// Shared memory beyond the buffers: a fit over measured servers.
/// Source: docs/measurements.md, "PostgreSQL shared memory" (15.18, -C `shared_memory_size`).
const SHMEM_PER_BUFFER: Decimal = Decimal::thousandths(1035);
const SHMEM_BASE: Bytes = Bytes::mib(9);
const SHMEM_PER_CONNECTION: Bytes = Bytes::kib(52);
/// Anonymous memory of a backend at rest.
/// Source: docs/measurements.md, "PostgreSQL backend" (`RssAnon` 3.0 to 3.3 MiB).
pub(super) const BACKEND: Bytes = Bytes::mib(3);
/// What REINDEX was measured to hold per `maintenance_work_mem`.
/// Source: docs/measurements.md, "PostgreSQL maintenance".
const MAINTENANCE: Decimal = Decimal::thousandths(1130);
/// Postmaster, checkpointer, writers, launchers.
/// Source: docs/measurements.md, "PostgreSQL processes".
const PROCESSES: Bytes = Bytes::mib(16);
/// The three workers that read for `io_method = worker`, from 18 on.
/// Source: <https://www.postgresql.org/docs/18/runtime-config-resource.html>
const IO_WORKERS: Bytes = Bytes::mib(9);
/// A backend that compiled a query.
/// Source: docs/measurements.md, "PostgreSQL JIT".
const JIT: Bytes = Bytes::mib(10);
/// `work_mem` cannot be less.
/// Source: <https://www.postgresql.org/docs/current/runtime-config-resource.html>
pub(super) const LEAST_WORK_MEM: Bytes = Bytes::kib(64);
/// Below this share nothing is left to chance: see [`Class`].
pub(super) const CAREFUL_BELOW: Bytes = Bytes::gib(1);
/// Connections kept for the administrator and for what comes by.
/// Source: <https://www.postgresql.org/docs/current/runtime-config-connection.html> (3 reserved).
pub(super) const SPARE_CONNECTIONS: u64 = 5;
/// A server without known users is given this many connections at least.
const LEAST_CONNECTIONS: u64 = 10;
/// A backend, and `work_mem` twice: what one connection should have of a share.
const PER_CONNECTION: Bytes = Bytes::mib(7);
/// No share that is planned is larger.
const LARGEST_SHARE: Bytes = Bytes::gib(64 * 1024);

/// What sizing starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    /// Its share, in whole MiB.
    pub(super) share: Bytes,
    /// Connections that the stack states.
    pub(super) connections: Option<u64>,
    /// Connections that its users can open; `None` where nobody says.
    pub(super) load: Option<u64>,
    /// Connections to have where nobody says.
    pub(super) useful: u64,
    /// Processors that are there all the time.
    pub(super) cpus: Cpus,
    pub(super) version: Version,
    /// Whether big queries are the point.
    pub(super) analytic: bool,
    pub(super) pins: SizePins,
}

/// Pinned settings that the sums depend on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SizePins {
    shared_buffers: Option<Bytes>,
    work_mem: Option<Bytes>,
    maintenance_work_mem: Option<Bytes>,
    autovacuum_work_mem: Option<Bytes>,
    autovacuum_max_workers: Option<u64>,
    max_parallel_workers: Option<u64>,
    per_gather: Option<u64>,
    max_connections: Option<u64>,
    hash_mem_multiplier: Option<Decimal>,
    jit: Option<bool>,
}

impl SizePins {
    /// What the stack pins; mistakes are reported where the settings are made.
    pub(super) fn of(spec: &ServiceSpec) -> Self {
        if spec.settings.is_empty() {
            return Self::default();
        }
        let pins = Pins::new(&spec.name, &spec.settings);
        Self {
            shared_buffers: pins.size("shared_buffers"),
            work_mem: pins.size("work_mem"),
            maintenance_work_mem: pins.size("maintenance_work_mem"),
            autovacuum_work_mem: pins.size("autovacuum_work_mem"),
            autovacuum_max_workers: pins.count("autovacuum_max_workers"),
            max_parallel_workers: pins.count("max_parallel_workers"),
            per_gather: pins.count("max_parallel_workers_per_gather"),
            max_connections: pins.count("max_connections"),
            hash_mem_multiplier: pins.decimal("hash_mem_multiplier"),
            jit: pins.flag("jit"),
        }
    }
}

/// How much room is taken beside the queries. A share takes the roomiest class
/// that holds its worst case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Parallel workers, autovacuum with half of `maintenance_work_mem`.
    Roomy,
    /// No parallel workers beside the queries.
    Serial,
    /// jit off, `hash_mem_multiplier` 1.0, two small autovacuum workers.
    Careful,
    /// One autovacuum worker.
    Tiny,
}

/// What a share becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sizing {
    pub(super) class: Class,
    pub(super) shared_buffers: Bytes,
    pub(super) maintenance_work_mem: Bytes,
    pub(super) autovacuum_max_workers: u64,
    pub(super) autovacuum_work_mem: Bytes,
    pub(super) max_connections: u64,
    /// Backends that can work at once.
    pub(super) active: u64,
    pub(super) parallel: u64,
    /// Units of `work_mem` that one query can hold.
    pub(super) units: u64,
    pub(super) jit: bool,
    pub(super) work_mem: Bytes,
    background: Bytes,
}

impl Inputs {
    /// Connections for so many that are open at once.
    pub(super) fn connections_for(&self, open: u64) -> u64 {
        let explicit = self.pins.max_connections.or(self.connections);
        explicit.unwrap_or_else(|| {
            (open + SPARE_CONNECTIONS)
                .next_multiple_of(5)
                .max(LEAST_CONNECTIONS)
        })
    }

    /// At most so many for this share, in fives.
    pub(super) fn connection_cap(&self) -> u64 {
        let left = self
            .share
            .less(self.shared_buffers())
            .less(self.maintenance_work_mem());
        let room = left.0 / PER_CONNECTION.0;
        (room - room % 5).clamp(5, self.absolute_cap())
    }

    /// More are better pooled.
    pub(super) fn absolute_cap(&self) -> u64 {
        match self.share {
            share if share < Bytes::gib(16) => 100,
            share if share < Bytes::gib(256) => 200,
            _ => 400,
        }
    }

    pub(super) fn shared_buffers(&self) -> Bytes {
        self.pins
            .shared_buffers
            .unwrap_or_else(|| self.share.over(4).floor_to(Bytes::MIB).max(Bytes::mib(16)))
    }

    pub(super) fn maintenance_work_mem(&self) -> Bytes {
        let default = self
            .share
            .over(16)
            .floor_to(Bytes::MIB)
            .clamp(Bytes::mib(8), Bytes::gib(2));
        self.pins.maintenance_work_mem.unwrap_or(default)
    }

    /// Workers for parallel queries, on processors that are there all the time.
    pub(super) fn parallel_workers(&self) -> u64 {
        let cpus = self.cpus.0 / 1000;
        if cpus <= 2 { 0 } else { cpus }
    }

    /// The most that `work_mem` is worth.
    pub(super) fn work_mem_cap(&self) -> Bytes {
        match (self.analytic, self.share >= Bytes::gib(256)) {
            (false, false) => Bytes::mib(64),
            (true, false) | (false, true) => Bytes::mib(128),
            (true, true) => Bytes::mib(256),
        }
    }

    /// The sizing for so many connections of which so many work at once, where
    /// it holds.
    fn sized(&self, max_connections: u64, active: u64, least_work_mem: Bytes) -> Option<Sizing> {
        let roomy = self.share >= CAREFUL_BELOW;
        let classes: &[Class] = match (roomy, self.share >= Bytes::mib(256)) {
            (true, _) => &[Class::Roomy, Class::Serial, Class::Careful, Class::Tiny],
            (false, true) => &[Class::Careful, Class::Tiny],
            (false, false) => &[Class::Tiny],
        };
        let fitting = |least: Bytes| {
            classes
                .iter()
                .find_map(|class| self.in_class(*class, max_connections, active, least))
        };
        fitting(least_work_mem.max(Bytes::MIB)).or_else(|| fitting(least_work_mem))
    }

    fn in_class(
        &self,
        class: Class,
        max_connections: u64,
        active: u64,
        least_work_mem: Bytes,
    ) -> Option<Sizing> {
        let mut sizing = self.without_work_mem(class, max_connections, active);
        let heavy = (active + sizing.parallel)
            .saturating_mul(sizing.units)
            .max(1);
        let left = self.share.0.checked_sub(sizing.fixed().0)?;
        if let Some(pinned) = self.pins.work_mem {
            sizing.work_mem = pinned;
            return (u128::from(pinned.0) * u128::from(heavy) <= u128::from(left))
                .then_some(sizing);
        }
        let spread = self.share.less(sizing.shared_buffers).0 / (3 * max_connections.max(1));
        let raw = Bytes(spread.min(left / heavy)).min(self.work_mem_cap());
        sizing.work_mem = raw.floor_to(if raw >= Bytes::MIB {
            Bytes::MIB
        } else {
            LEAST_WORK_MEM
        });
        (sizing.work_mem >= least_work_mem).then_some(sizing)
    }

    fn without_work_mem(&self, class: Class, max_connections: u64, active: u64) -> Sizing {
        let careful = matches!(class, Class::Careful | Class::Tiny);
        let maintenance_work_mem = self.maintenance_work_mem();
        let half = maintenance_work_mem
            .over(2)
            .floor_to(Bytes::MIB)
            .min(Bytes::GIB);
        let (workers, each) = match class {
            Class::Tiny => (1, Bytes::mib(4)),
            Class::Careful => (2, Bytes::mib(8)),
            _ => (autovacuum_workers(self.cpus), half),
        };
        let jit = self.pins.jit.unwrap_or(self.analytic && !careful);
        let multiplier = self
            .pins
            .hash_mem_multiplier
            .unwrap_or_else(|| self.default_multiplier(careful));
        let gather = self
            .pins
            .per_gather
            .unwrap_or(u64::from(class == Class::Roomy));
        let parallel = if gather == 0 {
            0
        } else {
            self.pins
                .max_parallel_workers
                .unwrap_or(self.parallel_workers())
        };
        Sizing {
            class,
            shared_buffers: self.shared_buffers(),
            maintenance_work_mem,
            autovacuum_max_workers: self.pins.autovacuum_max_workers.unwrap_or(workers),
            autovacuum_work_mem: self.pins.autovacuum_work_mem.unwrap_or(each),
            max_connections,
            active,
            parallel,
            units: units(careful && !jit, multiplier),
            jit,
            work_mem: Bytes::ZERO,
            background: if self.version.at_least(18, 0) {
                PROCESSES.plus(IO_WORKERS)
            } else {
                PROCESSES
            },
        }
    }

    /// 1.0 where we write it and before 15, else the server's default of 2.0.
    /// Source: <https://www.postgresql.org/docs/15/release-15.html>
    fn default_multiplier(&self, careful: bool) -> Decimal {
        Decimal::thousandths(if careful || !self.version.at_least(15, 0) {
            1000
        } else {
            2000
        })
    }

    /// The sizing for what its users open; `None` where no setting makes it hold.
    pub(super) fn size(&self) -> Option<Sizing> {
        let open = self.load.unwrap_or(self.useful);
        let explicit = self.pins.max_connections.or(self.connections).is_some();
        let wanted = self.connections_for(open);
        let max_connections = if explicit {
            wanted
        } else {
            wanted.min(self.connection_cap())
        };
        let active = self.load.unwrap_or(max_connections);
        self.sized(max_connections, active.min(max_connections), LEAST_WORK_MEM)
    }

    /// The most that can work at once with 1 MiB of `work_mem` each.
    pub(super) fn held(&self) -> u64 {
        let most = self
            .pins
            .max_connections
            .or(self.connections)
            .unwrap_or_else(|| self.connection_cap());
        let holds = |active: u64| {
            self.sized(self.connections_for(active), active, Bytes::MIB)
                .is_some()
        };
        last_true(most.saturating_sub(SPARE_CONNECTIONS), holds)
    }

    /// The least share in which all of this works, even if every connection
    /// worked at once: so that a user more never lowers it.
    pub(super) fn least_share(&self) -> Bytes {
        let nobody_says = LEAST_CONNECTIONS - SPARE_CONNECTIONS;
        let wanted = self.connections_for(self.load.unwrap_or_default().max(nobody_says));
        let explicit = self.pins.max_connections.or(self.connections).is_some();
        let fails = |mib: u64| {
            let at = Self {
                share: Bytes::mib(mib),
                ..*self
            };
            let room = explicit || at.connection_cap() >= wanted.min(100);
            !(room && at.sized(wanted, wanted, LEAST_WORK_MEM).is_some())
        };
        Bytes::mib(last_true(LARGEST_SHARE.whole_mib(), fails) + 1)
    }
}

/// The largest number up to `most` for which `holds`, where what holds for a
/// number holds for every smaller one; 0 where it holds for none.
fn last_true(most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Source: pgtune 7caef27 for the steps; docs/formulas.md, "autovacuum".
fn autovacuum_workers(cpus: Cpus) -> u64 {
    match cpus.0 {
        0..16_000 => 3,
        16_000..32_000 => 4,
        _ => 5,
    }
}

/// A query with join, aggregate and sort holds 4.4 to 4.8 `work_mem` at a
/// multiplier of 2.0, and 2.8 at 1.0 without JIT.
/// Source: docs/measurements.md, "PostgreSQL queries".
fn units(careful: bool, multiplier: Decimal) -> u64 {
    let by_multiplier = 1 + 2 * multiplier.in_thousandths().div_ceil(1000);
    if careful {
        by_multiplier.max(3)
    } else {
        by_multiplier.max(5)
    }
}

impl Sizing {
    fn shared_memory(&self) -> Formula {
        let buffers = &Formula::size("shared_buffers", self.shared_buffers) * SHMEM_PER_BUFFER;
        buffers
            + size(SHMEM_BASE)
            + Formula::count("max_connections", self.max_connections) * SHMEM_PER_CONNECTION
    }

    /// Everything but the queries' `work_mem`, in bytes; the same sum as [`Self::worst`].
    pub(super) fn fixed(&self) -> Bytes {
        let share_of = |bytes: Bytes, factor: Decimal| {
            let scaled = u128::from(bytes.0) * u128::from(factor.in_thousandths());
            Bytes(u64::try_from(scaled.div_ceil(1000)).unwrap_or(u64::MAX))
        };
        let autovacuum = BACKEND
            .plus(self.autovacuum_work_mem)
            .times(self.autovacuum_max_workers);
        share_of(self.shared_buffers, SHMEM_PER_BUFFER)
            .plus(SHMEM_BASE)
            .plus(SHMEM_PER_CONNECTION.times(self.max_connections))
            .plus(BACKEND.times(self.max_connections))
            .plus(BACKEND.times(self.parallel))
            .plus(autovacuum)
            .plus(share_of(self.maintenance_work_mem, MAINTENANCE))
            .plus(self.background)
            .plus(if self.jit {
                JIT.times(self.active)
            } else {
                Bytes::ZERO
            })
    }

    /// The most that the server can hold, term by term.
    pub(super) fn worst(&self) -> WorstCase {
        let backend = size(BACKEND);
        let heavy =
            Formula::count("active", self.active) + Formula::count("parallel", self.parallel);
        let queries =
            heavy * Formula::count("units", self.units) * Formula::size("work_mem", self.work_mem);
        let autovacuum = Formula::count("autovacuum_max_workers", self.autovacuum_max_workers)
            * (&backend + &Formula::size("autovacuum_work_mem", self.autovacuum_work_mem));
        let mut worst = WorstCase::new()
            .and("shared memory", self.shared_memory())
            .and(
                "connections",
                Formula::count("max_connections", self.max_connections) * &backend,
            )
            .and("queries", queries)
            .and("autovacuum", autovacuum)
            .and(
                "maintenance",
                &Formula::size("maintenance_work_mem", self.maintenance_work_mem) * MAINTENANCE,
            )
            .and("processes", size(self.background));
        if self.parallel > 0 {
            worst = worst.and(
                "parallel workers",
                Formula::count("parallel", self.parallel) * &backend,
            );
        }
        if self.jit {
            worst = worst.and(
                "compiled queries",
                Formula::count("active", self.active) * JIT,
            );
        }
        worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(share: u64) -> Inputs {
        Inputs {
            share: Bytes::mib(share),
            connections: None,
            load: Some(20),
            useful: 14,
            cpus: Cpus(400),
            version: Version::new(15, 0, 0),
            analytic: false,
            pins: SizePins::default(),
        }
    }

    #[test]
    fn the_document_of_a_t3_small() {
        let sizing = Inputs {
            connections: Some(50),
            ..inputs(512)
        }
        .size()
        .unwrap();
        assert_eq!(sizing.shared_buffers, Bytes::mib(128));
        assert_eq!(sizing.maintenance_work_mem, Bytes::mib(32));
        assert_eq!(sizing.work_mem, Bytes::mib(2));
        assert_eq!(sizing.max_connections, 50);
        assert!(
            sizing.worst().total() <= Bytes::mib(512),
            "{}",
            sizing.worst().total()
        );
        let fixed_and_queries = sizing.fixed().plus(sizing.work_mem.times(20 * 3));
        assert_eq!(fixed_and_queries, sizing.worst().total());
    }

    #[test]
    fn the_least_share_is_about_128_mib() {
        let least = Inputs {
            load: None,
            ..inputs(0)
        }
        .least_share();
        assert!((100..=140).contains(&least.whole_mib()), "{least}");
    }

    #[test]
    fn what_works_in_a_share_works_in_every_larger_one() {
        for load in [1, 20, 90, 200] {
            let at = |share| Inputs {
                connections: Some(load + 5),
                load: Some(load),
                ..inputs(share)
            };
            let least = at(0).least_share().whole_mib();
            for share in (least..least + 2048).step_by(7) {
                assert!(
                    at(share).size().is_some(),
                    "{load} connections work in {least} but not in {share}"
                );
            }
        }
    }
}
