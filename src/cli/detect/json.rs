//! The JSON document of `tune detect`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::host::detect::{Detection, Fact};
use crate::host::{Host, Storage};
use crate::units::{Bytes, Cpus, Money, Version};

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    host: HostJson<'a>,
    facts: &'a [Fact],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct HostJson<'a> {
    name: &'a str,
    memory_bytes: Bytes,
    visible_memory_bytes: Option<Bytes>,
    memory_limit_bytes: Option<Bytes>,
    cpus: Cpus,
    sustained_cpus: Option<Cpus>,
    arch: &'static str,
    layout: &'static str,
    place: &'static str,
    storage: StorageJson,
    root_filesystem: Option<&'a str>,
    price_usd_month: Option<Money>,
    installed: &'a BTreeMap<String, Option<Version>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct StorageJson {
    kind: &'static str,
    size_bytes: Bytes,
    network: bool,
    assumed: bool,
}

/// Its schema.
pub(in crate::cli) fn schema() -> serde_json::Value {
    crate::report::schema::of::<Document<'static>>("tune detect --format json")
}

/// One document, with a newline at its end.
pub(super) fn draw(found: &Detection) -> String {
    let document = Document {
        host: host(&found.host),
        facts: &found.facts,
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn host(host: &Host) -> HostJson<'_> {
    HostJson {
        name: &host.name,
        memory_bytes: host.memory,
        visible_memory_bytes: host.visible_memory,
        memory_limit_bytes: host.memory_limit,
        cpus: host.cpus,
        sustained_cpus: host.sustained_cpus,
        arch: host.arch.name(),
        layout: host.layout.name(),
        place: host.place.name(),
        storage: storage(host.storage),
        root_filesystem: host.root_filesystem.as_deref(),
        price_usd_month: host.price,
        installed: &host.installed,
    }
}

fn storage(storage: Storage) -> StorageJson {
    StorageJson {
        kind: storage.kind.name(),
        size_bytes: storage.size,
        network: storage.network,
        assumed: storage.assumed,
    }
}
