//! A host written as the profile that gives it back.

use std::fmt::Write as _;

use super::{Host, MemoryFrom};

/// The profile of a host: reading it back gives an equal host.
pub fn to_toml(host: &Host) -> String {
    let mut out = String::new();
    let quote = |text: &str| toml::Value::from(text).to_string();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("name = {}", quote(&host.name)));
    line(format!("memory = \"{}\"", host.memory.exact()));
    line(format!(
        "memory_from = \"{}\"",
        match host.memory_from {
            MemoryFrom::Nominal => "nominal",
            MemoryFrom::Kernel => "kernel",
        }
    ));
    if let Some(visible) = host.visible_memory {
        line(format!("visible_memory = \"{}\"", visible.exact()));
    }
    if let Some(limit) = host.memory_limit {
        line(format!("memory_limit = \"{}\"", limit.exact()));
    }
    line(format!("cpus = {}", host.cpus));
    if let Some(sustained) = host.sustained_cpus {
        line(format!("sustained_cpus = {sustained}"));
    }
    line(format!("arch = \"{}\"", host.arch.name()));
    line(format!("layout = \"{}\"", host.layout.name()));
    line(format!("place = \"{}\"", host.place.name()));
    if let Some(filesystem) = &host.root_filesystem {
        line(format!("root_filesystem = {}", quote(filesystem)));
    }
    if let Some(price) = host.price {
        line(format!("price_usd_month = {}", price.exact()));
    }
    line(String::new());
    line("[storage]".to_owned());
    line(format!("kind = \"{}\"", host.storage.kind.name()));
    line(format!("size = \"{}\"", host.storage.size.exact()));
    line(format!("network = {}", host.storage.network));
    if host.storage.assumed {
        line("assumed = true".to_owned());
    }
    installed(host, &mut out);
    out
}

/// A host of the catalogue has nothing installed: no table reads back as none.
fn installed(host: &Host, out: &mut String) {
    if !host.installed.is_empty() {
        out.push_str("\n[installed]\n");
    }
    let quote = |text: &str| toml::Value::from(text).to_string();
    for (kind, version) in &host.installed {
        let version = version.map_or_else(|| "unknown".to_owned(), |v| v.to_string());
        let _ = writeln!(out, "{} = {}", key(kind), quote(&version));
    }
}

/// A key as it may stand in TOML: quoted unless it is a bare one.
fn key(name: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if !name.is_empty() && name.bytes().all(is_bare) {
        return name.to_owned();
    }
    serde_json::Value::from(name)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::host::{Arch, Layout, Place, Storage, StorageKind, from_tree};
    use crate::input::{Node, Source, Spot};
    use crate::units::{Bytes, Cpus, Money, Version};

    fn any_version() -> impl Strategy<Value = Option<Version>> {
        prop::option::of(
            "[0-9]{1,4}(\\.[0-9]{1,4}){0,2}".prop_map(|text| Version::parse(&text).unwrap()),
        )
    }

    fn any_storage() -> impl Strategy<Value = Storage> {
        let kind =
            prop::sample::select(vec![StorageKind::Nvme, StorageKind::Ssd, StorageKind::Hdd]);
        (kind, 0..=Bytes::MAX.0, any::<bool>(), any::<bool>()).prop_map(
            |(kind, size, network, assumed)| Storage {
                kind,
                size: Bytes(size),
                network,
                assumed,
            },
        )
    }

    prop_compose! {
        fn any_host()(
            memory in (64u64 << 20)..=Bytes::MAX.0,
            visible in prop::option::of(0..=100u64),
            limit in prop::option::of(0..=Bytes::MAX.0),
            cpus in 1..=4_096_000u64,
            sustained in prop::option::of(1..=100u64),
            name in "[^/.\\p{Cc}][^/\\p{Cc}]{0,40}",
            arch in prop::sample::select(vec![Arch::X86_64, Arch::Arm64, Arch::Other]),
            layout in prop::sample::select(vec![Layout::Debian, Layout::Rhel, Layout::Amazon]),
            place in prop::sample::select(vec![Place::Machine, Place::Container, Place::Fargate]),
            (storage, filesystem) in (any_storage(), prop::option::of(any::<String>())),
            price in prop::option::of(0..1u64 << 50),
            installed in prop::collection::btree_map(any::<String>(), any_version(), 0..4),
            kernel in any::<bool>(),
        ) -> Host {
            Host {
                name,
                memory: Bytes(memory),
                visible_memory: visible.map(|percent| Bytes(memory / 100 * percent)),
                memory_limit: limit.map(Bytes),
                cpus: Cpus(cpus),
                sustained_cpus: sustained.map(|percent| Cpus((cpus * percent / 100).max(1))),
                arch,
                layout,
                storage,
                root_filesystem: filesystem,
                place,
                price: price.map(Money),
                installed,
                memory_from: if kernel { MemoryFrom::Kernel } else { MemoryFrom::Nominal },
            }
        }
    }

    proptest! {
        #[test]
        fn a_saved_host_is_read_back_equal(host in any_host()) {
            let source = Source::new("saved.toml", to_toml(&host));
            let tree = Node::parse(&source)
                .map_err(|error| TestCaseError::fail(format!("{error}\n{}", source.text)))?;
            let at = Spot::new(&source, 0..0);
            let read = from_tree(&tree, "other", &at, None)
                .map_err(|error| TestCaseError::fail(format!("{error}\n{}", source.text)))?;
            prop_assert_eq!(read, host);
        }
    }
}
