//! gunicorn's settings, each with its formula, in the order of the file.

use std::collections::BTreeMap;

use super::ask::{Ask, Class, THREADS};
use super::places::side_by_side;
use crate::services::{Given, Reload, pool_env};
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling};

/// The short name of the file.
pub(super) const FILE: &str = "gunicorn.conf.py";
/// Where it listens unless the stack says so.
/// Source: <https://docs.gunicorn.org/en/stable/settings.html#bind>
pub(super) const PORT: u64 = 8000;
/// What is served where the stack does not say.
pub(super) const APP: &str = "app:app";
/// Connections that wait to be accepted.
/// Source: <https://docs.gunicorn.org/en/stable/settings.html#backlog>
const BACKLOG: u64 = 2048;
/// A worker is replaced after so many requests, so that a slow leak ends.
/// Source: docs/formulas.md, "gunicorn" (camcops#280).
const MAX_REQUESTS: u64 = 1000;
/// The part of them by which workers differ, so that they do not end together.
const JITTER_PART: u64 = 10;
/// Longer than proxies and load balancers keep an idle connection, 60 s.
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
const KEEPALIVE_SECONDS: u64 = 65;

pub(super) const HEARTBEAT_KEY: &str = "worker_tmp_dir";
const WORKERS: &str = "docs/formulas.md#gunicorn";
const SETTINGS: &str = "https://docs.gunicorn.org/en/stable/settings.html";
const HEARTBEAT: &str = "https://docs.gunicorn.org/en/stable/faq.html#how-do-i-avoid-gunicorn-excessively-blocking-in-os-fchmod";
const TIMEOUTS: &str = "docs/formulas.md#timeouts";
const PRELOAD: &str = "docs/measurements.md#gunicorn";
const UVICORN: &str = "https://github.com/Kludex/uvicorn/pull/2302";
const BALANCER: &str = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html";

/// What was made, with the values that others are built from.
pub(super) struct Made {
    pub(super) settings: Vec<Setting>,
    pub(super) environment: BTreeMap<String, String>,
    pub(super) bind: String,
    pub(super) class: String,
    pub(super) workers: u64,
    /// Requests after which a worker is replaced; 0 for never.
    pub(super) max_requests: u64,
    /// The directory of the workers' signs of life.
    pub(super) heartbeat: String,
    /// Threads of one worker, 1 where it has none.
    pub(super) threads: u64,
    pub(super) timeout: u64,
    pub(super) graceful: u64,
    /// Seconds that an idle connection is kept; 0 where none is.
    pub(super) keepalive: u64,
    pub(super) backlog: u64,
    pub(super) reload: Reload,
}

struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    ask: &'a Ask,
    pins: &'a Pins<'b>,
    sheet: Sheet<'a>,
    /// What a change needs that a reload takes up.
    reload: Activation,
    restart: Activation,
}

/// All settings.
pub(super) fn make(given: &Given<'_>, ask: &Ask, pins: &Pins<'_>) -> Made {
    let compose = given.scene.in_compose();
    let workers = ask
        .pool
        .pinned
        .unwrap_or_else(|| given.processes.whole())
        .max(1);
    let reload = reload(given, ask, workers, pins);
    let softest = if reload == Reload::Reload {
        Activation::Reload
    } else {
        Activation::Restart
    };
    let mut maker = Maker {
        given,
        ask,
        pins,
        sheet: Sheet::new(FILE, Spelling::Python, pins),
        reload: softest.in_container(compose),
        restart: Activation::Restart.in_container(compose),
    };
    let (bind, backlog) = maker.listening();
    let class = maker.class();
    let threads = maker.workers();
    let max_requests = maker.recycling();
    let (timeout, graceful, keepalive) = maker.times();
    let heartbeat = maker.mechanics();
    let activation = maker.reload;
    let environment = pool_env::tell(given, &mut maker.sheet, pins, activation);
    Made {
        settings: maker.sheet.finish(),
        environment,
        bind,
        class,
        workers,
        max_requests,
        heartbeat,
        threads,
        timeout,
        graceful,
        keepalive,
        backlog,
        reload,
    }
}

/// A reload starts all new workers before it ends the old ones.
/// Source: docs/measurements.md, "gunicorn HUP" (6 workers alive of 3, 95 to 158 MiB).
fn reload(given: &Given<'_>, ask: &Ask, workers: u64, pins: &Pins<'_>) -> Reload {
    if pins.flag("preload_app") == Some(true) {
        return Reload::Restart("a reload would keep the preloaded code".to_owned());
    }
    let (peak, share) = (ask.pool.doubled(workers), given.share.stated());
    if peak <= share {
        return Reload::Reload;
    }
    Reload::TooLarge(format!(
        "a reload runs its {workers} workers twice, {peak} at once, more than its {share}"
    ))
}

impl Maker<'_, '_> {
    const fn rule(source: &'static str, activation: Activation, because: &'static str) -> Rule {
        Rule {
            source,
            activation,
            because,
        }
    }

    fn refuse_nothing(&self, key: &str, value: u64) {
        if value == 0 {
            self.pins.reject(
                key,
                &format!("{key} = 0: at least 1 is needed"),
                "leave it out to have it computed",
            );
        }
    }

    fn listening(&mut self) -> (String, u64) {
        let scene = &self.given.scene;
        let app = scene.spec.text("app").unwrap_or(APP);
        let because =
            "what is served; here, so that the unit and a check need no more than this file";
        self.sheet
            .word("wsgi_app", app, Self::rule(SETTINGS, self.restart, because));
        let port = scene.spec.port.unwrap_or(PORT);
        let (address, because) = if scene.in_compose() {
            (
                "0.0.0.0",
                "other containers reach it over the project's network",
            )
        } else if side_by_side(self.given) {
            (
                "127.0.0.1",
                "only the proxy in front of it; each replica has the next port",
            )
        } else {
            ("127.0.0.1", "only the proxy in front of it")
        };
        let rule = Self::rule(SETTINGS, self.reload, because);
        let bind = self.sheet.word("bind", &format!("{address}:{port}"), rule);
        if side_by_side(self.given) {
            self.pins.reject(
                "bind",
                "bind is pinned, and its replicas cannot all listen there",
                "state port: each replica takes the next one",
            );
        }
        let because = "connections that wait while all workers are busy; gunicorn's own, and the kernel must allow it";
        let rule = Self::rule(SETTINGS, self.restart, because);
        let backlog = self.sheet.count("backlog", &Formula::number(BACKLOG), rule);
        (bind, backlog.whole())
    }

    fn class(&mut self) -> String {
        let class = self.ask.class;
        let (source, because) = match class {
            Class::Sync => (SETTINGS, "one request at a time in each worker"),
            Class::Gthread => (SETTINGS, "threads wait for the database while others work"),
            Class::Uvicorn => (
                UVICORN,
                "an ASGI application; uvicorn.workers is deprecated since uvicorn 0.30",
            ),
        };
        self.sheet.word(
            "worker_class",
            class.import(),
            Self::rule(source, self.reload, because),
        )
    }

    fn workers(&mut self) -> u64 {
        let because = "processors, memory and connections allow no more";
        let rule = Self::rule(WORKERS, self.reload, because);
        let workers = self
            .sheet
            .count("workers", &self.given.processes, rule)
            .whole();
        self.refuse_nothing("workers", workers);
        if self.ask.class == Class::Gthread {
            self.threads()
        } else {
            1
        }
    }

    fn threads(&mut self) -> u64 {
        let (formula, because) = match (self.ask.threads, pool_env::tightest(self.given)) {
            (Some(stated), _) => (Formula::count("threads", stated), "the stack states it"),
            (None, Some(grant)) => {
                let pool = Formula::count("connections of one worker", pool_env::total(grant));
                let threads = Formula::number(THREADS).at_most(&pool);
                (
                    threads.at_least(&Formula::number(1)),
                    "a thread more would only wait for a connection",
                )
            }
            (None, None) => (
                Formula::number(THREADS),
                "they wait for others more than they compute",
            ),
        };
        let rule = Self::rule(WORKERS, self.reload, because);
        let threads = self.sheet.count("threads", &formula, rule).whole();
        self.refuse_nothing("threads", threads);
        threads.max(1)
    }

    fn recycling(&mut self) -> u64 {
        let because = "a worker is replaced after so many requests: a slow leak ends there";
        let rule = Self::rule(WORKERS, self.reload, because);
        let requests = self
            .sheet
            .count("max_requests", &Formula::number(MAX_REQUESTS), rule);
        let jitter = (&requests / JITTER_PART).floor();
        let because = "workers differ by up to this, so that they are not all replaced at once";
        self.sheet.count(
            "max_requests_jitter",
            &jitter,
            Self::rule(WORKERS, self.reload, because),
        );
        requests.whole()
    }

    fn times(&mut self) -> (u64, u64, u64) {
        let because = match self.ask.class {
            Class::Sync => {
                "a request that takes longer is given up and its worker replaced; the proxy waits longer than this"
            }
            Class::Gthread | Class::Uvicorn => {
                "a worker that shows no life for so long is replaced; a slow request alone does not trip it"
            }
        };
        let stated = Formula::count("timeout", self.ask.timeout);
        let timeout = self.sheet.count(
            "timeout",
            &stated,
            Self::rule(TIMEOUTS, self.reload, because),
        );
        self.refuse_nothing("timeout", timeout.whole());
        let because = "a request that was begun may be finished; the unit waits longer than this";
        let rule = Self::rule(TIMEOUTS, self.reload, because);
        let graceful = self.sheet.count("graceful_timeout", &timeout, rule);
        let keepalive = if self.ask.class == Class::Sync {
            0
        } else {
            let because = "longer than proxies and load balancers keep idle connections, 60 s: they close first, no request is lost";
            let rule = Self::rule(BALANCER, self.reload, because);
            self.sheet
                .count("keepalive", &Formula::number(KEEPALIVE_SECONDS), rule)
                .whole()
        };
        (timeout.whole(), graceful.whole(), keepalive)
    }

    fn mechanics(&mut self) -> String {
        let because =
            "the heartbeat must not wait for a disk: a stalled volume would get workers killed";
        let heartbeat = self.sheet.word(
            HEARTBEAT_KEY,
            "/dev/shm",
            Self::rule(HEARTBEAT, self.restart, because),
        );
        let because = "preloaded, a reload keeps the old code, and what was connected before the fork is shared; it would save a fifth to a third of the memory";
        self.sheet.flag(
            "preload_app",
            false,
            Self::rule(PRELOAD, self.restart, because),
        );
        let several = side_by_side(self.given);
        if several && self.given.scene.version.at_least(25, 1) {
            let because = "there is one control socket an account, and replicas would take it from each other";
            self.sheet.flag(
                "control_socket_disable",
                true,
                Self::rule(SETTINGS, self.restart, because),
            );
        }
        heartbeat
    }
}
