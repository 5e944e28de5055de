//! PostgreSQL's settings, each with its formula, in the order of the file.

use super::ranges::{MOST_BUFFERS, MOST_CACHE, RANGES, refuse_only_reserved};
use super::roles;
use super::sizing::{AUTOVACUUM_PART, Class, Inputs, LEAST_WORK_MEM, SPARE_CONNECTIONS};
use super::worst::Sizing;
use crate::host::StorageKind;
use crate::services::Given;
use crate::setting::{
    Activation, Formula, Pins, Rule, Setting, Sheet, Spelling, refuse_beyond, size,
};
use crate::units::{Bytes, Decimal};

/// The short name of the server's file.
pub(super) const CONF: &str = "90-tune.conf";
/// Buffers from here on are worth huge pages.
/// Source: pgtune 7caef27; <https://www.postgresql.org/docs/current/kernel-resources.html>
pub(super) const HUGE_PAGES_FROM: Bytes = Bytes::gib(2);
/// The WAL may take this part of the disk.
/// Source: docs/formulas.md, "WAL and the disk".
const WAL_PART_OF_DISK: u64 = 10;
/// More WAL than this is never worth the recovery.
/// Source: pgtune 7caef27 (16 GB for warehouses), doubled for checkpoints under load.
const MOST_WAL: Bytes = Bytes::gib(32);

const RESOURCE: &str = "https://www.postgresql.org/docs/current/runtime-config-resource.html";
pub(super) const CONNECTION: &str =
    "https://www.postgresql.org/docs/current/runtime-config-connection.html";
const WAL: &str = "https://www.postgresql.org/docs/current/runtime-config-wal.html";
const QUERY: &str = "https://www.postgresql.org/docs/current/runtime-config-query.html";
const VACUUM: &str = "https://www.postgresql.org/docs/current/runtime-config-autovacuum.html";
const LOAD_TEST: &str = "docs/measurements.md#load";
const QUERIES: &str = "docs/measurements.md#postgresql-queries";

pub(super) const fn rule(
    source: &'static str,
    activation: Activation,
    because: &'static str,
) -> Rule {
    Rule {
        source,
        activation,
        because,
    }
}

/// What one act of making settings needs.
struct Maker<'a, 'b> {
    given: &'a Given<'a>,
    inputs: &'a Inputs,
    sizing: &'a Sizing,
    sheet: Sheet<'b>,
    share: Formula,
}

/// All settings, the server's and the roles'.
pub(super) fn make(
    given: &Given<'_>,
    inputs: &Inputs,
    sizing: &Sizing,
    pins: &Pins<'_>,
) -> Vec<Setting> {
    let sheet = Sheet::new(CONF, Spelling::Postgresql, pins);
    let share = Formula::size("share", inputs.share);
    let mut maker = Maker {
        given,
        inputs,
        sizing,
        sheet,
        share,
    };
    maker.connections();
    maker.memory();
    maker.parallel();
    maker.autovacuum();
    maker.wal();
    maker.planner();
    let mut settings = maker.sheet.finish();
    refuse_beyond(RANGES, &settings, pins);
    refuse_only_reserved(&settings, given, pins);
    settings.extend(roles::settings(given, pins));
    settings
}

impl Maker<'_, '_> {
    fn restart(&self) -> Activation {
        Activation::Restart.in_container(self.given.scene.in_compose())
    }

    fn reload(&self) -> Activation {
        Activation::Reload.in_container(self.given.scene.in_compose())
    }

    fn session(&self) -> Activation {
        Activation::NewSession.in_container(self.given.scene.in_compose())
    }

    fn careful(&self) -> bool {
        matches!(self.sizing.class, Class::Careful | Class::Tiny)
    }

    fn connections(&mut self) {
        let spec = self.given.scene.spec;
        if self.given.scene.in_compose() {
            let because = "other containers reach it over the project's network";
            self.sheet.word(
                "listen_addresses",
                "*",
                rule(CONNECTION, self.restart(), because),
            );
        }
        if let Some(port) = spec.port {
            let because = "the stack says so";
            self.sheet.count(
                "port",
                &Formula::count("port", port),
                rule(CONNECTION, self.restart(), because),
            );
        }
        let (formula, because) = if let Some(stated) = spec.connections {
            (Formula::count("connections", stated), "the stack states it")
        } else {
            let open = self.inputs.load.map_or_else(
                || Formula::count("active backends", self.inputs.open()),
                |load| Formula::count("pools", load),
            );
            let wanted = (open + SPARE_CONNECTIONS)
                .up_to_multiple(5)
                .at_least(&Formula::number(10));
            let cap = Formula::count("cap of the share", self.inputs.connection_cap());
            (
                wanted.at_most(&cap),
                "all that the pools can open, and 5 for people",
            )
        };
        self.sheet.count(
            "max_connections",
            &formula,
            rule(CONNECTION, self.restart(), because),
        );
    }

    fn memory(&mut self) {
        let (restart, session) = (self.restart(), self.session());
        let buffers = (&self.share / 4)
            .floor_to(Bytes::MIB)
            .at_least(&size(Bytes::mib(16)))
            .at_most(&size(MOST_BUFFERS));
        let because = "a quarter: the kernel's page cache holds the rest";
        let buffers = self
            .sheet
            .size("shared_buffers", &buffers, rule(RESOURCE, restart, because));
        if self.sizing.shared_buffers >= HUGE_PAGES_FROM {
            self.sheet.word(
                "huge_pages",
                "try",
                rule(RESOURCE, restart, "shared_buffers are 2 GiB or more"),
            );
        }
        let cached = &(&self.share * 3) / 4 + Bytes::mib(128);
        let most = size(MOST_CACHE);
        let cached = Formula::min_of(&[self.share.clone(), cached, most]).floor_to(Bytes::MIB);
        let because = "what the planner may expect to be cached; allocates nothing";
        self.sheet.size(
            "effective_cache_size",
            &cached,
            rule(QUERY, session, because),
        );
        self.work_mem(&buffers);
        if self.given.scene.version.at_least(13, 0) && self.careful() {
            let because = "hash nodes then hold no more than work_mem: 45 heavy queries fit instead of being killed";
            self.sheet.decimal(
                "hash_mem_multiplier",
                &Formula::decimal(Decimal::thousandths(1000)),
                rule(QUERIES, session, because),
            );
        }
        let maintenance = (&self.share / 16).floor_to(Bytes::MIB);
        let maintenance = maintenance
            .at_most(&size(Bytes::gib(2)))
            .at_least(&size(Bytes::mib(8)));
        let because = "one VACUUM or CREATE INDEX at a time; VACUUM before 17 uses at most 1GB";
        self.sheet.size(
            "maintenance_work_mem",
            &maintenance,
            rule(RESOURCE, session, because),
        );
    }

    fn work_mem(&mut self, buffers: &Formula) {
        let connections = Formula::count("max_connections", self.sizing.max_connections);
        let spread = (&self.share - buffers) / (connections * 3);
        let heavy = Formula::count("active", self.sizing.active)
            + Formula::count("parallel", self.sizing.parallel);
        let fixed = self.sizing.all_but_queries();
        let left =
            (&self.share - &fixed) / (heavy * Formula::count("units a query", self.sizing.units));
        let cap = Formula::size("cap", self.inputs.work_mem_cap());
        let raw = Formula::min_of(&[cap, spread, left]);
        let step = if raw.bytes() >= Bytes::MIB {
            Bytes::MIB
        } else {
            LEAST_WORK_MEM
        };
        let because = "the worst case fits: every active query at its most";
        let session = self.session();
        self.sheet.size(
            "work_mem",
            &raw.floor_to(step),
            rule(QUERIES, session, because),
        );
    }

    fn parallel(&mut self) {
        let (restart, reload) = (self.restart(), self.session());
        let cpus = Formula::cpus("sustained cpus", self.inputs.cpus);
        let processes = cpus.floor().at_least(&Formula::number(8));
        let because = "never below the default: a standby must have as many as its primary";
        self.sheet.count(
            "max_worker_processes",
            &processes,
            rule(RESOURCE, restart, because),
        );
        if self.sizing.parallel == 0 {
            let because = "no processor to spare, and each worker would hold work_mem again";
            let none = Formula::number(0);
            self.sheet.count(
                "max_parallel_workers_per_gather",
                &none,
                rule(RESOURCE, reload, because),
            );
            self.sheet.count(
                "max_parallel_maintenance_workers",
                &none,
                rule(RESOURCE, reload, because),
            );
            return;
        }
        let because = "as many as there are processors all the time";
        self.sheet.count(
            "max_parallel_workers",
            &cpus.floor(),
            rule(RESOURCE, reload, because),
        );
        let gather = (&cpus / 2).at_most(&Formula::number(4)).floor();
        let because = "half of the processors for one query, four at most";
        self.sheet.count(
            "max_parallel_workers_per_gather",
            &gather,
            rule(RESOURCE, reload, because),
        );
        self.sheet.count(
            "max_parallel_maintenance_workers",
            &gather,
            rule(RESOURCE, reload, because),
        );
    }

    fn autovacuum(&mut self) {
        let since_18 = self.given.scene.version.at_least(18, 0);
        let workers = if since_18 {
            self.reload()
        } else {
            self.restart()
        };
        let because = if self.careful() {
            "each may hold its own memory: few in a small share"
        } else {
            "more with 16 and with 32 processors"
        };
        let count = Formula::number(self.sizing.autovacuum_max_workers);
        let count = self.sheet.count(
            "autovacuum_max_workers",
            &count,
            rule(VACUUM, workers, because),
        );
        let each = if self.careful() {
            size(self.sizing.autovacuum_work_mem)
        } else {
            let maintenance =
                Formula::size("maintenance_work_mem", self.sizing.maintenance_work_mem);
            let half = maintenance / 2;
            let part = &(&self.share / AUTOVACUUM_PART) / &count;
            let tight = part.whole() < half.whole();
            let each = if tight { part } else { half }.floor_to(Bytes::MIB);
            if each.bytes() < Bytes::MIB {
                each.at_least(&size(Bytes::MIB))
            } else {
                each.at_most(&size(Bytes::GIB))
            }
        };
        let because = "for each worker; unset it would be maintenance_work_mem each";
        let reload = self.reload();
        self.sheet
            .size("autovacuum_work_mem", &each, rule(VACUUM, reload, because));
    }

    fn wal(&mut self) {
        let (restart, reload) = (self.restart(), self.reload());
        let buffers = Formula::size("shared_buffers", self.sizing.shared_buffers);
        let wal_buffers = (&buffers / 32)
            .power_of_two()
            .at_least(&size(Bytes::kib(64)))
            .at_most(&size(Bytes::mib(16)));
        let because = "what the server would choose, so that it can be explained";
        self.sheet
            .size("wal_buffers", &wal_buffers, rule(WAL, restart, because));
        let disk = Formula::size("disk", self.given.scene.host.storage.size) / WAL_PART_OF_DISK;
        let disk = match self.given.scene.spec.replicas {
            1 => disk,
            replicas => disk / Formula::count("replicas", replicas),
        };
        let most = (&buffers * 2).at_least(&size(Bytes::GIB));
        let max = Formula::min_of(&[most, disk, size(MOST_WAL)])
            .floor_to(Bytes::mib(16))
            .at_least(&size(Bytes::mib(64)));
        let because = "fewer checkpoints; a soft limit, so a tenth of the disk at most";
        let max = self
            .sheet
            .size("max_wal_size", &max, rule(WAL, reload, because));
        let min = (&max / 4)
            .floor_to(Bytes::mib(16))
            .at_least(&size(Bytes::mib(32)));
        self.sheet.size(
            "min_wal_size",
            &min,
            rule(WAL, reload, "a quarter is kept for reuse"),
        );
        let because = "checkpoints are spread over the interval";
        let target = Formula::decimal(Decimal::thousandths(900));
        self.sheet.decimal(
            "checkpoint_completion_target",
            &target,
            rule(WAL, reload, because),
        );
        self.sheet.flag(
            "wal_compression",
            true,
            rule(
                WAL,
                reload,
                "full pages in the WAL are the most of its volume",
            ),
        );
    }

    fn planner(&mut self) {
        let session = self.session();
        let (cost, because, source) = self.random_page_cost();
        let cost = Formula::decimal(cost);
        self.sheet
            .decimal("random_page_cost", &cost, rule(source, session, because));
        if !self.given.scene.version.at_least(18, 0) {
            let (reads, because) = match self.given.scene.host.storage.kind {
                StorageKind::Nvme => (1000, "a local NVMe disk reads this many at once"),
                StorageKind::Ssd => (200, "an SSD reads this many at once"),
                StorageKind::Hdd => (2, "a spinning disk seeks"),
            };
            let reads = Formula::number(reads);
            self.sheet.count(
                "effective_io_concurrency",
                &reads,
                rule(RESOURCE, session, because),
            );
        }
        let because = match (self.sizing.jit, self.careful()) {
            (true, _) => "long analytic queries repay the compiling",
            (false, true) => {
                "compiling a query holds 10 MiB more in every backend: too much for a small share"
            }
            (false, false) => "short queries do not repay the compiling",
        };
        self.sheet
            .flag("jit", self.sizing.jit, rule(QUERIES, session, because));
    }

    fn random_page_cost(&self) -> (Decimal, &'static str, &'static str) {
        let storage = self.given.scene.host.storage;
        let scans = matches!(
            self.given.scene.spec.text("workload"),
            Some("mixed" | "olap")
        );
        match (storage.kind, storage.network && scans) {
            (StorageKind::Hdd, _) => (Decimal::thousandths(4000), "a spinning disk seeks", QUERY),
            (_, true) => (
                Decimal::thousandths(2000),
                "reports on a network SSD: at 1.1 their joins walk indexes, 1260 ms against 490",
                LOAD_TEST,
            ),
            (_, false) => (
                Decimal::thousandths(1100),
                "point queries on flash: a random page costs no more",
                QUERY,
            ),
        }
    }
}
