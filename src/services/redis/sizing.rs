//! Redis' memory in numbers: what a share becomes, what it can hold at worst,
//! and the least share that works. How it is written is not here.

use crate::services::Scene;
use crate::setting::{Formula, Pins, WorstCase, size};
use crate::stack::ServiceSpec;
use crate::units::{Bytes, Decimal, Version};

/// The process without data, libraries included: 6.3 to 9.9.
/// Source: docs/measurements.md, "redis".
pub(super) const BASE: Bytes = Bytes::mib(10);
/// What a saving child holds of its own, beside the copies: 1.1 measured.
/// Source: docs/measurements.md, "redis saves" (22 MiB share, 7.0.15).
const CHILD: Bytes = Bytes::mib(2);
/// Part of what is left that a server without persistence takes for its data.
/// Source: docs/formulas.md, "redis".
const DATA_WITHOUT_SAVES: Decimal = Decimal::thousandths(800);
/// Resident beyond the data at rest.
/// Source: docs/measurements.md, "redis" (resident 1.13 of used).
const FRAGMENTATION: Decimal = Decimal::thousandths(130);
/// Resident beyond the data while a child saves it and every key is written
/// again: 0.98 to 1.06, fragmentation included.
/// Source: docs/measurements.md, "redis saves" (7.0.15, RDB and AOF, 14 to 100 MiB).
const COPY: Decimal = Decimal::thousandths(1100);
/// The same before 7.0 with an append-only file, whose writes during a rewrite
/// are kept in memory: a fifth of the data more.
/// Source: redis 7.0 release notes, "Multi Part AOF"; the fifth is an assumption.
const COPY_AND_REWRITE: Decimal = Decimal::thousandths(1300);
/// Part of `maxmemory` that all clients together may hold.
/// Source: <https://redis.io/docs/latest/develop/reference/clients/>, "client eviction" (5 % to 10 %).
const CLIENTS: Decimal = Decimal::thousandths(100);
/// What the server counts for a client in work, without its data: 36.8 KiB.
/// Source: docs/measurements.md, "redis clients" (`tot-mem` of CLIENT LIST, 7.0.15).
pub(super) const CLIENT: Bytes = Bytes::kib(40);
/// Clients that the smallest server admits.
const LEAST_CLIENTS: u64 = 32;
/// Less data is not worth a server.
const LEAST_DATA: Bytes = Bytes::mib(4);
/// Two clients at once in trouble, each with the smallest limit there is for a
/// query; before 7.0 nothing bounds all clients together.
/// Source: redis 6.2 config.c, `client-query-buffer-limit`: at least 1mb.
const LEAST_UNBOUNDED: Bytes = Bytes::mib(2);

/// How the data outlives the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persistence {
    /// Not at all.
    None,
    /// By snapshots.
    Rdb,
    /// By a log of every write.
    Aof,
}

/// What sizing starts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inputs {
    /// Its share, in whole MiB.
    pub(super) share: Bytes,
    pub(super) persistence: Persistence,
    pub(super) version: Version,
    /// Clients that the stack states.
    pub(super) connections: Option<u64>,
    pub(super) pins: SizePins,
}

/// Pinned settings that the sums depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SizePins {
    /// Nothing too where 0 is pinned, which is no limit: a check says so.
    pub(super) maxmemory: Option<Bytes>,
    pub(super) clients: Option<Bytes>,
    pub(super) maxclients: Option<u64>,
    saves: Option<bool>,
    appends: Option<bool>,
}

impl SizePins {
    /// What the stack pins; mistakes are reported where the settings are made.
    fn of(spec: &ServiceSpec) -> Self {
        if spec.settings.is_empty() {
            return Self::default();
        }
        let pins = Pins::new(&spec.name, &spec.settings);
        Self {
            maxmemory: pins.size("maxmemory").filter(|most| *most > Bytes::ZERO),
            clients: pins.size("maxmemory-clients"),
            maxclients: pins.count("maxclients"),
            saves: pins.word("save").map(|points| !points.trim().is_empty()),
            appends: pins.flag("appendonly"),
        }
    }
}

/// What a share becomes.
#[derive(Clone, Debug)]
pub(super) struct Sizing {
    /// The limit of data, and how it came about.
    pub(super) maxmemory: Formula,
    /// What all clients together may hold, and how it came about.
    pub(super) clients: Formula,
    base: Bytes,
    pub(super) data: Bytes,
    for_clients: Bytes,
    copy: Decimal,
    persistence: Persistence,
}

impl Inputs {
    pub(super) fn of(scene: &Scene<'_>, share: Bytes) -> Self {
        let pins = SizePins::of(scene.spec);
        Self {
            share,
            persistence: persistence(scene.spec, pins),
            version: super::version(scene),
            connections: scene.spec.connections,
            pins,
        }
    }

    /// Whether the server itself bounds what all clients hold.
    pub(super) fn bounds_clients(&self) -> bool {
        self.version.at_least(7, 0)
    }

    fn copy(&self) -> Decimal {
        match self.persistence {
            Persistence::None => FRAGMENTATION,
            Persistence::Aof if !self.version.at_least(7, 0) => COPY_AND_REWRITE,
            Persistence::Rdb | Persistence::Aof => COPY,
        }
    }

    /// What is held without any data.
    fn base(&self) -> Bytes {
        match self.persistence {
            Persistence::None => BASE,
            Persistence::Rdb | Persistence::Aof => BASE.plus(CHILD),
        }
    }

    /// What clients need at least.
    fn least_for_clients(&self) -> Formula {
        let clients = self.pins.maxclients.or(self.connections);
        let clients = Formula::count("clients", clients.unwrap_or(LEAST_CLIENTS));
        let each = clients * Formula::size("least of a client", CLIENT);
        if self.bounds_clients() {
            each
        } else {
            each.at_least(&size(LEAST_UNBOUNDED))
        }
    }

    /// Data that fits, with what its copies and the clients hold.
    fn maxmemory(&self) -> Formula {
        let left = Formula::size("share", self.share) - self.base();
        let whole = sum(Decimal::thousandths(1000), self.copy());
        let usual = match self.persistence {
            Persistence::None => &left * DATA_WITHOUT_SAVES,
            Persistence::Rdb | Persistence::Aof => &left / sum(whole, CLIENTS),
        };
        let reserved = self.pins.clients.map_or_else(
            || self.least_for_clients(),
            |pinned| Formula::size("maxmemory-clients", pinned),
        );
        let tight = &(&left - &reserved) / whole;
        let raw = if tight.whole() < usual.whole() {
            tight
        } else {
            usual
        };
        raw.floor_to(if raw.bytes() >= Bytes::mib(16) {
            Bytes::MIB
        } else {
            Bytes::kib(64)
        })
    }

    fn clients(&self, data: Bytes) -> Formula {
        let part = (&Formula::size("maxmemory", data) * CLIENTS).floor_to(Bytes::KIB);
        let least = self.least_for_clients();
        if part.whole() >= least.whole() {
            part
        } else {
            least
        }
    }

    /// The sizing, where it holds; and where only pins keep it from holding,
    /// which checks report. Nothing without a share.
    pub(super) fn size(&self) -> Option<Sizing> {
        let sizing = self.sized(self.maxmemory());
        let enough = self.pins.maxmemory.is_some() || sizing.data >= LEAST_DATA;
        if enough && sizing.worst().total() <= self.share {
            return Some(sizing);
        }
        let pinned = self.pins != SizePins::default() && self.share > Bytes::ZERO;
        pinned.then(|| self.sized(self.maxmemory().at_least(&size(LEAST_DATA))))
    }

    fn sized(&self, maxmemory: Formula) -> Sizing {
        let data = self.pins.maxmemory.unwrap_or(maxmemory.bytes());
        let clients = self.clients(data);
        Sizing {
            data,
            for_clients: self.pins.clients.unwrap_or(clients.bytes()),
            maxmemory,
            clients,
            base: self.base(),
            copy: self.copy(),
            persistence: self.persistence,
        }
    }

    /// The least share in which all of this works.
    pub(super) fn least_share(&self) -> Bytes {
        let data = self.pins.maxmemory.unwrap_or(LEAST_DATA);
        let for_clients = self.pins.clients.unwrap_or(self.clients(data).bytes());
        let whole = Bytes(part_of(data, sum(Decimal::thousandths(1000), self.copy())));
        let usual = match (self.pins.maxmemory, self.persistence) {
            (None, Persistence::None) => {
                let share = &size(data) / DATA_WITHOUT_SAVES;
                self.base().plus(Bytes(share.ceiling()))
            }
            (None, _) => {
                let factor = sum(sum(Decimal::thousandths(1000), self.copy()), CLIENTS);
                self.base().plus(Bytes(part_of(data, factor)))
            }
            (Some(_), _) => Bytes::ZERO,
        };
        let share = self.base().plus(whole).plus(for_clients).max(usual);
        Bytes::mib(share.0.div_ceil(Bytes::MIB.0))
    }
}

impl Sizing {
    /// The most that the server can hold, term by term.
    pub(super) fn worst(&self) -> WorstCase {
        let data = Formula::size("maxmemory", self.data);
        let copy = match self.persistence {
            Persistence::None => "fragmentation",
            Persistence::Rdb | Persistence::Aof => "copy while saving",
        };
        WorstCase::new()
            .and("process", size(self.base))
            .and("data", data.clone())
            .and(copy, &data * self.copy)
            .and("clients", Formula::size("all clients", self.for_clients))
    }
}

fn persistence(spec: &ServiceSpec, pins: SizePins) -> Persistence {
    let stated = match spec.text("persistence") {
        Some("rdb") => Persistence::Rdb,
        Some("aof") => Persistence::Aof,
        Some(_) => Persistence::None,
        None if super::is_cache(spec) => Persistence::None,
        None => Persistence::Aof,
    };
    let appends = pins.appends.unwrap_or(stated == Persistence::Aof);
    let saves = pins.saves.unwrap_or(stated == Persistence::Rdb);
    match (appends, saves) {
        (true, _) => Persistence::Aof,
        (false, true) => Persistence::Rdb,
        (false, false) => Persistence::None,
    }
}

fn sum(a: Decimal, b: Decimal) -> Decimal {
    Decimal::thousandths(a.in_thousandths() + b.in_thousandths())
}

/// So many times as much, rounded up.
fn part_of(bytes: Bytes, factor: Decimal) -> u64 {
    let scaled = u128::from(bytes.0) * u128::from(factor.in_thousandths());
    u64::try_from(scaled.div_ceil(1000)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(share: u64, persistence: Persistence) -> Inputs {
        Inputs {
            share: Bytes::mib(share),
            persistence,
            version: Version::new(7, 0, 0),
            connections: None,
            pins: SizePins::default(),
        }
    }

    fn maxmemory(inputs: Inputs) -> Bytes {
        inputs.size().unwrap().data
    }

    #[test]
    fn a_cache_takes_four_fifths_of_what_is_left() {
        assert_eq!(
            maxmemory(inputs(64, Persistence::None)),
            Bytes::mib(43),
            "0.8 * 54"
        );
        assert_eq!(
            maxmemory(inputs(1034, Persistence::None)),
            Bytes::mib(819),
            "0.8 * 1024"
        );
    }

    #[test]
    fn what_saves_takes_less_than_half() {
        for persistence in [Persistence::Rdb, Persistence::Aof] {
            let data = maxmemory(inputs(1034, persistence));
            assert_eq!(data, Bytes::mib(464), "1022 / 2.2");
            assert!(data.times(2).plus(BASE) <= Bytes::mib(1034));
        }
    }

    #[test]
    fn before_7_a_rewrite_keeps_writes_in_memory() {
        let old = Inputs {
            version: Version::new(6, 2, 0),
            ..inputs(1034, Persistence::Aof)
        };
        assert_eq!(maxmemory(old), Bytes::mib(425), "1022 / 2.4");
        let rdb = Inputs {
            persistence: Persistence::Rdb,
            ..old
        };
        assert_eq!(maxmemory(rdb), Bytes::mib(464));
    }

    #[test]
    fn the_least_share_is_about_the_measured_floor() {
        assert_eq!(
            inputs(0, Persistence::None).least_share(),
            Bytes::mib(16),
            "docs: 16"
        );
        assert_eq!(inputs(0, Persistence::Aof).least_share(), Bytes::mib(22));
    }

    #[test]
    fn the_worst_case_fits_every_share_from_the_least_on() {
        for persistence in [Persistence::None, Persistence::Rdb, Persistence::Aof] {
            for version in [
                Version::new(6, 0, 0),
                Version::new(7, 0, 0),
                Version::new(8, 0, 0),
            ] {
                for connections in [None, Some(1), Some(500), Some(262_143)] {
                    for pinned in [None, Some(Bytes(1)), Some(Bytes(123_456_789))] {
                        let pins = SizePins {
                            maxmemory: pinned,
                            ..SizePins::default()
                        };
                        let at = |share| Inputs {
                            version,
                            connections,
                            pins,
                            ..inputs(share, persistence)
                        };
                        let least = at(0).least_share().whole_mib();
                        for share in (least..least + 300).chain([least + 100_001, 1 << 26]) {
                            let sizing = at(share).size();
                            let worst = sizing.as_ref().map(|sizing| sizing.worst().total());
                            assert!(
                                worst.is_some_and(|worst| worst <= Bytes::mib(share)),
                                "{persistence:?} {version} {connections:?} {pinned:?} in {share}: {worst:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_pinned_budget_of_clients_is_kept_free() {
        let pins = SizePins {
            clients: Some(Bytes::mib(100)),
            ..SizePins::default()
        };
        let at = |share| Inputs {
            pins,
            ..inputs(share, Persistence::Aof)
        };
        let least = at(0).least_share();
        assert!(least > Bytes::mib(110));
        for share in least.whole_mib()..least.whole_mib() + 500 {
            assert!(at(share).size().is_some(), "{share}");
        }
    }
}
