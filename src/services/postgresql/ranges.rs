//! What PostgreSQL accepts for the settings that tune makes.
//! Source: `pg_settings` of 15.18, columns `min_val` and `max_val`.

use crate::input::Problem;
use crate::services::Given;
use crate::setting::{Pins, Range, Setting, Value};
use crate::units::Bytes;

/// Blocks are 8 KiB and counted in 31 bits.
const BLOCKS: u64 = 8 << 10;
const INT: u64 = (1 << 31) - 1;

/// Connections kept for superusers, `superuser_reserved_connections`: with no
/// more than these the server does not start.
/// Source: <https://www.postgresql.org/docs/current/runtime-config-connection.html>
pub(super) const RESERVED: u64 = 3;

/// The most that `shared_buffers` takes, in whole MiB: just under 8 TiB.
pub(super) const MOST_BUFFERS: Bytes = Bytes::mib((1 << 23) - 1);
/// The most that `effective_cache_size` takes, in whole MiB: just under 16 TiB.
pub(super) const MOST_CACHE: Bytes = Bytes::mib((1 << 24) - 1);

pub(super) const RANGES: &[Range] = &[
    Range::new("max_connections", 1, 262_143),
    Range::new("shared_buffers", 16 * BLOCKS, (INT >> 1) * BLOCKS),
    Range::new("effective_cache_size", BLOCKS, INT * BLOCKS),
    Range::new("work_mem", 64 << 10, INT << 10),
    Range::new("maintenance_work_mem", 1 << 20, INT << 10),
    Range::new("autovacuum_work_mem", 1 << 20, INT << 10),
    Range::new("autovacuum_max_workers", 1, 262_143),
    Range::new("hash_mem_multiplier", 1000, 1_000_000),
    Range::new("max_worker_processes", 0, 262_143),
    Range::new("max_parallel_workers", 0, 1024),
    Range::new("max_parallel_workers_per_gather", 0, 1024),
    Range::new("max_parallel_maintenance_workers", 0, 1024),
    Range::new("wal_buffers", 64 << 10, 262_143 * BLOCKS),
    Range::new("max_wal_size", 32 << 20, INT << 20),
    Range::new("min_wal_size", 32 << 20, INT << 20),
    Range::new("checkpoint_completion_target", 0, 1000),
    Range::new("effective_io_concurrency", 0, 1000),
    Range::new("port", 1, 65_535),
];

/// Refuses so few connections that all of them are kept for superusers.
pub(super) fn refuse_only_reserved(settings: &[Setting], given: &Given<'_>, pins: &Pins<'_>) {
    let found = settings
        .iter()
        .find(|setting| setting.key == "max_connections");
    let Some((setting, Value::Count(max))) = found.map(|setting| (setting, &setting.value)) else {
        return;
    };
    if *max > RESERVED {
        return;
    }
    let message = format!(
        "the server does not start with {max} connections: {RESERVED} are kept for superusers"
    );
    let help = format!("state {} or more, or leave it out", RESERVED + 1);
    let stated = given.scene.spec.spot_of("connections");
    let at = setting.pinned.as_ref().unwrap_or(stated);
    pins.report(Problem::at(at, message).help(help));
}
