//! What checks may know of the pooler, read back from the settings made.

use std::collections::BTreeSet;

use super::sizing::SESSION;
use crate::services::Given;
use crate::services::traits::{Pooler, Stated, Traits};
use crate::setting::Setting;

/// A pooler.
pub(super) fn of(given: &Given<'_>, settings: &[Setting]) -> Traits {
    Traits {
        pooler: pooler(given, settings),
        ..Traits::default()
    }
}

fn pooler(given: &Given<'_>, settings: &[Setting]) -> Option<Pooler> {
    let count = |key| Stated::count(settings, key).map(|stated| stated.value);
    let mode = Stated::word(settings, "pool_mode")?;
    let size = Stated::count(settings, "default_pool_size")?;
    let each = size.value.saturating_add(count("reserve_pool_size")?);
    let users = &given.load.users;
    let signers = users.iter().flat_map(|user| &user.signers);
    let roles: BTreeSet<&str> = signers.map(|signer| signer.role.as_str()).collect();
    // A pool for each role of each database, all of one database bounded.
    let roles = u64::try_from(roles.len()).unwrap_or(u64::MAX).max(1);
    let all = each.saturating_mul(roles).min(count("max_db_connections")?);
    let databases = u64::try_from(given.scene.spec.uses.len()).unwrap_or(u64::MAX);
    Some(Pooler {
        holds: mode.value == SESSION,
        mode,
        size,
        servers: all.saturating_mul(databases.max(1)),
    })
}
