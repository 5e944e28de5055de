//! The settings of `nginx.conf`, each with its formula, in the order of the
//! file. They hold for every site, so that the worst case does.

use super::buffers::Buffers;
use super::sizing::{Inputs, LEAST_ZONE, LIMIT_CONN_ZONE, MOST_REQUESTS, Sizing};
use crate::services::Given;
use crate::setting::{Activation, Formula, Pins, Rule, Setting, Sheet, Spelling, size};
use crate::units::Bytes;

/// The short name of the file.
pub(super) const FILE: &str = "nginx.conf";
/// Files beside connections: logs, certificates, channels.
/// Source: docs/formulas.md, "nginx" (a file for each connection, and 64).
const FILES_BESIDE: u64 = 64;
/// A browser comes back within this time, or opens a new connection.
/// Source: Debian's nginx.conf of 1.22; the default is 75.
const KEEPALIVE_SECONDS: u64 = 65;
/// Source: <https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests>, default from 1.19.10.
const KEEPALIVE_REQUESTS: u64 = 1000;
/// A header that takes longer is an attack; the default is 60.
/// Source: docs/formulas.md, "timeouts".
const HEADER_SECONDS: u64 = 15;
/// Responses that wait for slow clients may take this part of the disk.
/// Source: docs/formulas.md, "nginx" (the default is 1 GiB for each).
const PART_OF_DISK: u64 = 10;
/// Below this compressing gains nothing: it fits one packet.
/// Source: docs/formulas.md, "nginx".
const GZIP_FROM: Bytes = Bytes::kib(1);
/// As many processes as nginx can have.
/// Source: `NGX_MAX_PROCESSES` in nginx's `ngx_process.h`.
const MOST_WORKERS: u64 = 1024;
/// Fewer and a worker has no slot beside its listening sockets.
const LEAST_CONNECTIONS: u64 = 16;
/// `fs.nr_open`, the kernel's bound on open files of a process.
/// Source: <https://docs.kernel.org/admin-guide/sysctl/fs.html>
const MOST_CONNECTIONS: u64 = 1 << 19;

const CORE: &str = "https://nginx.org/en/docs/ngx_core_module.html";
const HTTP: &str = "https://nginx.org/en/docs/http/ngx_http_core_module.html";
const PROXY: &str = "https://nginx.org/en/docs/http/ngx_http_proxy_module.html";
const GZIP: &str = "https://nginx.org/en/docs/http/ngx_http_gzip_module.html";
const GZIP_SOURCE: &str =
    "https://github.com/nginx/nginx/blob/master/src/http/modules/ngx_http_gzip_filter_module.c";
const LIMIT: &str = "https://nginx.org/en/docs/http/ngx_http_limit_conn_module.html";
const MEASURED: &str = "docs/measurements.md#nginx";
const FORMULAS: &str = "docs/formulas.md#nginx";

/// The values that the sums are made of, pins included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    pub(super) workers: u64,
    pub(super) connections: u64,
    pub(super) requests: u64,
    /// Open files of one worker.
    pub(super) files: u64,
    /// Seconds in which old workers end.
    pub(super) shutdown: u64,
}

/// What one act of making settings needs.
struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    inputs: &'a Inputs,
    pins: &'b Pins<'b>,
    sheet: Sheet<'b>,
}

/// All settings of the file, and what the sums need of them. `longest` is the
/// longest that an application may take.
pub(super) fn make<'b>(
    given: &Given<'_>,
    inputs: &Inputs,
    longest: &Formula,
    pins: &'b Pins<'b>,
) -> (Vec<Setting>, Made) {
    let sheet = Sheet::new(FILE, Spelling::Nginx, pins);
    let mut maker = Maker {
        given,
        inputs,
        pins,
        sheet,
    };
    let because = "a worker keeps a processor busy; a number, since auto counts the host's";
    let workers = maker.sheet.count(
        "worker_processes",
        &given.processes,
        maker.rule(FORMULAS, because),
    );
    maker.bounds("worker_processes", workers.whole(), 1, MOST_WORKERS);
    let sizing = inputs.size(workers.whole().max(1));
    let made = maker.connections(&sizing, longest);
    maker.clients();
    maker.proxy(made.requests);
    maker.gzip();
    (maker.sheet.finish(), made)
}

impl Maker<'_, '_> {
    fn rule(&self, source: &'static str, because: &'static str) -> Rule {
        Rule {
            source,
            activation: Activation::Reload.in_container(self.given.scene.in_compose()),
            because,
        }
    }

    /// Refuses a pin that nginx would not start with.
    fn bounds(&self, key: &str, value: u64, least: u64, most: u64) {
        if !(least..=most).contains(&value) {
            let message = format!("{key} must be between {least} and {most}, not {value}");
            self.pins
                .reject(key, &message, "leave it out: the plan chooses it");
        }
    }

    fn count(
        &mut self,
        key: &'static str,
        formula: &Formula,
        source: &'static str,
        because: &'static str,
    ) -> u64 {
        let rule = self.rule(source, because);
        self.sheet.count(key, formula, rule).whole()
    }

    fn size(
        &mut self,
        key: &'static str,
        bytes: Bytes,
        source: &'static str,
        because: &'static str,
    ) {
        let rule = self.rule(source, because);
        self.sheet.size(key, &size(bytes), rule);
    }

    fn buffers(
        &mut self,
        key: &'static str,
        buffers: Buffers,
        source: &'static str,
        because: &'static str,
    ) {
        let rule = self.rule(source, because);
        let word = self.sheet.word(key, &buffers.to_string(), rule);
        if Buffers::parse(&word).is_none() {
            let message = format!("{key} must be a number of buffers and their size");
            self.pins
                .reject(key, &message, "as nginx writes it: \"8 4k\"");
        }
    }

    fn connections(&mut self, sizing: &Sizing, longest: &Formula) -> Made {
        let because = "half of the share's room: each may hold a header that is being read";
        let connections = self.count("worker_connections", &sizing.connections, MEASURED, because);
        self.bounds(
            "worker_connections",
            connections,
            LEAST_CONNECTIONS,
            MOST_CONNECTIONS,
        );
        let because = "what the share holds at worst, over all workers; more are answered with 503, not killed";
        let requests = self.count("limit_conn", &sizing.requests, MEASURED, because);
        self.bounds("limit_conn", requests, 1, MOST_REQUESTS);
        let zone = size(LEAST_ZONE);
        let rule = self.rule(
            LIMIT,
            "one counter; eight pages are the least, and a page may be 64 KiB",
        );
        self.sheet.size(LIMIT_CONN_ZONE, &zone, rule);
        let slots = Formula::count("worker_connections", connections);
        let open_files = if self.inputs.files {
            let because = "as many files as connections are kept open between requests";
            self.count("open_file_cache", &slots, HTTP, because)
        } else {
            0
        };
        let mut files = &slots * 2 + FILES_BESIDE;
        if open_files > 0 {
            files = files + Formula::count("open_file_cache", open_files);
        }
        let because = "a socket and a file for each connection";
        let files = self.count("worker_rlimit_nofile", &files, CORE, because);
        let because = "old workers end after a reload, though a client holds on";
        let shutdown = self.count("worker_shutdown_timeout", longest, CORE, because);
        Made {
            workers: sizing.workers,
            connections,
            requests,
            files,
            shutdown,
        }
    }

    fn clients(&mut self) {
        let buffers = self.inputs.buffers;
        let because = "browsers come back; an idle connection holds less than 1 KiB";
        let seconds = Formula::number(KEEPALIVE_SECONDS);
        self.count("keepalive_timeout", &seconds, MEASURED, because);
        let because = "the default from 1.19.10 on; 100 before";
        let requests = Formula::number(KEEPALIVE_REQUESTS);
        self.count("keepalive_requests", &requests, HTTP, because);
        let because = "headers that trickle in hold a connection and its buffers";
        let seconds = Formula::number(HEADER_SECONDS);
        self.count("client_header_timeout", &seconds, HTTP, because);
        let because = "most headers fit";
        self.size("client_header_buffer_size", buffers.header, HTTP, because);
        let because = "cookies and long addresses: smaller ones answer 414 and 400";
        self.buffers(
            "large_client_header_buffers",
            buffers.large_header,
            HTTP,
            because,
        );
        let because = "in memory up to here, larger bodies go to disk";
        self.size("client_body_buffer_size", buffers.body, HTTP, because);
        let because = "files that cannot be sent from the page cache directly pass through";
        self.buffers("output_buffers", buffers.output, HTTP, because);
        let rule = self.rule(HTTP, "its version is nobody's business");
        self.sheet.flag("server_tokens", false, rule);
    }

    fn proxy(&mut self, requests: u64) {
        let buffers = self.inputs.buffers;
        let because = "one page: the header of a response";
        self.size("proxy_buffer_size", buffers.first, PROXY, because);
        let because = "the application is done with a response of 32k while its client still reads";
        self.buffers("proxy_buffers", buffers.proxy, PROXY, because);
        if let Some(why) = buffers.refused() {
            for key in ["proxy_buffer_size", "proxy_buffers"] {
                self.pins.reject(key, why, "pin both, as in \"8 16k\"");
            }
        }
        let disk = Formula::size("disk", self.given.scene.host.storage.size) / PART_OF_DISK;
        let each = (disk / Formula::count("limit_conn", requests))
            .floor_to(Bytes::MIB)
            .at_least(&size(Bytes::MIB.max(buffers.first).max(buffers.proxy.each)))
            .at_most(&size(Bytes::GIB));
        let because =
            "what slow clients have not read yet: a tenth of the disk at most, all together";
        let rule = self.rule(PROXY, because);
        self.sheet.size("proxy_max_temp_file_size", &each, rule);
    }

    fn gzip(&mut self) {
        let buffers = self.inputs.buffers;
        let rule = self.rule(GZIP, "text shrinks to a third or less");
        if !self.sheet.flag("gzip", true, rule) {
            return;
        }
        let because = "smaller responses fit one packet anyway";
        self.size("gzip_min_length", GZIP_FROM, GZIP, because);
        let because = "compressed output that waits for a slow client";
        self.buffers("gzip_buffers", buffers.gzip_out, GZIP, because);
        let because =
            "5 % less compression, and 56 KiB a response in work where the default holds 264";
        self.size("gzip_window", buffers.window, GZIP_SOURCE, because);
        let because = "as gzip_window";
        self.size("gzip_hash", buffers.hash, GZIP_SOURCE, because);
        for (key, value, most) in [
            ("gzip_window", buffers.window, Bytes::kib(32)),
            ("gzip_hash", buffers.hash, Bytes::kib(128)),
        ] {
            if !value.0.is_power_of_two() || !(Bytes(512)..=most).contains(&value) {
                let message = format!("{key} must be a power of two from 512 B to {most}");
                self.pins.reject(key, &message, "as in \"8KiB\"");
            }
        }
    }
}
