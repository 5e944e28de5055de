//! gunicorn in the words that every kind shares.

use super::ask::{Ask, Class};
use super::settings::{HEARTBEAT_KEY, Made};
use crate::services::Given;
use crate::services::traits::{HeldUp, Stated, Traits, Workers};

/// Classes that their projects give up, by how their names begin, and what
/// follows them under the same name.
/// Source: <https://github.com/Kludex/uvicorn/pull/2302>
const MOVED: &[(&str, &str)] = &[("uvicorn.workers.", "uvicorn_worker.")];
/// Classes that are given up without a successor of their own.
/// Source: <https://github.com/benoitc/gunicorn/pull/3623>,
/// <https://github.com/benoitc/gunicorn/pull/1971>
const DROPPED: &[(&str, &str)] = &[
    ("eventlet", "gevent or gthread"),
    ("gaiohttp", "aiohttp.worker.GunicornWebWorker"),
];

pub(super) fn of(given: &Given<'_>, ask: &Ask, made: &Made) -> Traits {
    let (scene, pool, share) = (&given.scene, &ask.pool, given.share.stated());
    let request = scene.spec.count("request_seconds");
    let held_up = request.filter(|_| ask.class == Class::Sync);
    let workers = Workers {
        called: pool.worker_name,
        count: Stated::new(made.workers, "workers"),
        main: pool.main_in(share, made.workers).bytes(),
        each: pool.worker.floor,
        want: pool.main.want.plus(pool.worker.want.times(made.workers)),
        event_loop: ask.class == Class::Uvicorn,
        computes: true,
        given_up: instead(&made.class)
            .map(|instead| (Stated::new(made.class.clone(), "worker_class"), instead)),
        replaced_after: Some(Stated::new(made.max_requests, "max_requests")),
        heartbeat: Some(Stated::new(made.heartbeat.clone(), HEARTBEAT_KEY)),
        held_up: held_up.map(|request| HeldUp {
            request,
            timeout: Stated::new(made.timeout, "timeout"),
        }),
    };
    Traits {
        workers: Some(workers),
        ..Traits::default()
    }
}

/// What the project of a class names instead of it, where it gave it up.
fn instead(class: &str) -> Option<String> {
    let moved = MOVED
        .iter()
        .find_map(|(old, new)| Some(format!("{new}{}", class.strip_prefix(old)?)));
    let dropped = DROPPED.iter().find(|(old, _)| class == *old);
    moved.or(dropped.map(|(_, instead)| (*instead).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_has_a_successor() {
        let uvicorn = instead("uvicorn.workers.UvicornH11Worker");
        assert_eq!(uvicorn.as_deref(), Some("uvicorn_worker.UvicornH11Worker"));
        assert!(instead("eventlet").is_some());
        for class in ["sync", "gthread", "gevent", "uvicorn_worker.UvicornWorker"] {
            assert_eq!(instead(class), None, "{class}");
        }
    }
}
