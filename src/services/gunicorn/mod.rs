//! gunicorn with sync, threaded or uvicorn workers: as many as processors,
//! memory and connections allow. Knows no other service.

mod ask;
mod settings;

use serde_json::json;

use super::{
    Container, Crew, Demand, Exec, FileSpec, Given, Http, KernelWant, Load, Meets, Offers, Reload,
    Scene, Service, Settled, application, pool_env,
};
use crate::host::Layout;
use crate::setting::Pins;
use crate::stack::{KeySpec, KeyType, KindSchema};
use crate::units::Version;
use ask::{Ask, Class};
use settings::{APP, FILE, Made, PORT};

pub(super) struct Gunicorn;

static SCHEMA: KindSchema = KindSchema {
    kind: "gunicorn",
    keys: &[
        KeySpec {
            name: "app",
            takes: KeyType::Text,
        },
        KeySpec {
            name: "worker_class",
            takes: KeyType::Choice(Class::NAMES),
        },
        KeySpec {
            name: "threads",
            takes: KeyType::Count(1, MOST_THREADS),
        },
        KeySpec {
            name: "workers",
            takes: KeyType::Count(1, MOST_WORKERS),
        },
        KeySpec {
            name: "worker_memory",
            takes: KeyType::Size,
        },
        KeySpec {
            name: "timeout",
            takes: KeyType::Count(1, LONGEST_TIMEOUT),
        },
        KeySpec {
            name: "venv",
            takes: KeyType::Text,
        },
    ],
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
/// Requests that one event loop works on where nothing bounds them.
/// Source: docs/formulas.md, "concurrency".
const LOOP_CONCURRENCY: u64 = 100;
/// Where the file is in a container.
const CONTAINER_FILE: &str = "/etc/gunicorn/gunicorn.conf.py";
const SOMAXCONN: &str = "https://docs.kernel.org/admin-guide/sysctl/net.html";

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

    fn crew(&self, given: &Given<'_>) -> Crew {
        let ask = Ask::of(&given.scene);
        let here = !given.scene.spec.external;
        Crew {
            rules: ask.rules(here.then(|| given.share.stated())),
            connections_each: ask.connections_each(),
        }
    }

    fn patience(&self, scene: &Scene<'_>) -> Option<u64> {
        Some(Ask::of(scene).timeout)
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let (scene, share) = (&given.scene, given.share.stated());
        let ask = Ask::of(scene);
        if scene.spec.external {
            return elsewhere(scene, &ask);
        }
        let made = settings::make(given, &ask, pins);
        let units = application::units(given, |instance| exec(given, instance, &made));
        let threads = match ask.class {
            Class::Uvicorn => LOOP_THREADS,
            Class::Sync | Class::Gthread => made.threads,
        };
        Settled {
            worst: ask.pool.worst(share, made.workers),
            offers: offers(given, &ask, &made),
            files: files(given, &made),
            logs: application::logs(scene, &units, Some("USR1")),
            units,
            container: Container {
                command: command(scene, CONTAINER_FILE),
                mounts: vec![(path(given, &scene.spec.name), CONTAINER_FILE.to_owned())],
                shm: None,
            },
            notes: notes(given, &ask, &made),
            page_cache: false,
            oom_score: 0,
            open_files: OPEN_FILES,
            tasks: 2 * made.workers * (threads + OTHER_THREADS) + OTHER_TASKS,
            stop_seconds: made.graceful + STOP_MARGIN_SECONDS,
            settings: made.settings,
            environment: made.environment,
            reload: made.reload,
        }
    }
}

/// One that runs on another host: only where it is and how patient.
fn elsewhere(scene: &Scene<'_>, ask: &Ask) -> Settled {
    let port = scene.spec.port.unwrap_or(PORT);
    let http = Http {
        servers: vec![format!("{}:{port}", scene.spec.name)],
        concurrency: LOOP_CONCURRENCY,
        timeout: ask.timeout,
        keepalive: 0,
    };
    Settled {
        offers: Offers {
            http: Some(http),
            ..Offers::default()
        },
        ..Settled::default()
    }
}

/// In its working directory; by its name where several may share one.
fn path(given: &Given<'_>, instance: &str) -> String {
    let scene = &given.scene;
    if scene.in_compose() {
        return format!("{}/{}/{FILE}", scene.directory, scene.spec.name);
    }
    let only = given.instances.len() == 1 && (scene.alone || scene.spec.cwd.is_none());
    if only {
        format!("{}/{FILE}", scene.cwd())
    } else {
        format!("{}/{instance}.{FILE}", scene.cwd())
    }
}

fn command(scene: &Scene<'_>, file: &str) -> Vec<String> {
    let program = application::program(scene, "gunicorn");
    vec![program, "-c".to_owned(), file.to_owned()]
}

fn exec(given: &Given<'_>, instance: &str, made: &Made) -> Exec {
    let scene = &given.scene;
    Exec {
        description: format!("{instance}, a gunicorn"),
        command: command(scene, &path(given, instance)),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: (made.reload == Reload::Reload).then(|| "/bin/kill -HUP $MAINPID".to_owned()),
        notifies: true,
    }
}

/// Where each replica listens.
fn binds(given: &Given<'_>, made: &Made) -> Vec<String> {
    let port = given.scene.spec.port.unwrap_or(PORT);
    if given.scene.in_compose() || given.instances.len() == 1 {
        return vec![made.bind.clone()];
    }
    let ports = given.instances.iter().zip(port..);
    ports.map(|(_, port)| format!("127.0.0.1:{port}")).collect()
}

fn offers(given: &Given<'_>, ask: &Ask, made: &Made) -> Offers {
    let scene = &given.scene;
    let servers = if scene.in_compose() {
        let port = made
            .bind
            .rsplit_once(':')
            .map_or(made.bind.as_str(), |(_, port)| port);
        vec![format!("{}:{port}", scene.spec.name)]
    } else {
        binds(given, made)
    };
    let each = match (ask.class, pool_env::tightest(given)) {
        (Class::Sync | Class::Gthread, _) => made.threads,
        (Class::Uvicorn, Some(grant)) => pool_env::total(grant),
        (Class::Uvicorn, None) => LOOP_CONCURRENCY,
    };
    let accept_queue = KernelWant {
        key: "net.core.somaxconn",
        value: made.backlog,
        because: "gunicorn's backlog is cut to it without a word",
        source: SOMAXCONN,
    };
    Offers {
        connections: None,
        http: Some(Http {
            servers,
            concurrency: made.workers.saturating_mul(each),
            timeout: made.timeout,
            keepalive: made.keepalive,
        }),
        kernel: if scene.in_compose() {
            Vec::new()
        } else {
            vec![accept_queue]
        },
    }
}

fn files(given: &Given<'_>, made: &Made) -> Vec<FileSpec> {
    let pool: Vec<_> = made
        .environment
        .iter()
        .map(|(name, value)| json!({ "name": name, "assignment": format!("{name}={value}") }))
        .collect();
    let replicas = given.instances.iter().zip(binds(given, made));
    replicas
        .map(|(instance, bind)| FileSpec {
            template: "gunicorn/gunicorn.conf.py",
            path: path(given, instance),
            mode: 0o644,
            owner: "root:root".to_owned(),
            meets: Meets::Own,
            validator: "gunicorn --check-config -c {}",
            sheet: FILE,
            facts: json!({
                "bind": bind,
                "pool": pool,
                "threaded": given_setting(made, "threads"),
                "keeps_alive": given_setting(made, "keepalive"),
                "no_control_socket": given_setting(made, "control_socket_disable"),
            }),
        })
        .collect()
}

fn given_setting(made: &Made, key: &str) -> bool {
    made.settings.iter().any(|setting| setting.key == key)
}

fn notes(given: &Given<'_>, ask: &Ask, made: &Made) -> Vec<String> {
    let (spec, share) = (given.scene.spec, given.share.stated());
    let mut notes = Vec::new();
    if spec.text("app").is_none() && !spec.settings.contains_key("wsgi_app") {
        notes.push(format!("no app is stated: {APP} is assumed"));
    }
    if let Some(stated) = ask.workers.filter(|stated| *stated > made.workers) {
        let workers = made.workers;
        notes.push(format!(
            "workers = {stated} are stated, its memory and connections allow {workers}"
        ));
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
