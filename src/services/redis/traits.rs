//! What checks may know of redis, read back from the settings made.

use super::settings::KEEPS_ALL;
use super::sizing::{BASE, Inputs, Persistence};
use crate::services::Scene;
use crate::services::traits::{Holds, Stated, Store, Traits};
use crate::setting::Setting;

/// A store.
pub(super) fn of(scene: &Scene<'_>, inputs: &Inputs, settings: &[Setting]) -> Traits {
    Traits {
        store: store(scene, inputs, settings),
        ..Traits::default()
    }
}

fn store(scene: &Scene<'_>, inputs: &Inputs, settings: &[Setting]) -> Option<Store> {
    let policy = Stated::word(settings, "maxmemory-policy")?;
    Some(Store {
        most: Stated::size(settings, "maxmemory")?,
        base: BASE,
        saves: inputs.persistence != Persistence::None,
        evicts: policy.value != KEEPS_ALL,
        policy,
        holds: match scene.spec.text("role") {
            Some("broker") => Holds::Jobs,
            Some("store") => Holds::Originals,
            Some(_) => Holds::Copies,
            None => Holds::Unstated,
        },
    })
}
