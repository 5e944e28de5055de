//! Amazon EC2 instance types. Where each column comes from is in
//! `profiles/hosts/SOURCES.md`.

use std::collections::BTreeMap;

use super::CatalogError;
use super::market::Offer;
use super::table::{Row, Table};
use crate::host::{Arch, Host, Layout, MemoryFrom, Place, Storage};
use crate::units::{Bytes, Cpus, Decimal, Money};

const TYPES: Table = Table {
    text: include_str!("../../profiles/hosts/ec2.csv"),
};

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.rows().map(Row::key)
}

pub(super) fn find(name: &str) -> Option<Result<Host, CatalogError>> {
    let row = TYPES.find_sorted(name)?;
    let incomplete = |missing| CatalogError::Incomplete {
        name: row.key().to_owned(),
        missing,
    };
    Some(host(row).ok_or_else(|| incomplete("memory")))
}

/// All that have a price. The table's `current_generation` is not to be
/// trusted: it is true of t2 and false of m6i.
pub(super) fn offers() -> Vec<Offer> {
    TYPES.rows().filter_map(offer).collect()
}

fn offer(row: Row) -> Option<Offer> {
    Some(Offer {
        name: row.key(),
        price: price(row)?,
        memory: Bytes::mib(row.number("memory_mib")?),
        cpus: Cpus::whole(row.number("vcpu")?),
        arch: Arch::named(row.field("arch").unwrap_or_default()),
    })
}

fn price(row: Row) -> Option<Money> {
    row.field("price_usd_hour_linux_ondemand_us_east_1")
        .and_then(Money::parse)
        .map(Money::month_of)
}

fn host(row: Row) -> Option<Host> {
    let cpus = row.number("vcpu")?;
    Some(Host {
        name: row.key().to_owned(),
        memory: Bytes::mib(row.number("memory_mib")?),
        visible_memory: row.number("measured_memory_mib").map(Bytes::mib),
        memory_limit: None,
        cpus: Cpus::whole(cpus),
        sustained_cpus: sustained(row, cpus),
        arch: Arch::named(row.field("arch").unwrap_or_default()),
        layout: Layout::Debian,
        storage: Storage::ASSUMED,
        root_filesystem: None,
        place: Place::Machine,
        price: price(row),
        installed: BTreeMap::new(),
        memory_from: MemoryFrom::Nominal,
    })
}

/// The baseline is a percentage of each processor.
fn sustained(row: Row, cpus: u64) -> Option<Cpus> {
    let percent = Decimal::parse(row.field("baseline_percent_per_vcpu")?).ok()?;
    Some(Cpus(percent.in_thousandths() * cpus / 100))
}

/// Types that DMI cannot name (Xen) with so many processors and about so much
/// visible memory: the measured figure within a hundredth, or the band of
/// `SOURCES.md` where none was measured.
pub(super) fn xen_types(cpus: u64, visible_mib: u64) -> Vec<&'static str> {
    TYPES
        .rows()
        .filter(|row| row.field("hypervisor") == Some("xen") && row.number("vcpu") == Some(cpus))
        .filter(
            |row| match (row.number("measured_memory_mib"), row.number("memory_mib")) {
                (Some(measured), _) => measured.abs_diff(visible_mib) * 100 <= measured,
                (None, Some(nominal)) => {
                    visible_mib <= nominal && visible_mib * 100 >= nominal * 79
                }
                _ => false,
            },
        )
        .map(Row::key)
        .collect()
}
