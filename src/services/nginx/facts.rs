//! What the template of the site shows beside its settings.

use serde_json::{Value, json};

use super::backends::{Backend, Backends};
use super::site::{keeps_idle, times_idle};
use crate::host::Layout;
use crate::services::{Given, Scene};

/// Where the distribution's own pages are.
pub(super) fn web_root(scene: &Scene<'_>) -> &'static str {
    match scene.layout {
        Layout::Debian if !scene.in_compose() => "/var/www/html",
        _ => "/usr/share/nginx/html",
    }
}

/// The directory of a certificate: as stated, or certbot's under that name.
pub(super) fn certificate(scene: &Scene<'_>) -> Option<String> {
    let stated = scene.spec.text("tls")?;
    Some(if stated.starts_with('/') {
        stated.trim_end_matches('/').to_owned()
    } else {
        format!("/etc/letsencrypt/live/{stated}")
    })
}

/// The TLS port where only certbot's port 80 stands beside it.
/// Source: RFC 9110, 4.2.2.
const HTTPS: u64 = 443;
/// Source: RFC 9110, 4.2.1.
const HTTP_PORT: u64 = 80;

/// What the template shows beside the settings, for the replica of this number.
pub(super) fn of(given: &Given<'_>, backends: &Backends, number: u64) -> Value {
    let scene = &given.scene;
    let spec = scene.spec;
    let stated = spec.text("server_name").unwrap_or_default();
    let names: Vec<&str> = stated.split_whitespace().collect();
    let names = if names.is_empty() { vec!["_"] } else { names };
    let tls = certificate(scene);
    let first_port = spec
        .port
        .unwrap_or(if tls.is_some() { HTTPS } else { HTTP_PORT });
    let port = first_port.saturating_add(number);
    let separate = scene.version.at_least_patch(1, 25, 1);
    let stated = spec.text("root");
    let nothing_else = backends.all.is_empty();
    json!({
        "names": names,
        "port": port,
        "v6": spec.flag("ipv6").unwrap_or(!scene.in_compose()),
        "tls": tls.is_some(),
        "forwarded_proto": spec.text("forwarded_proto"),
        "certificate": tls.as_ref().map(|directory| format!("{directory}/fullchain.pem")),
        "key": tls.as_ref().map(|directory| format!("{directory}/privkey.pem")),
        "http2_parameter": tls.is_some() && !separate,
        "http2_directive": tls.is_some() && separate,
        "redirects": tls.is_some() && port == HTTPS,
        "debian": scene.layout == Layout::Debian && !scene.in_compose(),
        "web_root": web_root(scene),
        "files": stated.or(nothing_else.then(|| web_root(scene))),
        "fallback": backends.root().map(|backend| upstream(&backend.name)),
        "read_fallback": backends.root().map(|backend| format!("proxy_read_timeout.{}", backend.name)),
        "upstreams": backends.reached().map(|backend| upstream_facts(scene, backend)).collect::<Vec<_>>(),
        "locations": backends.all.iter()
            .filter(|backend| backend.path != "/" || stated.is_none())
            .map(location)
            .collect::<Vec<_>>(),
        "cache": spec.size("proxy_cache").is_some(),
        "cache_path": cache_path(scene, number),
        "rate": spec.count("rate_limit").is_some(),
    })
}

fn upstream(name: &str) -> String {
    format!("tune_{name}")
}

fn upstream_facts(scene: &Scene<'_>, backend: &Backend) -> Value {
    let name = &backend.name;
    let kept = keeps_idle(backend);
    json!({
        "name": upstream(name),
        "servers": backend.servers,
        "several": backend.servers.len() > 1,
        "keepalive": kept.then(|| format!("keepalive.{name}")),
        "keepalive_timeout": (kept && times_idle(scene)).then(|| format!("keepalive_timeout.{name}")),
    })
}

fn location(backend: &Backend) -> Value {
    json!({
        "path": backend.path,
        "upstream": upstream(&backend.name),
        "strips": backend.strips,
        "read": (!backend.servers.is_empty()).then(|| format!("proxy_read_timeout.{}", backend.name)),
        "service": backend.name,
    })
}

/// nginx makes the last directory itself, but none above it: the package or
/// the image brings this one.
fn cache_path(scene: &Scene<'_>, number: u64) -> String {
    let above = if scene.in_compose() {
        "/var/cache/nginx"
    } else {
        "/var/lib/nginx"
    };
    let name = &scene.spec.name;
    if number == 0 {
        format!("{above}/tune-{name}")
    } else {
        format!("{above}/tune-{name}-{}", number + 1)
    }
}
