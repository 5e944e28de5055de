//! PostgreSQL's memory in numbers: what a share becomes, and the least share
//! that works. What that can hold at worst is in `worst`; how it is written is
//! not here.

use super::pins::SizePins;
use super::ranges::MOST_BUFFERS;
use super::worst::{IO_WORKERS, PROCESSES, Sizing};
use crate::units::{Bytes, Cpus, Decimal, Version};

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
/// All autovacuum workers together may hold this part of the share.
/// Source: docs/formulas.md, "autovacuum".
pub(super) const AUTOVACUUM_PART: u64 = 8;
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
        self.pins.shared_buffers.unwrap_or_else(|| {
            let quarter = self.share.over(4).floor_to(Bytes::MIB);
            quarter.clamp(Bytes::mib(16), MOST_BUFFERS)
        })
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
        let workers = self
            .pins
            .autovacuum_max_workers
            .unwrap_or_else(|| match class {
                Class::Tiny => 1,
                Class::Careful => 2,
                Class::Roomy | Class::Serial => autovacuum_workers(self.cpus),
            });
        let each = match class {
            Class::Tiny => Bytes::mib(4),
            Class::Careful => Bytes::mib(8),
            Class::Roomy | Class::Serial => self.autovacuum_each(maintenance_work_mem, workers),
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
            autovacuum_max_workers: workers,
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

    /// Half of `maintenance_work_mem` for each worker, while all of them
    /// together leave the share to the queries.
    fn autovacuum_each(&self, maintenance_work_mem: Bytes, workers: u64) -> Bytes {
        let part = self.share.over(AUTOVACUUM_PART).over(workers.max(1));
        let each = maintenance_work_mem.over(2).min(part);
        each.floor_to(Bytes::MIB).clamp(Bytes::MIB, Bytes::GIB)
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

    /// Connections for so many that are open at once, bounded by the share
    /// where the stack does not state them.
    fn admitted(&self, open: u64) -> u64 {
        let explicit = self.pins.max_connections.or(self.connections);
        explicit.unwrap_or_else(|| self.connections_for(open).min(self.connection_cap()))
    }

    /// Connections that are open at once: what its users say, else as many as
    /// are useful and hold.
    pub(super) fn open(&self) -> u64 {
        self.load.unwrap_or_else(|| {
            let holds = |open| {
                let all = self.admitted(open);
                self.sized(all, all, LEAST_WORK_MEM).is_some()
            };
            last_true(self.useful, holds)
        })
    }

    /// The sizing for what its users open. Where no class holds the worst case,
    /// which only pinned settings can bring about, the smallest: a check says so.
    pub(super) fn size(&self) -> Sizing {
        let max_connections = self.admitted(self.open());
        let active = self.load.unwrap_or(max_connections).min(max_connections);
        self.sized(max_connections, active, LEAST_WORK_MEM)
            .unwrap_or_else(|| Sizing {
                work_mem: self.pins.work_mem.unwrap_or(LEAST_WORK_MEM),
                ..self.without_work_mem(Class::Tiny, max_connections, active)
            })
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
        .size();
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
                    at(share).size().worst().total() <= Bytes::mib(share),
                    "{load} connections work in {least} but not in {share}"
                );
            }
        }
    }
}
