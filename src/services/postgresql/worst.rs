//! What PostgreSQL can hold at worst for a given sizing: the sum that every
//! class must keep below the share.

use super::sizing::Class;
use crate::setting::{Formula, WorstCase, size};
use crate::units::{Bytes, Decimal};

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
pub(super) const PROCESSES: Bytes = Bytes::mib(16);
/// The three workers that read for `io_method = worker`, from 18 on.
/// Source: <https://www.postgresql.org/docs/18/runtime-config-resource.html>
pub(super) const IO_WORKERS: Bytes = Bytes::mib(9);
/// A backend that compiled a query.
/// Source: docs/measurements.md, "PostgreSQL JIT".
const JIT: Bytes = Bytes::mib(10);
/// The term that `work_mem` decides.
const QUERIES: &str = "queries";
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
    pub(super) background: Bytes,
}

impl Sizing {
    fn shared_memory(&self) -> Formula {
        let buffers = &Formula::size("shared_buffers", self.shared_buffers) * SHMEM_PER_BUFFER;
        buffers
            + size(SHMEM_BASE)
            + Formula::count("max_connections", self.max_connections) * SHMEM_PER_CONNECTION
    }

    /// Everything but the queries' `work_mem`: the same terms as [`Self::worst`],
    /// each rounded up to a byte as there.
    pub(super) fn all_but_queries(&self) -> Formula {
        let worst = self.worst();
        let terms = worst.terms().iter();
        let others = terms.filter(|(name, _)| *name != QUERIES);
        let whole = others.map(|(_, term)| term.whole_up());
        whole
            .reduce(|sum, term| sum + term)
            .unwrap_or_else(|| Formula::number(0))
    }

    /// The same in bytes.
    pub(super) fn fixed(&self) -> Bytes {
        let worst = self.worst();
        let terms = worst.terms().iter();
        let others = terms.filter(|(name, _)| *name != QUERIES);
        others.map(|(_, term)| Bytes(term.ceiling())).sum()
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
            .and(QUERIES, queries)
            .and("autovacuum", autovacuum)
            .and(
                "maintenance",
                &Formula::size("maintenance_work_mem", self.maintenance_work_mem) * MAINTENANCE,
            )
            .and(
                "processes",
                Formula::size("other processes", self.background),
            );
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
