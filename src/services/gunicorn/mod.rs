//! gunicorn with sync, threaded or uvicorn workers: as many as processors,
//! memory and connections allow. Knows no other service.

mod ask;
mod defaults;
mod places;
mod settings;
#[cfg(test)]
mod tests;
mod traits;

use super::{
    Container, Crew, Demand, Given, Live, Load, Preload, Scene, Service, Settled, Workers,
    application, pool_env,
};
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins};
use crate::stack::{KindSchema, Since};
use crate::units::Version;
use ask::{Ask, Class};
use settings::{APP, Made};

pub(super) struct Gunicorn;

static SCHEMA: KindSchema = KindSchema {
    kind: "gunicorn",
    about: "A Python web application under gunicorn.",
    keys: &[
        KeySpec::new(
            "app",
            KeyType::Text,
            "The module and its application.",
            "\"main:app\"",
        )
        .or("\"app:app\""),
        KeySpec::new(
            "worker_class",
            KeyType::Choice(Class::NAMES),
            "What its workers are.",
            "\"uvicorn\"",
        )
        .or("\"sync\""),
        KeySpec::new(
            "threads",
            KeyType::Count(1, MOST_THREADS),
            "Threads of a worker; more than one make it a gthread.",
            "4",
        )
        .or("1, or what a gthread keeps busy"),
        KeySpec::new(
            "workers",
            KeyType::Count(1, MOST_WORKERS),
            "Worker processes.",
            "2",
        )
        .or("what processors, memory and pools allow"),
        KeySpec::new(
            "worker_memory",
            KeyType::Size,
            "What one worker holds at work.",
            "\"200MiB\"",
        )
        .or("a measured figure"),
        KeySpec::new(
            "timeout",
            KeyType::Count(1, LONGEST_TIMEOUT),
            "Seconds before it gives a request up.",
            "60",
        )
        .or("30"),
        KeySpec::new(
            "request_seconds",
            KeyType::Count(1, LONGEST_TIMEOUT),
            "Seconds that its slow requests take.",
            "5",
        ),
        KeySpec::new(
            "venv",
            KeyType::Text,
            "Its virtual environment, from `cwd` or absolute.",
            "\".venv\"",
        )
        .or("`venv` in its `cwd`; in a container the image's path"),
    ],
    versions: &[Since::new(
        (25, 1, 0),
        "`control_socket_disable` is there to be set.",
    )],
};

const MOST_THREADS: u64 = 1024;
const MOST_WORKERS: u64 = 4096;
/// A day.
const LONGEST_TIMEOUT: u64 = 86_400;
/// The unit waits this much longer than the workers.
/// Source: docs/formulas.md, "timeouts".
const STOP_MARGIN_SECONDS: u64 = 5;
/// Connections of a worker: gunicorn's `worker_connections`, and as many to others.
/// Source: <https://docs.gunicorn.org/en/stable/settings.html#worker-connections>
const OPEN_FILES: u64 = 4096;
/// Threads that an event loop may start for calls that block.
/// Source: anyio, `to_thread.current_default_thread_limiter`: 40.
const LOOP_THREADS: u64 = 40;
/// Threads of libraries in one worker (guess), above what it asks for.
const OTHER_THREADS: u64 = 8;
/// The arbiter, what it runs for a moment, and a shell beside it.
const OTHER_TASKS: u64 = 16;
/// Where the file is in a container.
const CONTAINER_FILE: &str = "/etc/gunicorn/gunicorn.conf.py";

/// Source: measured, docs/measurements.md, "processes".
const LIVE: Live = Live {
    programs: &["gunicorn"],
    through: &["python", "pypy"],
    workers: Some(Workers {
        key: "workers",
        title: None,
        leaving: None,
        of: None,
        every: &["cpu_count"],
        unless: &[],
    }),
    question: None,
    preload: Some(Preload {
        key: "preload_app",
        option: "--preload",
    }),
    rotator: None,
};

impl Service for Gunicorn {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            "gunicorn/gunicorn.conf.py",
            include_str!("../../../templates/gunicorn/gunicorn.conf.py.tera"),
        )]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        super::defaults::of(defaults::DEFAULTS, key, version)
    }

    fn live(&self) -> Option<Live> {
        Some(LIVE)
    }

    /// Debian 12's; an application's own environment has a later one.
    fn default_version(&self, _layout: Layout) -> Version {
        Version::new(20, 1, 0)
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let ask = Ask::of(scene);
        let least = ask.pool.least();
        Demand {
            least,
            floor: least,
            want: ask.pool.want(ask.wanted().whole()),
            max: None,
        }
    }

    fn opens_connections(&self) -> bool {
        true
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        let ask = Ask::of(&given.scene);
        let here = !given.scene.spec.external;
        let crew = ask.crew(here.then(|| given.share.stated()));
        // What runs elsewhere runs as it is stated: nothing here can lower it.
        Crew {
            pinned: crew.pinned || (!here && ask.workers.is_some()),
            ..crew
        }
    }

    fn patience(&self, scene: &Scene<'_>) -> Option<u64> {
        Some(Ask::of(scene).timeout)
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let (scene, share) = (&given.scene, given.share.stated());
        let ask = Ask::of(scene);
        if scene.spec.external {
            return places::elsewhere(scene, &ask);
        }
        let made = settings::make(given, &ask, pins);
        let units = application::units(given, |instance| places::exec(given, instance, &made));
        let threads = match ask.class {
            Class::Uvicorn => LOOP_THREADS,
            Class::Sync | Class::Gthread => made.threads,
        };
        Settled {
            traits: traits::of(given, &ask, &made),
            worst: ask.pool.worst(share, made.workers),
            offers: places::offers(given, &ask, &made),
            files: places::files(given, &made),
            logs: application::logs(scene, &units, Some("USR1")),
            units,
            container: Container {
                command: places::command(scene, CONTAINER_FILE),
                mounts: vec![(
                    places::path(given, &scene.spec.name),
                    CONTAINER_FILE.to_owned(),
                )],
                shm: None,
            },
            notes: notes(given, &ask, &made),
            page_cache: false,
            oom_score: 0,
            open_files: Some(Formula::number(OPEN_FILES)),
            tasks: Some(tasks(made.workers, threads)),
            stop_seconds: Some(
                Formula::count("graceful_timeout", made.graceful) + STOP_MARGIN_SECONDS,
            ),
            graceful_seconds: made.graceful,
            settings: made.settings,
            environment: made.environment,
            reload: made.reload,
        }
    }
}

/// Twice the workers while a reload lasts.
fn tasks(workers: u64, threads: u64) -> Formula {
    let each = Formula::count("threads", threads) + OTHER_THREADS;
    Formula::number(2) * Formula::count("workers", workers) * each + OTHER_TASKS
}

fn notes(given: &Given<'_>, ask: &Ask, made: &Made) -> Vec<String> {
    let (spec, share) = (given.scene.spec, given.share.stated());
    let mut notes = Vec::new();
    if spec.text("app").is_none() && !spec.settings.contains_key("wsgi_app") {
        notes.push(format!("no app is stated: {APP} is assumed"));
    }
    if let Some(stated) = ask.workers.filter(|stated| *stated > made.workers) {
        notes.push(application::fewer("workers", stated, &given.processes));
    }
    let room = ask.pool.room(share, made.workers).bytes();
    notes.push(format!(
        "each worker has room for {room}: gunicorn caps none of them, the limit of all of them does"
    ));
    if let (Some(threads), Some(grant)) = (ask.threads, pool_env::tightest(given))
        && ask.class == Class::Gthread
        && threads > pool_env::total(grant)
    {
        let pool = pool_env::total(grant);
        notes.push(format!("{threads} threads of a worker share {pool} connections: without a pool in the application each opens its own"));
    }
    if ask.class == Class::Uvicorn && spec.count("threads").is_some() {
        notes.push("threads has no effect on uvicorn workers".to_owned());
    }
    notes
}
