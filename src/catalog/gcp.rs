//! Google Compute Engine machine types. The table is a secondary source and
//! does not know the memory of every type: those are refused by name.

use std::collections::BTreeMap;

use super::CatalogError;
use super::market::Offer;
use super::table::{Row, Table};
use crate::host::{Arch, Host, Layout, MemoryFrom, Place, Storage};
use crate::units::{Bytes, Cpus, Money};

const TYPES: Table = Table {
    text: include_str!("../../profiles/hosts/gcp.csv"),
};

/// Families with ARM processors.
/// Source: Google Cloud, "Machine families resource and comparison guide".
const ARM_FAMILIES: &[&str] = &["t2a-", "c4a-", "n4a-"];

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.rows().map(Row::key)
}

pub(super) fn find(name: &str) -> Option<Result<Host, CatalogError>> {
    let row = TYPES.find_sorted(name)?;
    let incomplete = CatalogError::Incomplete {
        name: row.key().to_owned(),
        missing: "memory",
    };
    Some(host(row).ok_or(incomplete))
}

/// Those whose memory and price are known.
pub(super) fn offers() -> Vec<Offer> {
    let hosts = TYPES.rows().filter_map(|row| Some((row.key(), host(row)?)));
    hosts
        .filter_map(|(name, host)| {
            Some(Offer {
                name,
                price: host.price?,
                memory: host.memory,
                cpus: host.cpus,
                arch: host.arch,
            })
        })
        .collect()
}

fn host(row: Row) -> Option<Host> {
    let name = row.key();
    let arm = ARM_FAMILIES.iter().any(|family| name.starts_with(family));
    Some(Host {
        name: name.to_owned(),
        memory: Bytes::mib(row.number("memory_mib_derived")?),
        visible_memory: None,
        memory_limit: None,
        cpus: Cpus::whole(row.number("vcpu_from_name")?),
        sustained_cpus: None,
        arch: if arm { Arch::Arm64 } else { Arch::X86_64 },
        layout: Layout::Debian,
        storage: Storage::ASSUMED,
        root_filesystem: None,
        place: Place::Machine,
        price: row
            .field("price_usd_hour")
            .and_then(Money::parse)
            .map(Money::month_of),
        installed: BTreeMap::new(),
        memory_from: MemoryFrom::Nominal,
    })
}
