//! One process with workers under it: how many a share holds, and how much
//! room each has at the worst. Which program it is, is not known here.

use crate::setting::{Formula, WorstCase};
use crate::units::Bytes;

/// A worker that holds less than an interpreter is a slip of the pen.
/// Source: docs/measurements.md, "Python" (18 MiB PSS for the smallest worker).
const LEAST_STATED: Bytes = Bytes::mib(16);

/// What one process holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    /// It cannot run below.
    pub(super) floor: Bytes,
    /// With its imports and data.
    pub(super) want: Bytes,
}

/// A process and its workers.
#[derive(Clone, Copy, Debug)]
pub(super) struct WorkerPool {
    /// What the process over them is called.
    pub(super) main_name: &'static str,
    /// What it holds.
    pub(super) main: Sizes,
    /// What the workers are called.
    pub(super) worker_name: &'static str,
    /// What one of them holds.
    pub(super) worker: Sizes,
    /// Whether the stack states what a worker holds.
    pub(super) stated: bool,
    /// Workers that are pinned, whatever the rules say.
    pub(super) pinned: Option<u64>,
}

impl WorkerPool {
    /// The same with the size of a worker as stated, where it is.
    #[must_use]
    pub(super) fn sized(mut self, stated: Option<Bytes>) -> Self {
        if let Some(stated) = stated {
            let size = stated.max(LEAST_STATED);
            self.worker = Sizes {
                floor: size,
                want: size,
            };
            self.stated = true;
        }
        self
    }

    /// One worker, or all that are pinned.
    pub(super) fn least(&self) -> Bytes {
        self.floor(self.pinned.unwrap_or(1))
    }

    /// So many workers at their least.
    pub(super) fn floor(&self, workers: u64) -> Bytes {
        self.main
            .floor
            .plus(self.worker.floor.times(workers.max(1)))
    }

    /// So many workers as they would like.
    pub(super) fn want(&self, workers: u64) -> Bytes {
        let workers = self.pinned.unwrap_or(workers).max(1);
        self.main.want.plus(self.worker.want.times(workers))
    }

    /// How many a share holds. Where that is none, there is one all the same:
    /// the least share is what one can run in.
    pub(super) fn held(&self, share: Bytes) -> Formula {
        let room = Formula::size("share", share) - Formula::size(self.main_name, self.main.want);
        (room / self.unit()).floor().at_least(&Formula::number(1))
    }

    fn unit(&self) -> Formula {
        let name = if self.stated {
            "worker_memory"
        } else {
            "one worker"
        };
        Formula::size(name, self.worker.want)
    }

    /// What the process over them has of a share: less than it would like
    /// where the workers' least would suffer.
    pub(super) fn main_in(&self, share: Bytes, workers: u64) -> Formula {
        let left = share.less(self.worker.floor.times(workers));
        let bytes = self.main.want.min(left).max(self.main.floor);
        Formula::size(self.main_name, bytes)
    }

    /// What each worker can grow to before the share is used up.
    pub(super) fn room(&self, share: Bytes, workers: u64) -> Formula {
        let rest = Formula::size("share", share) - self.main_in(share, workers);
        (rest / Formula::count(self.worker_name, workers)).floor_to(Bytes::MIB)
    }

    /// All of it, every worker at the end of its room; where pins leave a worker
    /// less than it can run in, at that, so that a check finds it.
    pub(super) fn worst(&self, share: Bytes, workers: u64) -> WorstCase {
        self.worst_with(Bytes::ZERO, share, workers)
    }

    /// The same where each is let grow to `cap`, though that were beyond its room.
    pub(super) fn worst_with(&self, cap: Bytes, share: Bytes, workers: u64) -> WorstCase {
        let room = self.room(share, workers).bytes().max(self.worker.floor);
        let room = if cap > room {
            Formula::size("cap of each", cap)
        } else {
            Formula::size("room of each", room)
        };
        WorstCase::new()
            .and(self.main_name, self.main_in(share, workers))
            .and(
                self.worker_name,
                Formula::count(self.worker_name, workers) * room,
            )
    }

    /// What it holds while new workers start and old ones still run.
    pub(super) fn doubled(&self, workers: u64) -> Bytes {
        self.main
            .want
            .plus(self.worker.want.times(workers.saturating_mul(2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool() -> WorkerPool {
        WorkerPool {
            main_name: "master",
            main: Sizes {
                floor: Bytes::mib(24),
                want: Bytes::mib(48),
            },
            worker_name: "workers",
            worker: Sizes {
                floor: Bytes::mib(64),
                want: Bytes::mib(160),
            },
            stated: false,
            pinned: None,
        }
    }

    #[test]
    fn the_worst_case_is_inside_every_share_from_the_least_on() {
        let pins = [None, Some(1), Some(7), Some(300)];
        let stated = [
            None,
            Some(Bytes::ZERO),
            Some(Bytes::mib(17)),
            Some(Bytes::gib(3)),
        ];
        for pinned in pins {
            for size in stated {
                let pool = WorkerPool { pinned, ..pool() }.sized(size);
                let least = pool.least().0.div_ceil(Bytes::MIB.0);
                for mib in (least..least + 4000).step_by(13) {
                    let share = Bytes::mib(mib);
                    let workers = pinned.unwrap_or_else(|| pool.held(share).whole());
                    let worst = pool.worst(share, workers).total();
                    assert!(worst <= share, "{worst} of {share} with {workers}");
                    let room = pool.room(share, workers).bytes();
                    assert!(room >= pool.worker.floor, "{room} each in {share}");
                }
            }
        }
    }

    #[test]
    fn a_share_holds_what_is_left_by_the_master() {
        assert_eq!(pool().held(Bytes::mib(384)).whole(), 2);
        assert_eq!(
            pool().held(Bytes::mib(384)).numbers(),
            "max(floor((384MiB - 48MiB) / 160MiB), 1)"
        );
        assert_eq!(pool().held(Bytes::mib(88)).whole(), 1);
        assert_eq!(pool().doubled(2), Bytes::mib(688));
    }
}
