//! What checks may know of `PostgreSQL`, read back from the settings made.

use crate::services::Scene;
use crate::services::traits::{Database, Queries, Stated, Traits};
use crate::setting::Setting;

/// A database.
pub(super) fn of(scene: &Scene<'_>, settings: &[Setting]) -> Traits {
    Traits {
        database: database(scene, settings),
        ..Traits::default()
    }
}

fn database(scene: &Scene<'_>, settings: &[Setting]) -> Option<Database> {
    Some(Database {
        queries: match scene.spec.text("workload") {
            Some("olap") => Queries::Long,
            Some("mixed") => Queries::Mixed,
            _ => Queries::Short,
        },
        compiles: Stated::flag(settings, "jit"),
        random_page_cost: Stated::decimal(settings, "random_page_cost")?,
        cached: Stated::size(settings, "effective_cache_size")?,
        cleaners: Stated::count(settings, "autovacuum_max_workers")?,
        cleaner_memory: Stated::size(settings, "autovacuum_work_mem")?,
        log: Stated::size(settings, "max_wal_size")?,
    })
}
