//! Node in the words that every kind shares.

use super::settings::{Made, OPTIONS};
use super::{LEAST_WORKER, WORKER, daemon, pinned_instances, under_pm2};
use crate::services::Given;
use crate::services::node_options::COLLECTOR;
use crate::services::traits::{Heap, Stated, Traits, Workers};

pub(super) fn of(given: &Given<'_>, made: &Made, instances: u64) -> Traits {
    let scene = &given.scene;
    let count = Stated::new(instances, "instances");
    let key = if made.overruled() {
        OPTIONS
    } else {
        "max-old-space-size"
    };
    let restart = Stated::new(made.restart.bytes(), "max_memory_restart");
    let heap = Heap {
        collector: COLLECTOR,
        cap: Stated::new(made.told.heap, key),
        beyond: made.told.beyond(),
        semi_space: Stated::new(made.told.semi_space, "max-semi-space-size"),
        restart: under_pm2(scene).then_some(restart),
        supervisor: daemon(scene),
        processes: count.clone(),
        shares_socket: made
            .cluster
            .map(|cluster| Stated::new(cluster, "exec_mode")),
        port: scene.spec.port,
    };
    let stated = scene.spec.size("worker_memory");
    let each = |size| stated.unwrap_or(size).max(LEAST_WORKER);
    let workers = Workers {
        called: "processes",
        count,
        main: daemon(scene),
        each: each(LEAST_WORKER),
        want: daemon(scene).plus(each(WORKER).times(instances)),
        event_loop: false,
        computes: true,
        ..Workers::default()
    };
    let several = under_pm2(scene) && (instances > 1 || pinned_instances(scene).is_some());
    Traits {
        heap: Some(heap),
        workers: several.then_some(workers),
        ..Traits::default()
    }
}
