//! What one process of Node is allowed, and what it is told: heap below restart
//! below limit, the young generation, the pools.

use std::collections::BTreeMap;

use super::{DAEMON, MOST_INSTANCES, daemon, under_pm2};
use crate::services::node_options::{OUTSIDE, Told};
use crate::services::pool_env::{overflow_key, size_key};
use crate::services::{Given, Scene};
use crate::setting::{Activation, Formula, Pins, Rule, Sheet, Spelling, WorstCase, size};
use crate::units::{Bytes, Decimal};

/// PM2 restarts a process here: polled each 30 s, so no cap by itself.
/// Source: docs/formulas.md, "Node"; pm2#4238.
const RESTART: Decimal = Decimal::thousandths(830);
/// A heap takes no more of its room.
const HEAP_PART: Decimal = Decimal::thousandths(750);
/// Less and nothing starts.
const LEAST_HEAP: Bytes = Bytes::mib(32);
/// V8 shrinks its young generation to fit a limit that it sees, which cost a
/// third of the requests; stated, it does not.
/// Source: docs/measurements.md, "load" (second finding).
pub(super) const SEMI_SPACE: Bytes = Bytes::mib(16);
const SMALL_SEMI_SPACE: Bytes = Bytes::mib(8);
/// Room from which the full young generation is worth it.
const ROOMY: Bytes = Bytes::mib(192);
/// Threads for files, DNS and hashing.
/// Source: <https://nodejs.org/api/cli.html#uv_threadpool_sizesize>
pub(super) const THREADPOOL: u64 = 4;
/// Frameworks keep templates and leave out traces only in production.
/// Source: <https://expressjs.com/en/advanced/best-practice-performance.html>
pub(super) const MODE: &str = "NODE_ENV";
/// What every Node reads.
pub(super) const OPTIONS: &str = "NODE_OPTIONS";
/// Where an application reads its port.
pub(super) const PORT: &str = "PORT";
/// What PM2 calls its modes.
/// Source: PM2 7.0.4, lib/API/schema.json, `exec_mode`.
const CLUSTER: &[&str] = &["cluster", "cluster_mode"];
const FORK: &[&str] = &["fork", "fork_mode"];
const PM2: &str = "https://pm2.keymetrics.io/docs/usage/application-declaration/";
const V8: &str = "https://nodejs.org/api/cli.html#useful-v8-options";
const HEAP: &str = "docs/measurements.md#v8-heap";
const LOAD: &str = "docs/measurements.md#load";
const NODE: &str = "docs/formulas.md#node";

const fn rule(source: &'static str, because: &'static str) -> Rule {
    Rule {
        source,
        activation: Activation::Restart,
        because,
    }
}

/// What one process is allowed.
pub(super) struct Made {
    pub(super) room: Formula,
    /// Where PM2 restarts it; of what nothing restarts, what would be left to it.
    pub(super) restart: Formula,
    heap: Formula,
    semi: Formula,
    /// Whether several listen together, where something could start several.
    pub(super) cluster: Option<bool>,
    /// What V8 really gets.
    pub(super) told: Told,
}

impl Made {
    pub(super) fn of(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) -> Self {
        let scene = &given.scene;
        let cluster = under_pm2(scene).then(|| processes(given, instances, sheet));
        let share = Formula::size("share", given.share.stated());
        let daemon = Formula::size("daemon", daemon(scene));
        let room = (share - daemon) / Formula::count("instances", instances);
        let room = Formula::size("room of a process", room.bytes());
        let semi = if room.bytes() >= ROOMY {
            SEMI_SPACE
        } else {
            SMALL_SEMI_SPACE
        };
        let because = "V8 would shrink it to fit the limit that it sees: a third of the requests";
        let in_mib = Spelling::Mebibytes;
        let semi = sheet.size_as(
            "max-semi-space-size",
            &size(semi),
            in_mib,
            rule(LOAD, because),
        );
        let mut restart = (&room * RESTART).floor_to(Bytes::MIB);
        if under_pm2(scene) {
            let because = "below the hard limit, above the heap: a leak restarts one process, it is not killed";
            restart = sheet.size("max_memory_restart", &restart, rule(NODE, because));
        }
        let below = &restart - &(&semi * 3 + size(OUTSIDE));
        let heap = below
            .at_most(&(&room * HEAP_PART))
            .floor_to(Bytes::MIB)
            .at_least(&size(LEAST_HEAP));
        let because = "what V8 holds beyond its heap stays below the restart limit";
        let heap = sheet.size_as("max-old-space-size", &heap, in_mib, rule(HEAP, because));
        let mut made = Self {
            room,
            restart,
            heap,
            semi,
            cluster,
            told: Told::default(),
        };
        made.told = made.told(given);
        made
    }

    /// Heap and young generation as arguments of Node.
    pub(super) fn arguments(&self) -> [String; 2] {
        let mib = |size: &Formula| size.bytes().whole_mib();
        [
            format!("--max-old-space-size={}", mib(&self.heap)),
            format!("--max-semi-space-size={}", mib(&self.semi)),
        ]
    }

    /// Everything that V8 is told, in its order: the environment first, then
    /// the command, and the last word counts.
    fn told(&self, given: &Given<'_>) -> Told {
        let scene = &given.scene;
        let stated = stated_options(scene).unwrap_or_default();
        let [heap, young] = self.arguments();
        let words = match (under_pm2(scene), young_argument(scene, self)) {
            (true, _) => format!("{stated} {heap} {young}"),
            (false, None) => format!("{heap} {young} {stated}"),
            (false, Some(young)) => format!("{heap} {stated} {young}"),
        };
        Told::by(words.split_whitespace(), given.share.stated())
    }

    /// Whether the stack's own options give V8 another heap than the plan.
    pub(super) fn overruled(&self) -> bool {
        let planned = Some(self.heap.bytes().floor_to(Bytes::MIB));
        self.told.heap != planned.filter(|heap| *heap > Bytes::ZERO)
    }

    /// Every process at the point where V8 gives up or PM2 restarts it,
    /// whichever is higher; without a cap, at the limit.
    pub(super) fn worst(&self, given: &Given<'_>, instances: u64) -> WorstCase {
        let young = self.told.beyond().less(OUTSIDE).over(3);
        let beyond = Formula::size("max-semi-space-size", young) * 3 + size(OUTSIDE);
        let each = match self.told.heap {
            Some(heap) => {
                (Formula::size("max-old-space-size", heap) + beyond).at_least(&self.restart)
            }
            None => self.room.at_least(&self.restart),
        };
        let mut worst = WorstCase::new();
        if under_pm2(&given.scene) {
            worst = worst.and("PM2", Formula::size("daemon", DAEMON));
        }
        worst.and("processes", Formula::count("instances", instances) * each)
    }
}

/// Says whether they are a cluster.
fn processes(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) -> bool {
    let because = if instances == 1 {
        "one process: its restart does not overlap"
    } else {
        "processors, memory and pools allow no more"
    };
    sheet.count("instances", &given.processes, rule(PM2, because));
    let mode = if instances > 1 { "cluster" } else { "fork" };
    let because = "several instances on one port need the cluster";
    let mode = sheet.word("exec_mode", mode, rule(PM2, because));
    CLUSTER.contains(&mode.as_str())
}

/// Refuses what PM2 would: no processes at all, and a mode that it does not know.
pub(super) fn refuse_unknown(pins: &Pins<'_>) {
    if let Some(pinned) = pins.count("instances")
        && !(1..=MOST_INSTANCES).contains(&pinned)
    {
        let message = format!("instances = {pinned}: from 1 to {MOST_INSTANCES} can be");
        let help = "leave it out to have it computed";
        pins.reject("instances", &message, help);
    }
    if let Some(mode) = pins.word("exec_mode")
        && !CLUSTER.iter().chain(FORK).any(|known| *known == mode)
    {
        let message = format!("exec_mode = \"{mode}\": PM2 knows cluster and fork");
        pins.reject("exec_mode", &message, "leave it out to have it chosen");
    }
}

pub(super) fn environment(
    given: &Given<'_>,
    made: &Made,
    sheet: &mut Sheet<'_>,
) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    environment.insert(MODE.to_owned(), "production".to_owned());
    environment.insert(OPTIONS.to_owned(), options(&given.scene, made));
    let because = "files, DNS and hashing beside the event loop; libuv's default, stated";
    let threads = sheet.count(
        "UV_THREADPOOL_SIZE",
        &Formula::number(THREADPOOL),
        rule(V8, because),
    );
    environment.insert("UV_THREADPOOL_SIZE".to_owned(), threads.whole().to_string());
    for grant in &given.grants {
        let names = &given.scene.spec.pool_env;
        let because = if grant.pinned {
            "the stack states it"
        } else {
            "its part of what the database serves well, for each process"
        };
        let each = sheet.count(size_key(names), &grant.formula, rule(LOAD, because));
        environment.insert(names.size.clone(), each.whole().to_string());
        if let Some(name) = &names.overflow {
            let because = if grant.overflow == 0 {
                "none beyond: the sum must hold"
            } else {
                "the stack states it"
            };
            let beyond = sheet.count(overflow_key(name), &grant.beyond(), rule(LOAD, because));
            environment.insert(name.clone(), beyond.whole().to_string());
        }
    }
    let stated = given.scene.spec.map("env").into_iter().flatten();
    for (name, value) in stated.filter(|(name, _)| *name != OPTIONS) {
        environment.insert(name.clone(), value.clone());
    }
    // Several on one host have a port each, which their units say.
    let one_port = given.instances.len() == 1 || given.scene.in_compose();
    if let Some(port) = given.scene.spec.port.filter(|_| one_port) {
        environment.insert(PORT.to_owned(), port.to_string());
    }
    environment
}

/// What every process of the application reads, workers and scripts too.
fn options(scene: &Scene<'_>, made: &Made) -> String {
    let [heap, young] = made.arguments();
    let known = match young_argument(scene, made) {
        None => format!("{heap} {young}"),
        Some(_) => heap,
    };
    // What the stack states comes after and adds to it.
    match stated_options(scene) {
        Some(stated) => format!("{known} {stated}"),
        None => known,
    }
}

/// What the stack's own environment tells Node.
pub(super) fn stated_options<'a>(scene: &Scene<'a>) -> Option<&'a str> {
    let env = scene.spec.map("env")?;
    env.get(OPTIONS).map(String::as_str)
}

/// The young generation as an argument, where `NODE_OPTIONS` does not take it.
/// Source: <https://github.com/nodejs/node/pull/44436>, first in 18.10.
pub(super) fn young_argument(scene: &Scene<'_>, made: &Made) -> Option<String> {
    let old = !scene.version.at_least(18, 10);
    let [_, young] = made.arguments();
    old.then_some(young)
}
