//! What the stack asks of a gunicorn: the class of its workers, how many, how
//! large. What a share makes of it is not decided here.

use crate::services::processors::Processors;
use crate::services::worker_pool::{Sizes, WorkerPool};
use crate::services::{Crew, Scene};
use crate::setting::{Formula, Pins};
use crate::stack::ServiceSpec;
use crate::units::Bytes;

/// The arbiter: it imports no application unless that is preloaded.
/// Source: docs/measurements.md, "gunicorn master" (15 to 18 MiB, 46 preloaded).
const MASTER: Sizes = Sizes {
    floor: Bytes::mib(24),
    want: Bytes::mib(48),
};
/// A Django application with its admin, a request or a few at a time.
/// Source: docs/measurements.md, "gunicorn sync" and "gunicorn gthread" (34 MiB after load).
const WSGI_WORKER: Sizes = Sizes {
    floor: Bytes::mib(64),
    want: Bytes::mib(160),
};
/// An application with SQLAlchemy on an event loop.
/// Source: docs/measurements.md, "gunicorn uvicorn" (52 MiB after load).
const ASGI_WORKER: Sizes = Sizes {
    floor: Bytes::mib(80),
    want: Bytes::mib(192),
};
/// Threads of a worker: they wait for the database, not for a processor.
/// Source: docs/formulas.md, "gunicorn" (2 to 4; 8 of them were measured to hold 1 MiB more).
pub(super) const THREADS: u64 = 4;
/// Seconds for a request.
/// Source: <https://docs.gunicorn.org/en/stable/settings.html#timeout>
const TIMEOUT_SECONDS: u64 = 30;

/// How a worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// One request at a time.
    Sync,
    /// Threads.
    Gthread,
    /// An event loop.
    Uvicorn,
}

/// All that is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask {
    pub(super) class: Class,
    /// Threads of a worker, where they are stated.
    pub(super) threads: Option<u64>,
    /// Workers, where they are stated.
    pub(super) workers: Option<u64>,
    pub(super) timeout: u64,
    pub(super) pool: WorkerPool,
    processors: Processors,
}

impl Class {
    /// The names in a stack.
    pub(super) const NAMES: &[&'static str] = &["sync", "gthread", "uvicorn"];

    /// As gunicorn imports it. `uvicorn.workers` is deprecated since uvicorn
    /// 0.30: the class moved to a package of its own.
    /// Source: <https://github.com/Kludex/uvicorn/pull/2302>
    pub(super) const fn import(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Gthread => "gthread",
            Self::Uvicorn => "uvicorn_worker.UvicornWorker",
        }
    }

    /// Several threads make a sync worker a gthread one: gunicorn does so too.
    fn of(spec: &ServiceSpec, pins: &Pins<'_>, threads: Option<u64>) -> Self {
        let pinned = pins.word("worker_class");
        match pinned.as_deref().or(spec.text("worker_class")) {
            Some("gthread") => Self::Gthread,
            None | Some("sync") if threads.is_some_and(|n| n > 1) => Self::Gthread,
            None | Some("sync") => Self::Sync,
            Some(_) => Self::Uvicorn,
        }
    }

    const fn sizes(self) -> Sizes {
        match self {
            Self::Sync | Self::Gthread => WSGI_WORKER,
            Self::Uvicorn => ASGI_WORKER,
        }
    }
}

impl Ask {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let spec = scene.spec;
        let pins = Pins::new(&spec.name, &spec.settings);
        let threads = pins.count("threads").or(spec.count("threads"));
        let class = Class::of(spec, &pins, threads);
        let pool = WorkerPool {
            main_name: "master",
            main: MASTER,
            worker_name: "workers",
            worker: class.sizes(),
            stated: false,
            pinned: pins.count("workers"),
        };
        Self {
            class,
            threads: threads.map(|n| n.max(1)),
            workers: spec.count("workers"),
            timeout: pins
                .count("timeout")
                .or(spec.count("timeout"))
                .unwrap_or(TIMEOUT_SECONDS),
            pool: pool.sized(spec.size("worker_memory")),
            processors: Processors::of(scene),
        }
    }

    /// As many workers as are stated, or as the processors keep busy.
    pub(super) fn wanted(&self) -> Formula {
        match (self.workers, self.class) {
            (Some(stated), _) => Formula::count("workers", stated),
            (None, Class::Sync) => self.processors.two_each(),
            (None, Class::Gthread | Class::Uvicorn) => self.processors.one_each(),
        }
    }

    /// What bounds the workers of a share; of what runs elsewhere no share is
    /// known. A pinned number stands alone: its memory is in the least share.
    pub(super) fn crew(&self, share: Option<Bytes>) -> Crew {
        let each = self.connections_each();
        if let Some(pinned) = self.pool.pinned {
            return Crew::pinned(Formula::count("workers", pinned), each);
        }
        let held = share.map(|share| self.pool.held(share));
        Crew::of(std::iter::once(self.wanted()).chain(held).collect(), each)
    }

    /// Connections that one worker can use at once.
    fn connections_each(&self) -> Option<u64> {
        match self.class {
            Class::Sync => Some(1),
            Class::Gthread => Some(self.threads.unwrap_or(THREADS)),
            Class::Uvicorn => None,
        }
    }
}
