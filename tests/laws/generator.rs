//! Random hosts and random stacks, written as the TOML that a person writes,
//! so that reading them is tried as well.

use std::fmt::Write as _;

use hosttune::host::{Host, from_tree};
use hosttune::input::{Node, Problems, Source, Spot};
use hosttune::services;
use hosttune::stack::{self, Stack};
use proptest::prelude::*;

/// A host as its profile.
#[derive(Clone, Debug)]
pub struct AnyHost {
    pub memory_mib: u64,
    pub cpus: u64,
    pub sustained_percent: Option<u64>,
    pub storage: &'static str,
    pub disk_gib: u64,
    pub layout: &'static str,
    pub place: &'static str,
}

impl AnyHost {
    pub fn toml(&self) -> String {
        let mut text = format!(
            "memory = \"{}MiB\"\ncpus = {}\n",
            self.memory_mib,
            decimal(self.cpus)
        );
        if let Some(percent) = self.sustained_percent {
            let _ = writeln!(
                text,
                "sustained_cpus = {}",
                decimal((self.cpus * percent / 100).max(1))
            );
        }
        let _ = writeln!(
            text,
            "layout = \"{}\"\nplace = \"{}\"",
            self.layout, self.place
        );
        let _ = writeln!(
            text,
            "[storage]\nkind = \"{}\"\nsize = \"{}GiB\"",
            self.storage, self.disk_gib
        );
        text
    }

    pub fn host(&self) -> Host {
        let source = Source::new("host.toml", self.toml());
        let tree = Node::parse(&source).unwrap();
        from_tree(&tree, "random", &Spot::new(&source, 0..0), None).unwrap()
    }
}

fn decimal(thousandths: u64) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// 256 MiB to 32 TiB, 0.25 to 896 CPUs; as many small as large ones.
pub fn any_host() -> impl Strategy<Value = AnyHost> {
    let memory = (0u32..18, 0u64..1000).prop_map(|(power, part)| {
        let low = 256u64 << power;
        (low + low * part / 1000).min(32 * 1024 * 1024)
    });
    let cpus = prop_oneof![
        4 => (1u64..=16).prop_map(|n| n * 1000),
        1 => 250u64..4000,
        1 => (16u64..=896).prop_map(|n| n * 1000),
    ];
    (
        memory,
        cpus,
        proptest::option::weighted(0.3, 5u64..100),
        prop_oneof![Just("nvme"), Just("ssd"), Just("hdd")],
        1u64..4000,
        prop_oneof![3 => Just("debian"), 1 => Just("rhel"), 1 => Just("amazon")],
        prop_oneof![6 => Just("machine"), 1 => Just("container"), 1 => Just("fargate")],
    )
        .prop_map(
            |(memory_mib, cpus, sustained_percent, storage, disk_gib, layout, place)| AnyHost {
                memory_mib,
                cpus,
                sustained_percent,
                storage,
                disk_gib,
                layout,
                place,
            },
        )
}

/// One service; the numbers are turned into keys when the stack is written.
#[derive(Clone, Debug)]
pub struct AnyService {
    pub kind: usize,
    pub floor: Option<u64>,
    pub want: Option<u64>,
    pub max: Option<u64>,
    pub weight: u64,
    pub memory: Option<u64>,
    pub cpus: Option<u64>,
    pub replicas: u64,
    pub strict: bool,
    pub external: bool,
    pub connections: Option<u64>,
    pub uses: Option<(usize, bool)>,
    pub pool: Option<(u64, u64)>,
    pub extra: usize,
    pub pin: Option<u64>,
}

/// A stack of up to seven services.
#[derive(Clone, Debug)]
pub struct AnyStack {
    pub runtime: &'static str,
    pub extra_mib: Option<u64>,
    pub services: Vec<AnyService>,
}

pub fn any_service() -> impl Strategy<Value = AnyService> {
    let sizes = (
        proptest::option::weighted(0.2, 32u64..400),
        proptest::option::weighted(0.3, 400u64..2000),
        proptest::option::weighted(0.2, 2000u64..9000),
    );
    let shape = (
        0usize..1000,
        1u64..5000,
        proptest::option::weighted(0.1, 300u64..1200),
        proptest::option::weighted(0.1, 10u64..250),
        prop_oneof![5 => Just(1u64), 1 => 2u64..5],
        proptest::bool::weighted(0.05),
        proptest::bool::weighted(0.08),
    );
    let connections = (
        proptest::option::weighted(0.2, 10u64..300),
        proptest::option::weighted(0.7, (0usize..10, any::<bool>())),
        proptest::option::weighted(0.2, (1u64..30, 0u64..10)),
        0usize..100,
        proptest::option::weighted(0.15, 1u64..10),
    );
    (sizes, shape, connections).prop_map(|(sizes, shape, connections)| AnyService {
        kind: shape.0,
        floor: sizes.0,
        want: sizes.1,
        max: sizes.2,
        weight: shape.1,
        memory: shape.2,
        cpus: shape.3,
        replicas: shape.4,
        strict: shape.5,
        external: shape.6,
        connections: connections.0,
        uses: connections.1,
        pool: connections.2,
        extra: connections.3,
        pin: connections.4,
    })
}

pub fn any_stack() -> impl Strategy<Value = AnyStack> {
    (
        prop_oneof![Just("systemd"), Just("pm2"), Just("compose")],
        proptest::option::weighted(0.2, 1u64..64),
        proptest::collection::vec(any_service(), 1..7),
    )
        .prop_map(|(runtime, extra_mib, services)| AnyStack {
            runtime,
            extra_mib,
            services,
        })
}

/// Keys of a kind that random stacks state.
fn options(kind: &str) -> &'static [&'static str] {
    match kind {
        "postgresql" => &[
            "workload = \"olap\"",
            "workload = \"mixed\"",
            "version = 12",
            "version = 18",
            "",
        ],
        "nginx" => &[
            "root = \"/srv/www\"",
            "max_body = \"100MiB\"",
            "tls = \"/etc/ssl/x\"",
            "",
        ],
        "node" => &[
            "instances = 3",
            "instances = 900",
            "worker_memory = \"300MiB\"",
            "",
        ],
        "gunicorn" => &[
            "worker_class = \"uvicorn\"",
            "worker_class = \"gthread\"\nthreads = 3",
            "workers = 9",
            "worker_memory = \"300MiB\"",
            "",
        ],
        "celery" => &[
            "task_seconds = 100000",
            "pool = \"threads\"",
            "pool = \"gevent\"",
            "concurrency = 6",
            "task_seconds = 900",
            "",
        ],
        "redis" => &[
            "role = \"cache\"",
            "role = \"broker\"",
            "role = \"store\"",
            "version = 6",
            "role = \"broker\"\nversion = \"6.2\"",
            "persistence = \"rdb\"",
            "program = \"valkey\"\nconnections = 900",
            "",
        ],
        "pgbouncer" => &[
            "pool_mode = \"session\"",
            "default_pool_size = 8",
            "version = \"1.24\"",
            "max_client_conn = 700",
            "",
        ],
        "process" => &["command = \"run it\"", "command = \"npm run it\"", ""],
        _ => &[""],
    }
}

/// A setting that random stacks pin: a size in MiB.
fn pinned_setting(kind: &str) -> Option<&'static str> {
    match kind {
        "postgresql" => Some("work_mem"),
        "redis" => Some("maxmemory"),
        "node" => Some("max-old-space-size"),
        _ => None,
    }
}

impl AnyStack {
    pub fn kind_of(&self, at: usize) -> &'static str {
        let kinds = services::ALL;
        kinds[self.services[at].kind % kinds.len()].schema().kind
    }

    pub fn divides(&self, at: usize) -> bool {
        services::find(self.kind_of(at))
            .unwrap()
            .divides_connections()
    }

    /// The services, each as its own table, by the order of the numbers.
    pub fn toml_in(&self, order: &[usize]) -> String {
        let mut text = format!("runtime = \"{}\"\n", self.runtime);
        if let Some(extra) = self.extra_mib {
            let _ = writeln!(text, "[system]\nextra = \"{extra}MiB\"");
        }
        for at in order {
            text.push_str(&self.service(*at));
        }
        text
    }

    pub fn toml(&self) -> String {
        self.toml_in(&(0..self.services.len()).collect::<Vec<_>>())
    }

    fn service(&self, at: usize) -> String {
        let service = &self.services[at];
        let kind = self.kind_of(at);
        let mut text = format!(
            "[services.s{at}]\nkind = \"{kind}\"\nport = {}\n",
            4000 + 100 * at
        );
        let _ = writeln!(text, "weight = {}", decimal(service.weight));
        let size = |text: &mut String, key: &str, mib: Option<u64>| {
            if let Some(mib) = mib {
                let _ = writeln!(text, "{key} = \"{mib}MiB\"");
            }
        };
        size(&mut text, "memory", service.memory);
        if service.memory.is_none() {
            size(&mut text, "floor", service.floor);
            size(&mut text, "want", service.want);
            size(&mut text, "max", service.max);
        }
        if let Some(cpus) = service.cpus {
            let _ = writeln!(
                text,
                "cpus = {}",
                decimal(cpus / service.replicas.max(1) + 1)
            );
        }
        let _ = writeln!(
            text,
            "replicas = {}\nstrict = {}",
            service.replicas, service.strict
        );
        text.push_str(&self.connections(at));
        text
    }

    /// Uses point from later services to earlier ones, so that none goes round
    /// in a circle.
    fn connections(&self, at: usize) -> String {
        let (service, kind) = (&self.services[at], self.kind_of(at));
        let mut text = String::new();
        let extra = options(kind)[service.extra % options(kind).len()];
        let _ = writeln!(text, "{extra}");
        if self.divides(at)
            && (service.external || service.connections.is_some())
            && kind != "pgbouncer"
        {
            let _ = writeln!(text, "connections = {}", service.connections.unwrap_or(100));
            let _ = writeln!(text, "external = {}", service.external);
        }
        if let Some((target, _)) = service.uses.filter(|_| at > 0) {
            let servers: Vec<usize> = (0..at).filter(|other| self.divides(*other)).collect();
            if let Some(server) = servers.get(target % servers.len().max(1)) {
                let _ = writeln!(text, "uses = [\"s{server}\"]");
                if let (Some((pool, overflow)), false) = (service.pool, kind == "pgbouncer") {
                    let _ = writeln!(text, "pool_size = {pool}\nmax_overflow = {overflow}");
                }
            }
        }
        let upstreams: Vec<String> = (0..at)
            .filter(|other| {
                matches!(self.kind_of(*other), "node" | "gunicorn")
                    && !self.services[*other].external
            })
            .map(|other| format!("\"s{other}\""))
            .collect();
        if kind == "nginx" && !upstreams.is_empty() {
            let _ = writeln!(text, "upstreams = [{}]", upstreams.join(", "));
        }
        if let (Some(key), Some(mib)) = (pinned_setting(kind), service.pin) {
            let _ = writeln!(
                text,
                "[services.s{at}.settings]\n{key} = \"{}MiB\"",
                mib * 8
            );
        }
        text
    }

    pub fn stack(&self) -> Result<Stack, Problems> {
        read("random.toml", &self.toml())
    }
}

/// A stack from its text.
pub fn read(name: &str, text: &str) -> Result<Stack, Problems> {
    let source = Source::new(name, text);
    let nothing = |name: &str, spot: &Spot| {
        Err(hosttune::input::Problem::at(
            spot,
            format!("no file {name}"),
        ))
    };
    let tree = stack::load(&source, &nothing)?;
    stack::from_tree(
        "random",
        &Spot::new(&source, 0..0),
        &tree,
        &services::schemas(),
    )
}
