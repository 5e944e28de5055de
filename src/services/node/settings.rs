//! What one process of Node is allowed, and what it is told: heap below restart
//! below limit, the young generation, the pools.

use std::collections::BTreeMap;

use super::{DAEMON, daemon, under_pm2};
use crate::services::{Given, Scene};
use crate::setting::{Activation, Formula, Rule, Sheet, Spelling, WorstCase, size};
use crate::units::{Bytes, Decimal};

/// PM2 restarts a process here: polled each 30 s, so no cap by itself.
/// Source: docs/formulas.md, "Node"; pm2#4238.
const RESTART: Decimal = Decimal::thousandths(830);
/// RSS beyond the heap when V8 gives up: 32 to 51 MiB measured, doubled.
/// Source: docs/measurements.md, "V8 heap".
pub(super) const BEYOND_HEAP: Bytes = Bytes::mib(96);
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
    room: Formula,
    restart: Formula,
    heap: Formula,
    young: Formula,
}

impl Made {
    pub(super) fn of(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) -> Self {
        if under_pm2(&given.scene) {
            processes(given, instances, sheet);
        }
        let share = Formula::size("share", given.share.stated());
        let daemon = Formula::size("daemon", daemon(&given.scene));
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
        let young = &semi * 3;
        let restart = (&room * RESTART).floor_to(Bytes::MIB);
        let because =
            "below the hard limit, above the heap: a leak restarts one process, it is not killed";
        let restart = sheet.size("max_memory_restart", &restart, rule(NODE, because));
        let below = &restart - &size(BEYOND_HEAP);
        let heap = below
            .at_most(&(&room * HEAP_PART))
            .floor_to(Bytes::MIB)
            .at_least(&size(LEAST_HEAP));
        let because = "what V8 holds beyond its heap stays below the restart limit";
        let heap = sheet.size_as("max-old-space-size", &heap, in_mib, rule(HEAP, because));
        Self {
            room,
            restart,
            heap,
            young,
        }
    }

    /// One of the three spaces of the young generation.
    fn semi(&self) -> Bytes {
        self.young.bytes().over(3)
    }

    /// Heap and young generation as arguments of Node.
    pub(super) fn arguments(&self) -> [String; 2] {
        [
            format!("--max-old-space-size={}", self.heap.bytes().whole_mib()),
            format!("--max-semi-space-size={}", self.semi().whole_mib()),
        ]
    }

    /// Every process at the point where V8 gives up or PM2 restarts it,
    /// whichever is higher: both are below the hard limit.
    pub(super) fn worst(&self, given: &Given<'_>, instances: u64) -> WorstCase {
        let beyond = (&self.young + &size(Bytes::mib(48))).at_most(&size(BEYOND_HEAP));
        let each = (&self.heap + &beyond)
            .at_least(&self.restart)
            .at_most(&self.room.at_least(&self.restart));
        let mut worst = WorstCase::new();
        if under_pm2(&given.scene) {
            worst = worst.and("PM2", Formula::size("daemon", DAEMON));
        }
        worst.and("processes", Formula::count("instances", instances) * each)
    }
}

fn processes(given: &Given<'_>, instances: u64, sheet: &mut Sheet<'_>) {
    let because = if instances == 1 {
        "one process: its restart does not overlap"
    } else {
        "processors, memory and pools allow no more"
    };
    sheet.count("instances", &given.processes, rule(PM2, because));
    let mode = if instances > 1 { "cluster" } else { "fork" };
    let because = "several instances on one port need the cluster";
    sheet.word("exec_mode", mode, rule(PM2, because));
}

pub(super) fn environment(
    given: &Given<'_>,
    made: &Made,
    sheet: &mut Sheet<'_>,
) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    environment.insert("NODE_OPTIONS".to_owned(), options(&given.scene, made));
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
        let each = sheet.count(names.size.clone(), &grant.formula, rule(LOAD, because));
        environment.insert(names.size.clone(), each.whole().to_string());
        if let Some(name) = &names.overflow {
            let beyond = Formula::number(grant.overflow);
            let because = "none beyond: the sum must hold";
            let beyond = sheet.count(name.clone(), &beyond, rule(LOAD, because));
            environment.insert(name.clone(), beyond.whole().to_string());
        }
    }
    let stated = given.scene.spec.map("env").into_iter().flatten();
    for (name, value) in stated.filter(|(name, _)| *name != "NODE_OPTIONS") {
        environment.insert(name.clone(), value.clone());
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
    match scene
        .spec
        .map("env")
        .and_then(|env| env.get("NODE_OPTIONS"))
    {
        Some(stated) => format!("{known} {stated}"),
        None => known,
    }
}

/// The young generation as an argument, where `NODE_OPTIONS` does not take it.
/// Source: <https://github.com/nodejs/node/pull/44436>, first in 18.10.
pub(super) fn young_argument(scene: &Scene<'_>, made: &Made) -> Option<String> {
    let old = !scene.version.at_least(18, 10);
    let [_, young] = made.arguments();
    old.then_some(young)
}
