//! The pinned settings that PostgreSQL's sums depend on.

use crate::setting::Pins;
use crate::stack::ServiceSpec;
use crate::units::{Bytes, Decimal};

/// Pinned settings that the sums depend on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SizePins {
    pub(super) shared_buffers: Option<Bytes>,
    pub(super) work_mem: Option<Bytes>,
    pub(super) maintenance_work_mem: Option<Bytes>,
    pub(super) autovacuum_work_mem: Option<Bytes>,
    pub(super) autovacuum_max_workers: Option<u64>,
    pub(super) max_parallel_workers: Option<u64>,
    pub(super) per_gather: Option<u64>,
    pub(super) max_connections: Option<u64>,
    pub(super) hash_mem_multiplier: Option<Decimal>,
    pub(super) jit: Option<bool>,
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
