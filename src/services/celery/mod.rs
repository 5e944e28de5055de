//! A celery worker, with a pool of children, threads or greenlets: as many
//! tasks at once as processors, memory and connections allow. Knows no other
//! service; what schedules tasks is one of another kind.

mod ask;
mod defaults;
mod settings;
#[cfg(test)]
mod tests;
mod traits;

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Container, Crew, Demand, Exec, FileSpec, Given, Live, Load, Meets, Offers, Reload, Scene,
    Service, Settled, Validator, Workers, application, pool_env,
};
use crate::formats::Format;
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins, WorstCase};
use crate::stack::KindSchema;
use crate::units::Version;
use ask::{Ask, Kind, TASK_SECONDS};
use settings::{FILE, Made};

pub(super) struct Celery;

static SCHEMA: KindSchema = KindSchema {
    kind: "celery",
    about: "A celery worker.",
    keys: &[
        KeySpec::new(
            "app",
            KeyType::Text,
            "The module of the application.",
            "\"worker\"",
        )
        .or("\"tasks\""),
        KeySpec::new(
            "pool",
            KeyType::Choice(Kind::NAMES),
            "What runs its tasks.",
            "\"threads\"",
        )
        .or("\"prefork\""),
        KeySpec::new(
            "concurrency",
            KeyType::Count(1, MOST_CONCURRENCY),
            "Tasks at once.",
            "2",
        )
        .or("what processors, memory and pools allow"),
        KeySpec::new(
            "worker_memory",
            KeyType::Size,
            "What one child holds at work.",
            "\"200MiB\"",
        )
        .or("a measured figure"),
        KeySpec::new(
            "task_seconds",
            KeyType::Count(1, LONGEST_TASK),
            "Seconds of its longest task.",
            "660",
        )
        .or("not known, stopped after 600"),
        KeySpec::new(
            "venv",
            KeyType::Text,
            "Its virtual environment, from `cwd` or absolute.",
            "\".venv\"",
        )
        .or("`venv` in its `cwd`; in a container the image's path"),
    ],
    versions: &[],
};

const MOST_CONCURRENCY: u64 = 4096;
/// A week.
const LONGEST_TASK: u64 = 604_800;
/// What is run where the stack does not say.
/// Source: celery's own first steps.
const APP: &str = "tasks";
/// A background worker's tasks can be done again: it dies first.
/// Source: docs/formulas.md, "systemd".
const OOM_SCORE: i16 = 300;
/// A stop waits for tasks in work, but no reboot or release waits longer.
/// Source: docs/formulas.md, "timeouts".
const LONGEST_STOP_SECONDS: u64 = 900;
const STOP_MARGIN_SECONDS: u64 = 5;
/// Pipes of a child in the main process, or connections of a task.
const FILES_PER_TASK: u64 = 8;
const OTHER_FILES: u64 = 1024;
/// Threads of libraries in one process (guess).
const THREADS_PER_PROCESS: u64 = 16;
const OTHER_TASKS: u64 = 32;
/// Where an image keeps its application, unless `cwd` says so.
const CONTAINER_DIRECTORY: &str = "/app";

/// Source: measured, docs/measurements.md, "processes".
const LIVE: Live = Live {
    programs: &["celery", "[celeryd"],
    through: &["python", "pypy"],
    workers: Some(Workers {
        key: "worker_concurrency",
        title: None,
        leaving: None,
        of: None,
        every: &["cpu_count"],
        unless: &["threads", "gevent", "eventlet", "solo"],
    }),
    question: None,
    preload: None,
    rotator: None,
};

impl Service for Celery {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            "celery/tune_celery.py",
            include_str!("../../../templates/celery/tune_celery.py.tera"),
        )]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        super::defaults::of(defaults::DEFAULTS, key, version)
    }

    fn live(&self) -> Option<Live> {
        Some(LIVE)
    }

    /// The first with these names of options and settings.
    fn default_version(&self, _layout: Layout) -> Version {
        Version::new(5, 0, 0)
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let ask = Ask::of(scene);
        Demand {
            least: ask.pool.least(),
            floor: ask.floor(),
            want: ask.want(),
            max: None,
        }
    }

    /// Children are processes with a connection each; threads and greenlets
    /// are one process that can use as many as it has tasks.
    fn opens_connections(&self) -> bool {
        true
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        let ask = Ask::of(&given.scene);
        let here = !given.scene.spec.external;
        let rules = ask.rules(here.then(|| given.share.stated()));
        if ask.kind == Kind::Prefork {
            return Crew {
                // What runs elsewhere runs as it is stated: nothing here can lower it.
                pinned: ask.pool.pinned.is_some() || (!here && ask.stated.is_some()),
                ..Crew::of(rules, Some(1))
            };
        }
        let each = Formula::min_of(&rules).whole().max(1);
        Crew::of(vec![Formula::number(1)], Some(each))
    }

    fn patience(&self, scene: &Scene<'_>) -> Option<u64> {
        Some(Ask::of(scene).seconds())
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        if scene.spec.external {
            return Settled::default();
        }
        let ask = Ask::of(scene);
        let made = settings::make(given, &ask, pins);
        let units = application::units(given, |instance| exec(given, instance, &made));
        Settled {
            traits: traits::of(given, &ask, &made),
            worst: worst(given, &ask, &made),
            offers: Offers::default(),
            files: vec![file(given, &ask)],
            logs: application::logs(scene, &units, None),
            units,
            container: Container {
                command: command(scene, &scene.spec.name, &made),
                mounts: vec![(path(scene), mounted(scene))],
                shm: None,
            },
            reload: Reload::Restart("celery reads its settings when it starts".to_owned()),
            notes: notes(given, &ask, &made),
            page_cache: false,
            oom_score: OOM_SCORE,
            open_files: Some(
                Formula::count("concurrency", made.concurrency) * FILES_PER_TASK + OTHER_FILES,
            ),
            tasks: Some(tasks(&ask, &made)),
            stop_seconds: Some(stop_seconds(&made)),
            graceful_seconds: made.longest.min(LONGEST_STOP_SECONDS),
            settings: made.settings,
            environment: made.environment,
        }
    }
}

/// Children grow to the end of their room, or to their cap where it is beyond.
fn worst(given: &Given<'_>, ask: &Ask, made: &Made) -> WorstCase {
    let (pool, share) = (&ask.pool, given.share.stated());
    match made.child_cap {
        Some(cap) => pool.worst_with(cap, share, made.concurrency),
        None => pool.worst(share, made.concurrency),
    }
}

fn tasks(ask: &Ask, made: &Made) -> Formula {
    let concurrency = Formula::count("concurrency", made.concurrency);
    let threads = Formula::count("threads of a process", THREADS_PER_PROCESS);
    match ask.kind {
        Kind::Prefork => (concurrency + 1) * threads + OTHER_TASKS,
        Kind::Threads => concurrency + threads + OTHER_TASKS,
        Kind::Gevent => threads + OTHER_TASKS,
    }
}

/// A warm shutdown waits for the tasks in work.
fn stop_seconds(made: &Made) -> Formula {
    let longest = Formula::count("longest task", made.longest) + STOP_MARGIN_SECONDS;
    longest.at_most(&Formula::number(LONGEST_STOP_SECONDS))
}

/// The module's name, which an application imports: with the worker's own
/// where several may share a directory.
fn module(scene: &Scene<'_>) -> String {
    if scene.alone || scene.in_compose() || scene.spec.cwd.is_none() {
        "tune_celery".to_owned()
    } else {
        format!("tune_celery_{}", scene.spec.name.replace('-', "_"))
    }
}

fn path(scene: &Scene<'_>) -> String {
    let module = module(scene);
    if scene.in_compose() {
        format!("{}/{}/{module}.py", scene.directory, scene.spec.name)
    } else {
        format!("{}/{module}.py", scene.cwd())
    }
}

fn mounted(scene: &Scene<'_>) -> String {
    let directory = scene.spec.cwd.as_deref().unwrap_or(CONTAINER_DIRECTORY);
    format!("{directory}/{}.py", module(scene))
}

fn command(scene: &Scene<'_>, instance: &str, made: &Made) -> Vec<String> {
    let app = scene.spec.text("app").unwrap_or(APP);
    let program = application::program(scene, "celery");
    let mut words = vec![program, format!("--app={app}"), "worker".to_owned()];
    // %h is celery's: the host's name.
    words.push(format!("--hostname={instance}@%h"));
    words.extend(made.options.iter().cloned());
    words
}

fn exec(given: &Given<'_>, instance: &str, made: &Made) -> Exec {
    let scene = &given.scene;
    Exec {
        description: format!("{instance}, a celery worker"),
        command: command(scene, instance, made),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: None,
        notifies: false,
        environment: BTreeMap::new(),
    }
}

fn file(given: &Given<'_>, ask: &Ask) -> FileSpec {
    let scene = &given.scene;
    FileSpec {
        template: "celery/tune_celery.py",
        path: path(scene),
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: Meets::Own,
        format: Format::Python,
        main: None,
        validator: validator(scene),
        sheet: FILE,
        facts: json!({
            "module": module(scene),
            "children": ask.kind == Kind::Prefork,
            "hard_limit": ask.kind != Kind::Threads,
        }),
    }
}

/// Under the account of the user's, since the file is code.
fn validator(scene: &Scene<'_>) -> Validator {
    let program = application::program(scene, "celery");
    let directory = program.rsplit_once('/').map(|(directory, _)| directory);
    let own = Validator {
        account: Some(scene.user()),
        directories: directory.map(str::to_owned).into_iter().collect(),
        cannot_tell: &["No module named 'celery'"],
        ..Validator::of(VALIDATOR)
    };
    if scene.in_compose() {
        return own.in_container();
    }
    own
}

/// celery takes any name without a word, so the names are compared with its own.
const VALIDATOR: &str = "python3 -c 'import runpy, sys; from celery.app.defaults import DEFAULTS; bad = [k for k in runpy.run_path(sys.argv[1]) if k[0] != \"_\" and k not in DEFAULTS]; sys.exit(\"unknown: \" + str(bad) if bad else 0)' {}";

fn notes(given: &Given<'_>, ask: &Ask, made: &Made) -> Vec<String> {
    let spec = given.scene.spec;
    let mut notes = Vec::new();
    if spec.text("app").is_none() {
        notes.push(format!("no app is stated: {APP} is assumed"));
    }
    if let Some(stated) = ask.stated.filter(|stated| *stated > made.concurrency) {
        let given = match ask.kind {
            Kind::Prefork => given.processes.clone(),
            Kind::Threads | Kind::Gevent => {
                ask.concurrency(given.share.stated(), pool_env::tightest(given))
            }
        };
        notes.push(application::fewer("concurrency", stated, &given));
    }
    match (ask.task_seconds, ask.kind) {
        (None, Kind::Threads) => notes.push(format!(
            "no task_seconds are stated: {TASK_SECONDS} are assumed"
        )),
        (None, _) => notes.push(format!(
            "no task_seconds are stated: tasks are ended after {TASK_SECONDS} s"
        )),
        (Some(_), Kind::Threads) => {
            notes.push("the threads pool cannot end a task: no time limit is written".to_owned());
        }
        (Some(_), _) => {}
    }
    if let Some(grant) = pool_env::tightest(given)
        && ask.kind != Kind::Prefork
        && made.concurrency >= pool_env::total(grant)
    {
        let (tasks, connections) = (made.concurrency, pool_env::total(grant));
        notes.push(format!(
            "{tasks} tasks at once have {connections} connections: concurrency states more where most of them wait for something else"
        ));
    }
    let stop = stop_seconds(made).whole();
    if made.longest > stop {
        let longest = made.longest;
        notes.push(format!("a task may take {longest} s, a stop waits {stop} s: what is not done by then is lost, unless it is acknowledged late (task_acks_late) and can run twice"));
    }
    notes
}
