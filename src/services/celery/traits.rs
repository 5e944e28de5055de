//! celery in the words that every kind shares.

use super::ask::{Ask, Kind};
use super::settings::{
    CHILD_CAP_KEY, CHILD_TASKS_KEY, Made, PREFETCH_KEY, RESULTS_KEY, VISIBILITY_KEY,
};
use crate::services::Given;
use crate::services::traits::{Stated, Tasks, Traits, Workers};

pub(super) fn of(given: &Given<'_>, ask: &Ask, made: &Made) -> Traits {
    let (pool, share) = (&ask.pool, given.share.stated());
    let workers = Workers {
        called: pool.worker_name,
        count: Stated::new(made.concurrency, "worker_concurrency").asked_as("concurrency"),
        main: pool.main_in(share, made.concurrency).bytes(),
        each: pool.worker.floor,
        want: pool
            .main
            .want
            .plus(pool.worker.want.times(made.concurrency)),
        event_loop: false,
        computes: ask.kind == Kind::Prefork,
        replaced_after: made
            .child_tasks
            .map(|tasks| Stated::new(tasks, CHILD_TASKS_KEY)),
        ..Workers::default()
    };
    let tasks = Tasks {
        seconds: ask.task_seconds,
        longest: made.longest,
        prefetch: Stated::new(made.prefetch, PREFETCH_KEY),
        redelivered: Stated::new(made.visibility, VISIBILITY_KEY),
        results_kept: Stated::new(made.results_kept, RESULTS_KEY),
        child_cap: made.child_cap.map(|cap| Stated::new(cap, CHILD_CAP_KEY)),
        idle_limits: made.idle_limits.clone(),
    };
    let uses = given.scene.spec.uses.iter();
    Traits {
        workers: Some(workers),
        tasks: Some(tasks),
        queue_among: uses.map(|(name, _)| name.clone()).collect(),
        ..Traits::default()
    }
}
