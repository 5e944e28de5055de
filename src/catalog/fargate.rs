//! AWS Fargate task sizes, named `fargate-CPU_UNITS-MIB`. The task's memory is
//! a control group limit: all of it may be used.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::CatalogError;
use super::market::Offer;
use super::table::{Row, Table};
use crate::host::{Arch, Host, Layout, MemoryFrom, Place, Storage, StorageKind};
use crate::units::{Bytes, Cpus, Money};

const SIZES: Table = Table {
    text: include_str!("../../profiles/hosts/fargate.csv"),
};

/// Ephemeral storage of a task that asks for no more.
/// Source: AWS ECS developer guide, "Fargate task ephemeral storage".
const TASK_STORAGE: Bytes = Bytes::gib(20);

/// CPU units of one processor.
/// Source: AWS ECS developer guide, "Task CPU and memory".
const UNITS_A_CPU: u64 = 1024;

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| SIZES.rows().filter_map(name).collect());

fn name(row: Row) -> Option<String> {
    Some(format!(
        "fargate-{}-{}",
        row.field("cpu_units")?,
        row.field("memory_mib")?
    ))
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().map(String::as_str)
}

pub(super) fn find(wanted: &str) -> Option<Result<Host, CatalogError>> {
    let size = wanted.strip_prefix("fargate-")?;
    let (units, mib) = size.split_once('-')?;
    let row = SIZES.rows().find(|row| {
        row.field("cpu_units") == Some(units) && row.field("memory_mib") == Some(mib)
    })?;
    let incomplete = CatalogError::Incomplete {
        name: wanted.to_owned(),
        missing: "memory",
    };
    Some(host(row, wanted).ok_or(incomplete))
}

pub(super) fn offers() -> Vec<Offer> {
    let rows = SIZES.rows().zip(names());
    rows.filter_map(|(row, name)| offer(name, &host(row, name)?))
        .collect()
}

fn offer(name: &'static str, host: &Host) -> Option<Offer> {
    Some(Offer {
        name,
        price: host.price?,
        memory: host.memory,
        cpus: host.cpus,
        arch: host.arch,
    })
}

fn host(row: Row, name: &str) -> Option<Host> {
    let memory = Bytes::mib(row.number("memory_mib")?);
    Some(Host {
        name: name.to_owned(),
        memory,
        visible_memory: None,
        memory_limit: Some(memory),
        cpus: Cpus(row.number("cpu_units")? * 1000 / UNITS_A_CPU),
        sustained_cpus: None,
        arch: Arch::X86_64,
        layout: Layout::Debian,
        storage: Storage {
            kind: StorageKind::Ssd,
            size: TASK_STORAGE,
            network: true,
            assumed: true,
        },
        root_filesystem: None,
        place: Place::Fargate,
        price: row
            .field("usd_hour_linux_x86_us_east_1")
            .and_then(Money::parse)
            .map(Money::month_of),
        installed: BTreeMap::new(),
        memory_from: MemoryFrom::Kernel,
    })
}
