//! The settings of the site, each with its formula, in the order of the file.

use super::backends::{Backend, Backends};
use super::settings::Made;
use super::sizing::{Inputs, KEYS_ZONE, LIMIT_REQ_ZONE, SESSIONS};
use crate::services::{Given, Scene};
use crate::setting::{Activation, Formula, Key, Pins, Rule, Setting, Sheet, Spelling, size};
use crate::units::Bytes;

/// The short name of the file.
pub(super) const FILE: &str = "site.conf";
/// Connections that may wait to be accepted; the kernel is asked for as many.
/// Source: docs/formulas.md, "host" (`net.core.somaxconn`); nginx's own is 511.
pub(super) const BACKLOG: u64 = 4096;
/// A photo of a telephone passes; nginx's own limit of 1m answers it with 413.
/// Source: docs/formulas.md, "nginx" (the documents' own figure).
const MAX_BODY: Bytes = Bytes::mib(10);
/// Two idle connections, so that a second request does not wait for a handshake.
/// Source: docs/formulas.md, "nginx".
const LEAST_IDLE: u64 = 2;
/// Idle connections to an application of which nothing is known.
const IDLE_UNKNOWN: u64 = 16;
/// Idle connections may take this part of a worker's.
const IDLE_PART: u64 = 4;
/// Seconds that an unknown application keeps an idle connection: the shortest
/// of the usual defaults (2; others 5 and more).
/// Source: docs/formulas.md, "timeouts".
const KEPT_UNKNOWN: u64 = 2;
/// The application gives up first, so that its own answer reaches the client.
/// Source: docs/formulas.md, "timeouts".
const READ_BEYOND: u64 = 5;
/// Seconds for a request to an application that does not say how long it
/// takes, as most servers of applications have it.
/// Source: docs/formulas.md, "timeouts" (gunicorn's own 30 s).
const REQUEST_SECONDS: u64 = 30;
/// What idle connections are kept where nothing says so.
/// Source: <https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout>
pub(super) const UNTIMED_IDLE: u64 = 60;
/// nginx's own, for an application of which nothing is known.
/// Source: <https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout>
const READ_UNKNOWN: u64 = 60;
/// The applications are on this host or beside it.
const CONNECT_SECONDS: u64 = 5;
/// A cache may take half of the free disk, which is taken to be half of all.
/// Source: docs/formulas.md, "nginx".
const CACHE_PART_OF_DISK: u64 = 4;
/// An object that nobody asked for goes after so many minutes.
const INACTIVE_MINUTES: u64 = 60;
/// A page and its parts are one burst: so many seconds of the rate at once.
const BURST_SECONDS: u64 = 2;
/// A session may be resumed for a day.
const SESSION_HOURS: u64 = 24;

const HTTP: &str = "https://nginx.org/en/docs/http/ngx_http_core_module.html";
const UPSTREAM: &str = "https://nginx.org/en/docs/http/ngx_http_upstream_module.html";
const PROXY: &str = "https://nginx.org/en/docs/http/ngx_http_proxy_module.html";
const RATE: &str = "https://nginx.org/en/docs/http/ngx_http_limit_req_module.html";
const TLS: &str = "https://nginx.org/en/docs/http/ngx_http_ssl_module.html";
const MEASURED: &str = "docs/measurements.md#nginx";
const TIMEOUTS: &str = "docs/formulas.md#timeouts";

/// What one act of making settings needs.
struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    inputs: &'a Inputs,
    made: Made,
    sheet: Sheet<'b>,
}

/// All settings of the file.
pub(super) fn make(
    given: &Given<'_>,
    inputs: &Inputs,
    backends: &Backends,
    made: Made,
    pins: &Pins<'_>,
) -> Vec<Setting> {
    let sheet = Sheet::new(FILE, Spelling::Nginx, pins);
    let mut maker = Maker {
        given,
        inputs,
        made,
        sheet,
    };
    maker.clients(backends);
    if backends.reached().next().is_some() {
        let seconds = Formula::number(CONNECT_SECONDS);
        let because = "it is near: what does not answer by then is down";
        maker.count("proxy_connect_timeout", &seconds, PROXY, because);
    }
    for backend in backends.reached() {
        maker.backend(backend);
    }
    maker.zones();
    maker.sheet.finish()
}

/// Seconds that this site waits for an application.
fn patience(backend: &Backend) -> Formula {
    backend.known.as_ref().map_or_else(
        || Formula::number(READ_UNKNOWN),
        |http| match http.timeout {
            Some(timeout) => Formula::count("its timeout", timeout) + READ_BEYOND,
            None => Formula::count("a long request", REQUEST_SECONDS) + READ_BEYOND,
        },
    )
}

/// The longest that any site waits; those that wait alike count as one.
pub(super) fn longest(backends: &Backends) -> Formula {
    let mut waits: Vec<Formula> = Vec::new();
    for wait in backends.reached().map(patience) {
        if !waits.contains(&wait) {
            waits.push(wait);
        }
    }
    if waits.is_empty() {
        return Formula::number(READ_UNKNOWN);
    }
    Formula::max_of(&waits)
}

/// Whether idle connections to it are kept at all.
pub(super) fn keeps_idle(backend: &Backend) -> bool {
    backend.known.as_ref().is_none_or(|http| http.keepalive > 1)
}

/// From here on the time is a setting; before it is 60 s, and races.
pub(super) fn times_idle(scene: &Scene<'_>) -> bool {
    scene.version.at_least_patch(1, 15, 3)
}

impl Maker<'_, '_> {
    fn rule(&self, source: &'static str, because: &'static str) -> Rule {
        Rule {
            source,
            activation: Activation::Reload.in_container(self.given.scene.in_compose()),
            because,
        }
    }

    fn count(
        &mut self,
        key: impl Into<Key>,
        formula: &Formula,
        source: &'static str,
        because: &'static str,
    ) {
        let rule = self.rule(source, because);
        self.sheet.count(key, formula, rule);
    }

    fn clients(&mut self, backends: &Backends) {
        let because = "a burst of new connections waits instead of being refused; net.core.somaxconn is as much";
        self.count("backlog", &Formula::number(BACKLOG), HTTP, because);
        let because = "the kernel spreads connections over the workers: else one takes most and runs out, 26 of 193 requests failed";
        let rule = self.rule(MEASURED, because);
        self.sheet.flag("reuseport", self.made.workers > 1, rule);
        self.max_body(backends);
    }

    /// As much as is stated here, or by the applications behind it.
    fn max_body(&mut self, backends: &Backends) {
        let stated = self.given.scene.spec.max_body;
        let behind = backends.reached().filter_map(|backend| backend.max_body);
        let (formula, because) = match (stated, behind.max()) {
            (Some(stated), _) => (Formula::size("max_body", stated), "the stack states it"),
            (None, Some(taken)) => (
                Formula::size("its max_body", taken),
                "as much as the application behind it takes",
            ),
            (None, None) => (
                size(MAX_BODY),
                "a photo passes; nginx's own 1m answers it with 413",
            ),
        };
        let rule = self.rule(HTTP, because);
        self.sheet.size("client_max_body_size", &formula, rule);
    }

    /// Idle connections to an application, and how long they are kept.
    fn idle(&mut self, backend: &Backend) {
        let name = &backend.name;
        let workers = Formula::count("worker_processes", self.made.workers);
        let idle = backend.known.as_ref().map_or_else(
            || Formula::number(IDLE_UNKNOWN),
            |http| (Formula::count("its concurrency", http.concurrency) / workers).ceil(),
        );
        let most = Formula::count("worker_connections", self.made.connections) / IDLE_PART;
        let idle = idle
            .at_most(&most.floor())
            .at_least(&Formula::number(LEAST_IDLE));
        let because = "as many as work at once, for each worker: no handshake for a request";
        let key = Key::under("keepalive.SERVICE", format!("keepalive.{name}"));
        self.count(key, &idle, UPSTREAM, because);
        if times_idle(&self.given.scene) {
            let kept = backend.known.as_ref();
            let kept = kept.map_or(KEPT_UNKNOWN, |http| http.keepalive);
            let seconds = Formula::count("its keepalive", kept) - Formula::number(1);
            let because =
                "a second before the application closes it: a request never races with that";
            let key = format!("keepalive_timeout.{name}");
            let key = Key::under("keepalive_timeout.SERVICE", key);
            self.count(key, &seconds, TIMEOUTS, because);
        }
    }

    fn backend(&mut self, backend: &Backend) {
        let name = &backend.name;
        if keeps_idle(backend) {
            self.idle(backend);
        }
        let because = match &backend.known {
            Some(http) if http.timeout.is_some() => {
                "the application gives up first, and its answer reaches the client"
            }
            Some(_) => "it does not say how long it takes: longer than requests usually do",
            None => "nothing is known of its timeout: nginx's own",
        };
        self.count(
            Key::under(
                "proxy_read_timeout.SERVICE",
                format!("proxy_read_timeout.{name}"),
            ),
            &patience(backend),
            TIMEOUTS,
            because,
        );
    }

    fn zones(&mut self) {
        let spec = self.given.scene.spec;
        let zone = self.inputs.zone();
        if let Some(asked) = spec.size("proxy_cache") {
            let disk = Formula::size("disk", self.given.scene.host.storage.size);
            let half = disk / CACHE_PART_OF_DISK;
            let most = Formula::size("proxy_cache", asked).at_most(&half.floor_to(Bytes::MIB));
            let because = "as stated, and half of the free disk at most, taken to be half of all";
            let rule = self.rule(PROXY, because);
            self.sheet.size("max_size", &most, rule);
            let rule = self.rule(PROXY, "8000 keys in each MiB; the least used go first");
            self.sheet.size(KEYS_ZONE, &zone, rule);
            let minutes = Formula::number(INACTIVE_MINUTES);
            self.count(
                "inactive",
                &minutes,
                PROXY,
                "minutes after which what nobody asks for goes",
            );
        }
        if let Some(rate) = spec.count("rate_limit") {
            let rate = Formula::count("rate_limit", rate);
            self.count(
                "limit_req",
                &rate,
                RATE,
                "requests a second of one address: the stack states it",
            );
            let because = "a page and its parts come at once; beyond it 429";
            self.count("limit_req_burst", &(rate * BURST_SECONDS), RATE, because);
            let rule = self.rule(RATE, "8000 addresses in each MiB; the oldest go first");
            self.sheet.size(LIMIT_REQ_ZONE, &zone, rule);
        }
        if self.inputs.tls {
            let rule = self.rule(TLS, "4000 sessions in each MiB, shared by the workers");
            self.sheet.size(SESSIONS, &zone, rule);
            let hours = Formula::number(SESSION_HOURS);
            self.count(
                "ssl_session_timeout",
                &hours,
                TLS,
                "hours in which a client may resume",
            );
        }
    }
}
