//! What checks may know of this server, in the words of any proxy.

use super::backends::{Backend, Backends};
use super::settings::Made;
use super::site::{UNTIMED_IDLE, keeps_idle, times_idle};
use super::sizing::Inputs;
use crate::services::Given;
use crate::services::traits::{Passes, Proxy, Stated};
use crate::setting::{Setting, Value};
use crate::units::Bytes;

/// From the settings as they were made, pins included.
pub(super) fn proxy(
    given: &Given<'_>,
    inputs: &Inputs,
    backends: &Backends,
    made: Made,
    settings: &[Setting],
) -> Proxy {
    let buffers = inputs.buffers;
    let max_body = "client_max_body_size";
    Proxy {
        connections: Stated::new(made.connections, "worker_connections"),
        open_files: Stated::new(made.files, "worker_rlimit_nofile"),
        header_line: Stated::new(buffers.large_header.each, "large_client_header_buffers"),
        requests: Stated::new(made.requests, "limit_conn"),
        response: Stated::new(buffers.first.plus(buffers.proxy.total()), "proxy_buffers"),
        body: Stated::new(size(settings, max_body).unwrap_or_default(), max_body),
        cache: size(settings, "max_size").map(|most| Stated::new(most, "max_size")),
        passes: backends
            .reached()
            .filter(|backend| backend.known.is_some())
            .map(|backend| passes(given, backend, settings))
            .collect(),
        localhost: backends.localhost.clone(),
    }
}

fn passes(given: &Given<'_>, backend: &Backend, settings: &[Setting]) -> Passes {
    let waits = format!("proxy_read_timeout.{}", backend.name);
    let keeps = format!("keepalive_timeout.{}", backend.name);
    let timed = || {
        (
            count(settings, &keeps).unwrap_or_default(),
            Some(keeps.clone()),
        )
    };
    let idle = match (keeps_idle(backend), times_idle(&given.scene)) {
        (false, _) => None,
        (true, false) => Some((UNTIMED_IDLE, None)),
        (true, true) => Some(timed()),
    };
    Passes {
        to: backend.name.clone(),
        waits: (count(settings, &waits).unwrap_or_default(), waits),
        keeps: idle,
    }
}

fn value<'a>(settings: &'a [Setting], key: &str) -> Option<&'a Value> {
    let setting = settings.iter().find(|setting| setting.key == key)?;
    Some(&setting.value)
}

fn size(settings: &[Setting], key: &str) -> Option<Bytes> {
    match value(settings, key)? {
        Value::Size(bytes) => Some(*bytes),
        _ => None,
    }
}

fn count(settings: &[Setting], key: &str) -> Option<u64> {
    match value(settings, key)? {
        Value::Count(n) => Some(*n),
        _ => None,
    }
}
