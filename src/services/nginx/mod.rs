//! nginx: a share becomes connections and requests in work, so that the worst
//! case fits; the site passes requests on. Knows no other service.

mod asked;
mod backends;
mod buffers;
mod defaults;
mod facts;
mod flaws;
mod places;
mod settings;
mod site;
mod sizing;
#[cfg(test)]
mod tests;
mod traits;

use super::traits::Traits;
use super::{
    Container, Crew, Demand, Flaw, Given, KernelWant, Live, Load, Offers, Reload, Scene, Service,
    Settled, Workers,
};
use crate::formats::Reading;
use crate::host::Layout;
use crate::input::{KeySpec, KeyType};
use crate::setting::{Formula, Pins};
use crate::stack::{KindSchema, Since};
use crate::units::{Bytes, Version};
use backends::Backends;
use places::Places;
use settings::Made;
use sizing::Inputs;

pub(super) struct Nginx;

static SCHEMA: KindSchema = KindSchema {
    kind: "nginx",
    about: "nginx, before applications or for files.",
    keys: &[
        KeySpec::new(
            "server_name",
            KeyType::Text,
            "The names that it answers to, separated by spaces.",
            "\"example.com www.example.com\"",
        )
        .or("every name"),
        KeySpec::new(
            "root",
            KeyType::Text,
            "The directory of files that it serves.",
            "\"/srv/www\"",
        )
        .or("the distribution's, where it has no upstreams"),
        KeySpec::new(
            "upstreams",
            KeyType::References,
            "The services, or host:port, that it passes requests to.",
            "[\"other\"]",
        ),
        KeySpec::new(
            "routes",
            KeyType::ReferenceMap,
            "The path under which each upstream is.",
            "{ other = \"/api/\" }",
        )
        .or("`/` for the first upstream, `/NAME/` for the others"),
        KeySpec::new(
            "tls",
            KeyType::Text,
            "The certificate: a directory, or a name that certbot knows it by.",
            "\"example.com\"",
        )
        .or("plain HTTP"),
        KeySpec::new(
            "ipv6",
            KeyType::Flag,
            "Whether it listens on IPv6 too.",
            "false",
        )
        .or("true, but not in a container"),
        KeySpec::new(
            "forwarded_proto",
            KeyType::Choice(&["http", "https"]),
            "What upstreams are told that clients used, where a balancer stands before it.",
            "\"https\"",
        )
        .or("as the client came"),
        KeySpec::new(
            "proxy_cache",
            KeyType::Size,
            "Disk for answers of upstreams that it keeps.",
            "\"1GiB\"",
        )
        .or("none"),
        KeySpec::new(
            "rate_limit",
            KeyType::Count(1, 1_000_000),
            "Requests in a second from one address.",
            "20",
        )
        .or("no limit"),
    ],
    versions: &[
        Since::new(
            (1, 15, 3),
            "`keepalive_timeout` of an upstream is there to be set.",
        ),
        Since::new(
            (1, 25, 1),
            "HTTP/2 is a directive, no longer a parameter of `listen`.",
        ),
    ],
};

/// What it is measured to need and to like, where a stack states neither.
/// Source: docs/measurements.md, "nginx" (RSS 4 to 11 MiB a process).
const FLOOR: Bytes = Bytes::mib(16);
const WANT: Bytes = Bytes::mib(32);
/// Master, cache manager and loader, and what starts and stops them.
const PROCESSES_BESIDE: u64 = 8;
/// The unit waits this much longer than the workers.
/// Source: docs/formulas.md, "timeouts".
const STOP_MARGIN_SECONDS: u64 = 5;

/// Source: measured, docs/measurements.md, "processes".
const LIVE: Live = Live {
    programs: &["nginx"],
    through: &[],
    workers: Some(Workers {
        key: "worker_processes",
        title: Some("worker process"),
        leaving: Some("is shutting down"),
        of: None,
        every: &["auto"],
        unless: &[],
    }),
    question: None,
    preload: None,
    rotator: None,
};

impl Service for Nginx {
    fn schema(&self) -> &'static KindSchema {
        &SCHEMA
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (
                "nginx/nginx.conf",
                include_str!("../../../templates/nginx/nginx.conf.tera"),
            ),
            (
                "nginx/site.conf",
                include_str!("../../../templates/nginx/site.conf.tera"),
            ),
        ]
    }

    fn default_of(&self, key: &str, version: Version) -> Option<&'static str> {
        match key.split_once('.') {
            Some((key, _)) => super::defaults::of(defaults::OF_A_BACKEND, key, version),
            None => super::defaults::of(defaults::DEFAULTS, key, version),
        }
    }

    fn live(&self) -> Option<Live> {
        Some(LIVE)
    }

    fn flaws(&self, version: Version, reading: &Reading) -> Vec<Flaw> {
        flaws::of(version, reading)
    }

    fn unreached(&self, own: &[&str], reading: &Reading) -> Vec<Flaw> {
        asked::never(own, reading)
    }

    fn default_version(&self, layout: Layout) -> Version {
        match layout {
            Layout::Debian => Version::new(1, 22, 0),
            Layout::Rhel => Version::new(1, 20, 1),
            Layout::Amazon => Version::new(1, 24, 0),
        }
    }

    fn demand(&self, scene: &Scene<'_>, _load: &Load) -> Demand {
        let inputs = Inputs::of(scene, Bytes::ZERO);
        let least = inputs.least();
        let floor = FLOOR.max(least);
        Demand {
            least,
            floor,
            want: WANT.max(floor),
            max: (!lives_from_page_cache(scene)).then(|| inputs.most(scene.host.cpus.ceil())),
        }
    }

    fn crew(&self, given: &Given<'_>) -> Crew {
        let inputs = Inputs::of(&given.scene, given.share.stated());
        let cpus = if given.share.cpus_pinned {
            given.share.cpus
        } else {
            given.scene.host.cpus
        };
        Crew::of(inputs.workers(&Formula::cpus("cpus", cpus)), None)
    }

    fn settle(&self, given: &Given<'_>, pins: &Pins<'_>) -> Settled {
        let scene = &given.scene;
        if scene.spec.external {
            return Settled::default();
        }
        let inputs = Inputs::of(scene, given.share.stated());
        let backends = Backends::of(given);
        let longest = site::longest(&backends);
        let (mut settings, made) = settings::make(given, &inputs, &longest, pins);
        settings.extend(site::make(given, &inputs, &backends, made, pins));
        let places = Places::of(given, &inputs, &backends);
        let proxy = traits::proxy(given, &inputs, &backends, made, &settings);
        Settled {
            traits: Traits {
                proxy: Some(proxy),
                ..Traits::default()
            },
            settings,
            worst: inputs.worst(made.workers, made.connections, made.requests),
            offers: Offers {
                kernel: kernel(),
                ..Offers::default()
            },
            files: places.files,
            units: places.units,
            logs: places.logs,
            container: Container {
                mounts: places.mounts,
                ..Container::default()
            },
            reload: Reload::Reload,
            notes: notes(scene, &backends, made),
            environment: std::collections::BTreeMap::new(),
            page_cache: lives_from_page_cache(scene),
            oom_score: 0,
            open_files: Some(Formula::count("worker_rlimit_nofile", made.files)),
            tasks: Some(Formula::count("worker_processes", made.workers) * 2 + PROCESSES_BESIDE),
            stop_seconds: Some(
                Formula::count("worker_shutdown_timeout", made.shutdown) + STOP_MARGIN_SECONDS,
            ),
            graceful_seconds: made.shutdown,
        }
    }
}

fn lives_from_page_cache(scene: &Scene<'_>) -> bool {
    let has = |key: &str| scene.spec.options.contains_key(key);
    has("proxy_cache") || has("root")
}

fn kernel() -> Vec<KernelWant> {
    let want = |key, because| KernelWant {
        key,
        value: site::BACKLOG,
        because,
        source: "https://docs.kernel.org/networking/ip-sysctl.html",
    };
    vec![
        want(
            "net.core.somaxconn",
            "the backlog of the web server's sockets",
        ),
        want(
            "net.ipv4.tcp_max_syn_backlog",
            "as many handshakes as the backlog holds",
        ),
    ]
}

fn notes(scene: &Scene<'_>, backends: &Backends, made: Made) -> Vec<String> {
    let mut notes = vec![format!(
        "works on {} requests at once, on {} connections; more are answered with 503",
        made.requests,
        made.workers.saturating_mul(made.connections)
    )];
    let unnamed = scene.spec.text("server_name").is_none();
    if scene.layout == Layout::Debian && !scene.in_compose() && scene.alone && unnamed {
        notes.push(
            "Debian's sites-enabled/default answers for names that no site claims: state server_name, or remove that link"
                .to_owned(),
        );
    }
    notes.extend(backends.notes.iter().cloned());
    notes
}
