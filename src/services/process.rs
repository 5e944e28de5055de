//! Anything else: a program with a share of memory and processors, which its
//! control group holds. Nothing is known of it, so nothing is set inside it.

use std::collections::BTreeMap;

use super::node_options::{COLLECTOR, Told, runs_v8};
use super::traits::{Heap, Stated, Traits};
use super::{
    Crew, Demand, Exec, Given, Http, Load, Offers, Reload, Scene, Service, Settled, application,
    pool_env,
};
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Activation, Formula, Pins, Sheet, Spelling, WorstCase};
use crate::stack::KindSchema;
use crate::units::{Bytes, Version};

pub(super) struct Process;

static SCHEMA: KindSchema = KindSchema {
    kind: "process",
    about: "Any other program: held to its share, nothing set inside it.",
    keys: &[KeySpec::new(
        COMMAND,
        KeyType::Text,
        "What its unit starts: words, quotes hold them together, no shell.",
        "\"flower --port=5555\"",
    )
    .or("nothing is started: it has a unit, or none is needed")],
    versions: &[],
};

/// Less holds no interpreter.
/// Source: docs/measurements.md, "gunicorn" (a master alone: 13 to 18 MiB).
const LEAST: Bytes = Bytes::mib(16);
/// What a small program does not run below, where the stack does not say.
/// Source: docs/measurements.md, "celery beat" (43 MiB).
const FLOOR: Bytes = Bytes::mib(64);
/// What it would like, where the stack does not say.
/// Source: docs/measurements.md, "Node" (an idle program with its imports).
const WANT: Bytes = Bytes::mib(128);
/// What may be dropped is dropped first.
/// Source: docs/formulas.md, "who dies first".
const OPTIONAL_OOM_SCORE: i16 = 300;
/// Threads of a runtime that starts them by the processor, and to spare.
const TASKS: u64 = 1024;
/// Requests in work at once of a program of which nothing is known: a few for
/// each of a few threads. It decides no memory, only idle connections.
const CONCURRENCY: u64 = 16;
/// Whether and how long it keeps idle connections is not known: none is kept.
const KEEPALIVE_SECONDS: u64 = 0;
/// Seconds to end.
/// Source: systemd-system.conf(5), `DefaultTimeoutStopSec`.
const STOP_SECONDS: u64 = 90;

const COMMAND: &str = "command";
const ENVIRONMENT: &str = "environment";

impl Service for Process {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn default_version(&self, _layout: Layout) -> Version {
        Version::new(0, 0, 0)
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let stated_floor = scene.spec.floor.unwrap_or(LEAST);
        let want = scene.spec.want.unwrap_or(WANT.max(stated_floor)).max(LEAST);
        Demand {
            least: LEAST,
            floor: FLOOR.min(want),
            want,
            max: Some(want),
        }
    }

    fn crew(&self, _given: &Given<'_>) -> Crew {
        Crew::one()
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        if scene.spec.external {
            return Settled::default();
        }
        let command = words(scene.spec.text(COMMAND).unwrap_or_default());
        let mut sheet = Sheet::new(ENVIRONMENT, Spelling::Plain, pins);
        let restart = Activation::Restart.in_container(scene.in_compose());
        let environment = pool_env::tell(given, &mut sheet, pins, restart);
        let units = if scene.spec.unit.is_none() && command.is_empty() {
            Vec::new()
        } else {
            application::units(given, |instance| exec(scene, instance, &command))
        };
        let held = Formula::size("limit of its control group", given.share.stated());
        Settled {
            traits: Traits {
                heap: heap(given, &command),
                ..Traits::default()
            },
            settings: sheet.finish(),
            worst: WorstCase::new().and("all it holds", held),
            logs: application::logs(scene, &units, None),
            units,
            reload: Reload::Restart("it is not known to read its settings again".to_owned()),
            environment,
            offers: offers(given),
            oom_score: if scene.spec.optional {
                OPTIONAL_OOM_SCORE
            } else {
                0
            },
            tasks: Some(Formula::number(TASKS)),
            stop_seconds: Some(Formula::number(STOP_SECONDS)),
            ..Settled::default()
        }
    }
}

/// What its command tells V8, where its program runs that.
fn heap(given: &Given<'_>, command: &[String]) -> Option<Heap> {
    command.first().filter(|program| runs_v8(program))?;
    let told = Told::by(command.iter().map(String::as_str), given.share.stated());
    Some(Heap {
        collector: COLLECTOR,
        cap: Stated::new(told.heap, COMMAND),
        beyond: told.beyond(),
        semi_space: Stated::new(told.semi_space, COMMAND),
        restart: None,
        supervisor: Bytes::ZERO,
        processes: Stated::new(1, "replicas"),
        shares_socket: None,
        port: given.scene.spec.port,
    })
}

/// Where it states a port, requests are taken there.
fn offers(given: &Given<'_>) -> Offers {
    let scene = &given.scene;
    let Some(port) = scene.spec.port else {
        return Offers::default();
    };
    let servers = if scene.in_compose() {
        vec![format!("{}:{port}", scene.spec.name)]
    } else {
        let ports = (port..).zip(&given.instances);
        ports.map(|(port, _)| format!("127.0.0.1:{port}")).collect()
    };
    let http = Http {
        servers,
        concurrency: CONCURRENCY,
        timeout: None,
        keepalive: KEEPALIVE_SECONDS,
    };
    Offers {
        http: Some(http),
        ..Offers::default()
    }
}

fn exec(scene: &Scene<'_>, instance: &str, command: &[String]) -> Exec {
    Exec {
        description: instance.to_owned(),
        command: command.to_vec(),
        cwd: scene.cwd(),
        user: scene.user(),
        reload: None,
        notifies: false,
        environment: BTreeMap::new(),
    }
}

/// The words of a command: separated by spaces, unless quotes hold them
/// together. No variable, pipe or redirection: there is no shell.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::trial::{failing, planned, service, text};

    fn settled(keys: &str) -> Settled {
        let text = format!("[services.x]\nkind = \"process\"\n{keys}\n");
        let plan = planned("t3.small", &text);
        service(&plan, "x").settled.clone().unwrap()
    }

    #[test]
    fn a_web_server_before_one_without_a_port_fails_a_check() {
        let stack = |port: &str| {
            format!(
                "[services.x]\nkind = \"process\"\n{port}\n\
                 [services.front]\nkind = \"nginx\"\nupstreams = [\"x\"]\n"
            )
        };
        let unreachable = "upstream-unreachable";
        assert!(failing("t3.small", &stack("")).contains(&unreachable));
        assert!(!failing("t3.small", &stack("port = 3000")).contains(&unreachable));
    }

    #[test]
    fn its_want_is_all_that_it_is_given() {
        for (keys, given) in [
            ("", 128),
            ("want = \"300MiB\"", 300),
            ("floor = \"200MiB\"", 200),
        ] {
            let text = format!("[services.x]\nkind = \"process\"\n{keys}\n");
            let plan = planned("t3.small", &text);
            assert_eq!(service(&plan, "x").limit, Some(Bytes::mib(given)), "{keys}");
            assert_eq!(service(&plan, "x").worst(), Some(Bytes::mib(given)));
        }
    }

    #[test]
    fn a_unit_where_there_is_something_to_start_or_to_hold() {
        assert!(settled("").units.is_empty());
        let whole = settled("command = \"beat --loud\"\nreplicas = 2").units;
        let names: Vec<_> = whole.iter().map(|unit| unit.name.as_str()).collect();
        assert_eq!(names, ["x-1.service", "x-2.service"]);
        assert_eq!(whole[0].exec.as_ref().unwrap().command, ["beat", "--loud"]);
        let held = settled("command = \"beat\"\nunit = \"agent.service\"").units;
        assert_eq!(held[0].name, "agent.service");
        assert!(held[0].exec.is_none());
    }

    #[test]
    fn it_is_told_its_pool() {
        let stack = "[services.db]\nkind = \"postgresql\"\n[services.x]\nkind = \"process\"\nuses = [\"db\"]\npool_size = 3\n";
        let plan = planned("t3.small", stack);
        assert_eq!(text(service(&plan, "x"), "DB_POOL_SIZE"), "3");
        let settled = service(&plan, "x").settled.as_ref().unwrap();
        assert_eq!(settled.environment["DB_POOL_SIZE"], "3");
    }

    #[test]
    fn a_program_that_runs_v8_is_asked_for_its_heap() {
        let fails = |command: &str| {
            let stack = format!("[services.x]\nkind = \"process\"\ncommand = \"{command}\"\n");
            failing("t3.small", &stack)
        };
        let both = ["heap-uncapped", "young-generation-shrunk"];
        assert_eq!(fails("npm run start"), both);
        assert_eq!(fails("/usr/bin/node server.js"), both);
        let told = "--max-old-space-size=32 --max-semi-space-size=8";
        assert!(fails(&format!("node {told} server.js")).is_empty());
        assert!(fails(&format!("npm start '--node-options={told}'")).is_empty());
        assert!(fails("python node.py").is_empty() && fails("").is_empty());
    }

    #[test]
    fn what_may_be_dropped_dies_first() {
        assert_eq!(settled("").oom_score, 0);
        assert!(settled("optional = true").oom_score > 0);
    }

    #[test]
    fn a_stated_port_takes_requests() {
        let servers = |keys: &str| settled(keys).offers.http.map(|http| http.servers);
        assert_eq!(servers("command = \"x\""), None);
        let two = servers("command = \"x\"\nport = 3000\nreplicas = 2").unwrap();
        assert_eq!(two, ["127.0.0.1:3000", "127.0.0.1:3001"]);
    }

    #[test]
    fn words_are_held_together_by_quotes() {
        assert_eq!(
            words("celery -A worker flower  --port=5555"),
            ["celery", "-A", "worker", "flower", "--port=5555"]
        );
        assert_eq!(
            words("sh -c 'echo \"a  b\"' \"\""),
            ["sh", "-c", "echo \"a  b\"", ""]
        );
        assert_eq!(words("it's one"), ["its one"]);
        assert!(words("  ").is_empty());
    }
}
