//! Detection over invented trees: no content of any file may make it panic,
//! and what it finds can be saved and read back.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::catalog::Catalogue;
use crate::host::{from_tree, to_toml};
use crate::input::{Node, Source, Spot};

/// A tree in memory. A directory is a path that others begin with.
#[derive(Debug, Default)]
struct Tree(BTreeMap<String, Vec<u8>>);

impl HostReader for Tree {
    fn bytes(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        self.0
            .get(path)
            .map(|bytes| bytes.iter().copied().take(most).collect())
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let below = format!("{}/", dir.trim_end_matches('/'));
        let names = self
            .0
            .keys()
            .filter_map(|path| path.strip_prefix(&below)?.split('/').next());
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.dedup();
        names
    }

    fn link(&self, path: &str) -> Option<String> {
        self.line(path)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path) || !self.list(path).is_empty()
    }

    fn totals(&self) -> Option<Totals> {
        let total = self.field("/proc/meminfo", "MemTotal")?;
        let memory = Bytes::kib(total.split_whitespace().next()?.parse().ok()?);
        Some(Totals {
            memory,
            swap: Bytes::ZERO,
        })
    }

    fn affinity(&self) -> Option<u64> {
        cpu::count_list(&self.field("/proc/self/status", "Cpus_allowed_list")?)
    }

    fn filesystem_size(&self, _path: &str) -> Option<Bytes> {
        None
    }

    fn machine(&self) -> Option<String> {
        self.line("/uname")
    }
}

/// Files that detection reads, each with something that it would understand.
const FILES: &[(&str, &str)] = &[
    ("/proc/meminfo", "MemTotal: 1946624 kB\nSwapTotal: 0 kB\n"),
    ("/sys/devices/system/cpu/online", "0-1\n"),
    ("/proc/cpuinfo", "processor : 0\nflags : fpu lm\n"),
    ("/proc/self/status", "Cpus_allowed_list:\t0-1\n"),
    (
        "/proc/self/cgroup",
        "0::/a/b\n4:memory:/a\n3:cpu,cpuacct:/a\n2:cpuset:/\n",
    ),
    (
        "/proc/self/mountinfo",
        "1 0 259:1 / / rw - ext4 /dev/root rw\n2 1 0:1 / /c rw - cgroup2 x rw\n\
         3 1 0:2 / /m rw - cgroup x rw,memory\n4 1 0:3 / /q rw - cgroup x rw,cpu,cpuacct\n",
    ),
    ("/c/a/memory.max", "536870912\n"),
    ("/c/a/b/cpu.max", "150000 100000\n"),
    ("/c/memory.high", "1\n"),
    ("/c/a/cpuset.cpus.effective", "0\n"),
    ("/m/a/memory.limit_in_bytes", "9223372036854771712\n"),
    ("/m/a/memory.stat", "hierarchical_memory_limit 5368709\n"),
    ("/q/a/cpu.cfs_quota_us", "-1\n"),
    ("/q/a/cpu.cfs_period_us", "100000\n"),
    (
        "/sys/dev/block/259:1/uevent",
        "DEVNAME=nvme0n1p1\nDEVTYPE=disk\n",
    ),
    ("/sys/dev/block/259:1/size", "62912512\n"),
    ("/sys/dev/block/259:1/slaves/dm-0", ""),
    ("/sys/class/block/dm-0/queue/rotational", "1\n"),
    ("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
    (
        "/var/lib/dpkg/status",
        "Package: postgresql-15\nStatus: install ok installed\nVersion: 15.5-0+deb12u1\n",
    ),
    ("/usr/sbin/nginx", "\0nginx version: nginx/1.22.1\0"),
    (
        "/usr/pgsql-16/bin/postgres",
        "\0postgres (PostgreSQL) 16.1\0",
    ),
    (
        "/usr/local/lib/python3.11/site-packages/celery-5.2.6.dist-info/METADATA",
        "",
    ),
    ("/sys/class/dmi/id/sys_vendor", "Amazon EC2\n"),
    ("/sys/class/dmi/id/product_name", "t3.small\n"),
    (
        "/sys/hypervisor/uuid",
        "ec2f0f0f-0000-0000-0000-000000000000\n",
    ),
    ("/run/cloud-init/cloud-id", "aws\n"),
    (
        "/run/cloud-init/instance-data.json",
        r#"{"ds": {"dynamic": {"instance_identity": {"document": "{\"instanceType\": \"t3.small\"}"}}}}"#,
    ),
    ("/proc/1/environ", "PATH=/\0container=podman\0"),
    ("/uname", "x86_64\n"),
];

fn whole() -> Tree {
    Tree(
        FILES
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect(),
    )
}

fn read_back(host: &Host) -> Host {
    let source = Source::new("saved.toml", to_toml(host));
    let tree = Node::parse(&source).unwrap_or_else(|error| panic!("{error}\n{}", source.text));
    let at = Spot::new(&source, 0..0);
    from_tree(&tree, "other", &at, None).unwrap_or_else(|error| panic!("{error}\n{}", source.text))
}

#[test]
fn the_whole_tree_is_understood() {
    let found = detect(&whole(), &Catalogue, None).unwrap();
    let host = &found.host;
    assert_eq!(host.place, crate::host::Place::Container);
    assert_eq!(host.memory_limit, Some(Bytes(5_368_709)));
    assert_eq!(host.cpus, Cpus(1000));
    assert_eq!(host.storage.kind, crate::host::StorageKind::Hdd);
    assert_eq!(host.name, "t3.small");
    assert_eq!(
        host.installed.keys().collect::<Vec<_>>(),
        ["celery", "nginx", "postgresql"]
    );
    assert_eq!(&read_back(host), host);
}

#[test]
fn a_virtual_disk_of_nobody_known_is_not_believed_to_spin() {
    let clouds = ["/sys/class/dmi", "/sys/hypervisor", "/run/cloud-init"];
    let told = |name: &str| {
        let mut tree = whole();
        tree.0
            .retain(|path, _| !clouds.iter().any(|dir| path.starts_with(dir)));
        let uevent = format!("DEVNAME={name}\nDEVTYPE=disk\n").into_bytes();
        tree.0
            .insert("/sys/class/block/dm-0/uevent".to_owned(), uevent);
        let found = detect(&tree, &Catalogue, None).unwrap();
        let fact = found.facts.iter().find(|fact| fact.name == "storage");
        (found.host.storage, fact.unwrap().from.clone())
    };
    for name in ["vda", "xvda"] {
        let (storage, from) = told(name);
        assert_eq!(storage.kind, crate::host::StorageKind::Ssd);
        assert!(storage.assumed);
        assert!(from.ends_with("a virtual disk says rotational 1 whatever it is"));
    }
    let (storage, _) = told("sda");
    assert_eq!(storage.kind, crate::host::StorageKind::Hdd);
    assert!(!storage.assumed);
}

#[test]
fn without_memory_or_processors_there_is_no_host() {
    let mut tree = whole();
    tree.0.remove("/proc/meminfo");
    assert!(matches!(
        detect(&tree, &Catalogue, None),
        Err(DetectError::NoMemory)
    ));
    let mut tree = whole();
    tree.0.remove("/proc/cpuinfo");
    tree.0.remove("/sys/devices/system/cpu/online");
    assert!(matches!(
        detect(&tree, &Catalogue, None),
        Err(DetectError::NoCpus)
    ));
    let least = ["/proc/meminfo", "/proc/cpuinfo"];
    let mut tree = whole();
    tree.0.retain(|path, _| least.contains(&path.as_str()));
    let found = detect(&tree, &Catalogue, None).unwrap();
    assert_eq!(
        (found.host.name.as_str(), found.host.storage.assumed),
        ("detected", true)
    );
    assert_eq!(read_back(&found.host), found.host);
}

#[test]
fn what_the_metadata_service_says_goes_first() {
    let answer = ImdsAnswer {
        cloud: Some(Cloud::Aws),
        instance_type: Some("t3a.small".to_owned()),
        from: "metadata service of aws".to_owned(),
    };
    let found = detect(&whole(), &Catalogue, Some(&answer)).unwrap();
    assert_eq!(found.host.name, "t3a.small");
    let fact = found
        .facts
        .iter()
        .find(|fact| fact.name == "instance type")
        .unwrap();
    assert_eq!(fact.from, "metadata service of aws");
    assert_eq!(fact.overruled.len(), 1, "{fact:?}");
}

/// Bytes that are nearly what a file should hold, or nothing like it.
fn content(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let spoilt = (any::<prop::sample::Index>(), any::<u8>()).prop_map(move |(at, byte)| {
        let mut bytes = text.as_bytes().to_vec();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    });
    prop_oneof![
        3 => Just(text.as_bytes().to_vec()),
        2 => spoilt,
        1 => prop::collection::vec(any::<u8>(), 0..64),
        1 => "[0-9,: /.-]{0,24}".prop_map(String::into_bytes),
        1 => Just(b"18446744073709551615".to_vec()),
    ]
}

fn any_tree() -> impl Strategy<Value = Tree> {
    let files: Vec<_> = FILES
        .iter()
        .map(|(path, text)| {
            (
                Just((*path).to_owned()),
                prop::option::weighted(0.9, content(text)),
            )
        })
        .collect();
    files.prop_map(|files| {
        Tree(
            files
                .into_iter()
                .filter_map(|(path, bytes)| Some((path, bytes?)))
                .collect(),
        )
    })
}

proptest! {
    #[test]
    fn garbage_gives_a_host_that_can_be_saved_or_an_error(tree in any_tree()) {
        if let Ok(found) = detect(&tree, &Catalogue, None) {
            prop_assert_eq!(&read_back(&found.host), &found.host);
            for fact in &found.facts {
                let shown = format!("{}{}{}", fact.value, fact.from, fact.overruled.concat());
                prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
            }
        }
    }
}
