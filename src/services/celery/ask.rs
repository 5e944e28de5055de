//! What the stack asks of a celery worker: its kind of pool, how many tasks at
//! once, how long they take. What a share makes of it is not decided here.

use crate::services::processors::Processors;
use crate::services::worker_pool::{Sizes, WorkerPool};
use crate::services::{Grant, Scene, pool_env};
use crate::setting::{Formula, Pins};
use crate::units::Bytes;

/// The consumer, with the application imported.
/// Source: docs/measurements.md, "celery main" (26 to 30 MiB, 40 with Django).
const MAIN: Sizes = Sizes {
    floor: Bytes::mib(48),
    want: Bytes::mib(64),
};
/// A child of the prefork pool.
/// Source: docs/measurements.md, "celery child" (21 to 30 MiB, 42 with Django).
const CHILD: Sizes = Sizes {
    floor: Bytes::mib(48),
    want: Bytes::mib(160),
};
/// A thread and what its task holds.
/// Source: docs/measurements.md, "celery threads" (4 of them 15 to 28 MiB beside the main process).
const THREAD: Sizes = Sizes {
    floor: Bytes::mib(8),
    want: Bytes::mib(32),
};
/// A greenlet and what its task holds.
/// Source: docs/measurements.md, "celery gevent" (50 of them 26 to 41 MiB beside the main process).
const GREENLET: Sizes = Sizes {
    floor: Bytes::MIB,
    want: Bytes::mib(2),
};
/// Threads for a processor: tasks in threads wait more than they compute.
/// Source: <https://docs.python.org/3.5/library/concurrent.futures.html#threadpoolexecutor>
const THREADS_PER_CPU: u64 = 5;
/// Fewer than these are not worth the pool.
/// Source: docs/formulas.md, "celery" (2 to 10 threads a processor, 50 to 200 greenlets).
const FEWEST_THREADS: u64 = 2;
const FEWEST_GREENLETS: u64 = 50;
const USUAL_GREENLETS: u64 = 100;
const MOST_GREENLETS: u64 = 200;
/// Seconds for a task where the stack states none: the longest round figure
/// for which a message that waits behind four others is still hidden by the
/// transport's own 3600 s.
/// Source: docs/formulas.md, "celery".
pub(super) const TASK_SECONDS: u64 = 600;

/// What runs the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A process for each.
    Prefork,
    /// A thread for each.
    Threads,
    /// A greenlet for each.
    Gevent,
}

/// All that is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) kind: Kind,
    /// Tasks at once, where they are stated.
    pub(super) stated: Option<u64>,
    /// Seconds of the longest task, where they are stated.
    pub(super) task_seconds: Option<u64>,
    pub(super) pool: WorkerPool,
    processors: Processors,
}

impl Kind {
    /// The names in a stack, and celery's own.
    pub(super) const NAMES: &[&'static str] = &["prefork", "threads", "gevent"];

    fn named(name: Option<&str>) -> Self {
        match name {
            Some("threads") => Self::Threads,
            Some("gevent") => Self::Gevent,
            _ => Self::Prefork,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Prefork => "prefork",
            Self::Threads => "threads",
            Self::Gevent => "gevent",
        }
    }

    const fn workers(self) -> (&'static str, Sizes) {
        match self {
            Self::Prefork => ("children", CHILD),
            Self::Threads => ("threads", THREAD),
            Self::Gevent => ("greenlets", GREENLET),
        }
    }
}

impl Ask {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let spec = scene.spec;
        let pins = Pins::new(&spec.name, &spec.settings);
        let kind = Kind::named(spec.text("pool"));
        let (worker_name, worker) = kind.workers();
        let pool = WorkerPool {
            main_name: "main",
            main: MAIN,
            worker_name,
            worker,
            stated: false,
            pinned: pins.count("worker_concurrency"),
        };
        Self {
            kind,
            stated: spec.count("concurrency"),
            task_seconds: spec.count("task_seconds"),
            pool: pool.sized(spec.size("worker_memory")),
            processors: Processors::of(scene),
        }
    }

    /// Seconds of the longest task.
    pub(super) fn seconds(&self) -> u64 {
        self.task_seconds.unwrap_or(TASK_SECONDS)
    }

    /// The least share worth having.
    pub(super) fn floor(&self) -> Bytes {
        let worthwhile = match self.kind {
            Kind::Prefork => 1,
            Kind::Threads => FEWEST_THREADS,
            Kind::Gevent => FEWEST_GREENLETS,
        };
        let worthwhile = self
            .stated
            .map_or(worthwhile, |stated| stated.min(worthwhile));
        self.pool.floor(worthwhile).max(self.pool.least())
    }

    /// The share for as many tasks at once as are stated or are usual.
    pub(super) fn want(&self) -> Bytes {
        let tasks = match (self.stated, self.kind) {
            (None, Kind::Gevent) => USUAL_GREENLETS,
            _ => self.wanted().whole(),
        };
        self.pool.want(tasks).max(self.floor())
    }

    /// As many tasks at once as are stated, or as the processors are good for.
    fn wanted(&self) -> Formula {
        match (self.stated, self.kind) {
            (Some(stated), _) => Formula::count("concurrency", stated),
            (None, Kind::Prefork) => self.processors.one_each(),
            (None, Kind::Threads) => self.processors.one_each() * THREADS_PER_CPU,
            (None, Kind::Gevent) => Formula::number(MOST_GREENLETS),
        }
    }

    /// What bounds the tasks at once; of what runs elsewhere no share is
    /// known. A pinned number stands alone: its memory is in the least share.
    pub(super) fn rules(&self, share: Option<Bytes>) -> Vec<Formula> {
        match (self.pool.pinned, share) {
            (Some(pinned), _) => vec![Formula::count("worker_concurrency", pinned)],
            (None, Some(share)) => vec![self.wanted(), self.pool.held(share)],
            (None, None) => vec![self.wanted()],
        }
    }

    /// Tasks at once in the one process of threads or greenlets: as many as
    /// have a connection, unless the stack says how many.
    pub(super) fn concurrency(&self, share: Bytes, grant: Option<&Grant>) -> Formula {
        let mut rules = self.rules(Some(share));
        if let Some(grant) = grant.filter(|_| self.stated.or(self.pool.pinned).is_none()) {
            rules.push(Formula::count("connections", pool_env::total(grant)));
        }
        Formula::min_of(&rules).at_least(&Formula::number(1))
    }
}
