//! What a server takes where nothing is set.
//!
//! Source: `guc_tables.c` of each version (`guc.c` before 16); `SELECT name, boot_val FROM
//! pg_settings` of 15.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("autovacuum_max_workers", EVER, "3"),
    ("autovacuum_work_mem", EVER, "-1"),
    ("checkpoint_completion_target", EVER, "0.5"),
    ("checkpoint_completion_target", (14, 0, 0), "0.9"),
    ("effective_cache_size", EVER, "4GB"),
    ("effective_io_concurrency", EVER, "1"),
    ("effective_io_concurrency", (18, 0, 0), "16"),
    ("hash_mem_multiplier", (13, 0, 0), "1.0"),
    ("hash_mem_multiplier", (15, 0, 0), "2.0"),
    ("huge_pages", EVER, "try"),
    ("jit", (11, 0, 0), "off"),
    ("jit", (12, 0, 0), "on"),
    ("listen_addresses", EVER, "localhost"),
    ("maintenance_work_mem", EVER, "64MB"),
    ("max_connections", EVER, "100"),
    ("max_parallel_maintenance_workers", EVER, "2"),
    ("max_parallel_workers", EVER, "8"),
    ("max_parallel_workers_per_gather", EVER, "2"),
    ("max_wal_size", EVER, "1GB"),
    ("max_worker_processes", EVER, "8"),
    ("min_wal_size", EVER, "80MB"),
    ("port", EVER, "5432"),
    ("random_page_cost", EVER, "4"),
    ("shared_buffers", EVER, "128MB"),
    ("wal_buffers", EVER, "-1"),
    ("wal_compression", EVER, "off"),
    ("work_mem", EVER, "4MB"),
];
