//! The disk under `/`: found from its mount through partitions, device mapper
//! and RAID to the disks themselves.

use super::cloud::Cloud;
use super::mounts::{self, Mount};
use super::{Fact, Found, HostReader};
use crate::host::{Storage, StorageKind};
use crate::units::Bytes;

/// Devices that are looked at below one mount; a hostile tree may name more.
const MOST_DEVICES: usize = 64;

/// Sysfs counts sectors of 512 bytes, whatever the disk's own are.
/// Source: Documentation/ABI/stable/sysfs-block, `size`.
const SECTOR: u64 = 512;

/// File systems of another machine.
const NETWORK_FILESYSTEMS: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "ceph",
    "9p",
    "fuse.sshfs",
    "fuse.glusterfs",
    "lustre",
];

/// Models of `NVMe` devices that say where the flash is.
/// Source: EC2 user guide, "Amazon EBS volumes and `NVMe`"; Google Cloud, "Local
/// SSD"; Azure, "`NVMe` overview".
const MODELS: &[(&str, StorageKind, bool)] = &[
    ("Amazon Elastic Block Store", StorageKind::Ssd, true),
    ("Amazon EC2 NVMe Instance Storage", StorageKind::Nvme, false),
    ("nvme_card-pd", StorageKind::Ssd, true),
    ("MSFT NVMe Accelerator", StorageKind::Ssd, true),
];

/// Disks of a hypervisor: what they say of rotation is its default, not a fact.
const VIRTUAL_NAMES: &[&str] = &["xvd", "vd"];
const VIRTUAL_MODELS: &[&str] = &[
    "QEMU HARDDISK",
    "Virtual Disk",
    "Virtual disk",
    "PersistentDisk",
    "Volume",
];

/// Block devices of another machine.
const NETWORK_NAMES: &[&str] = &["nbd", "rbd", "drbd"];

struct Disk {
    kind: StorageKind,
    network: bool,
    from: String,
    overruled: Option<String>,
    /// Nothing that can be believed says what it is.
    assumed: bool,
}

/// What `/` lies on; the assumed disk where nothing says.
pub(super) fn storage(
    reader: &dyn HostReader,
    mounts: &[Mount],
    cloud: Option<Cloud>,
) -> Found<Storage> {
    let root = mounts::at(mounts, "/");
    let device = root.and_then(|root| device(reader, root));
    // A container's `/` has no device, but its runtime binds files of the host's disk.
    let device = device.or_else(|| device_of_bound_file(reader, mounts));
    let disk = match (&device, root) {
        (Some(device), _) => worst(reader, device, cloud),
        (None, Some(root)) => network_filesystem(root),
        (None, None) => None,
    };
    let (size, size_from) = size(reader, device.as_deref());
    let storage = Storage {
        kind: disk
            .as_ref()
            .map_or(Storage::ASSUMED.kind, |disk| disk.kind),
        size: size.unwrap_or(Storage::ASSUMED.size).min(Bytes::MAX),
        network: disk
            .as_ref()
            .map_or(Storage::ASSUMED.network, |disk| disk.network),
        assumed: disk.as_ref().is_none_or(|disk| disk.assumed),
    };
    let mut fact = Fact::new(
        "storage",
        format!(
            "{}, {}",
            storage.kind.name(),
            if storage.network { "network" } else { "local" }
        ),
        disk.as_ref()
            .map_or("assumed: the disk under / is not to be seen", |disk| {
                &disk.from
            }),
    );
    if let Some(other) = disk.and_then(|disk| disk.overruled) {
        fact = fact.overruling(other);
    }
    Found {
        value: storage,
        facts: vec![fact, Fact::new("storage size", storage.size, size_from)],
    }
}

/// The file system of `/`, which decides how a swap file is made.
pub(super) fn root_filesystem(mounts: &[Mount]) -> Found<Option<String>> {
    let from = "/proc/self/mountinfo";
    let plain = |kind: &str| {
        kind.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let (value, fact) = match mounts::at(mounts, "/") {
        // It goes into the host, and so into files: only what can be a name.
        Some(root) if plain(&root.kind) => (
            Some(root.kind.clone()),
            Fact::new("root filesystem", &root.kind, from),
        ),
        Some(_) => (
            None,
            Fact::unknown("root filesystem", format!("{from} names no file system")),
        ),
        None => (
            None,
            Fact::unknown("root filesystem", format!("{from} has no /")),
        ),
    };
    Found {
        value,
        facts: vec![fact],
    }
}

fn size(reader: &dyn HostReader, device: Option<&str>) -> (Option<Bytes>, String) {
    if let Some(size) = reader.filesystem_size("/") {
        return (Some(size), "statfs of /".to_owned());
    }
    let from_sysfs = || {
        let file = format!("{}/size", device?);
        let sectors: u64 = reader.line(&file)?.parse().ok()?;
        Some((Bytes(sectors.checked_mul(SECTOR)?), file))
    };
    match from_sysfs() {
        Some((size, file)) if size > Bytes::ZERO => (Some(size), file),
        _ => (None, "assumed".to_owned()),
    }
}

/// The directory of a mount's device in sysfs: by number, or by the name of its
/// source, since btrfs gives numbers of its own.
fn device(reader: &dyn HostReader, mount: &Mount) -> Option<String> {
    let by_number = format!("/sys/dev/block/{}", mount.device);
    let name = mount
        .source
        .strip_prefix("/dev/")
        .map(|name| match name.strip_prefix("mapper/") {
            Some(_) => reader
                .link(&mount.source)
                .and_then(|link| link.rsplit('/').next().map(str::to_owned))
                .unwrap_or_default(),
            None => name.to_owned(),
        });
    let by_name = name.map(|name| format!("/sys/class/block/{name}"));
    [Some(by_number), by_name]
        .into_iter()
        .flatten()
        .find(|dir| uevent(reader, dir, "DEVNAME").is_some())
}

fn device_of_bound_file(reader: &dyn HostReader, mounts: &[Mount]) -> Option<String> {
    let files = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"];
    files
        .iter()
        .find_map(|file| device(reader, mounts::at(mounts, file)?))
}

fn uevent(reader: &dyn HostReader, dir: &str, key: &str) -> Option<String> {
    let text = reader.text(&format!("{dir}/uevent"))?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
    Some(value.trim().to_owned())
}

/// Of several disks under one file system the slowest counts.
fn worst(reader: &dyn HostReader, device: &str, cloud: Option<Cloud>) -> Option<Disk> {
    let disks = disks(reader, device);
    disks
        .iter()
        .map(|dir| disk(reader, dir, cloud))
        .max_by_key(|disk| {
            let slow = match disk.kind {
                StorageKind::Nvme => 0,
                StorageKind::Ssd => 1,
                StorageKind::Hdd => 2,
            };
            (slow, disk.network)
        })
}

/// The disks below a device: a partition's parent, a mapping's members.
fn disks(reader: &dyn HostReader, device: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![device.to_owned()];
    for _ in 0..MOST_DEVICES {
        let Some(mut dir) = waiting.pop() else { break };
        if uevent(reader, &dir, "DEVTYPE").as_deref() == Some("partition") {
            dir.push_str("/..");
        }
        let members = reader.list(&format!("{dir}/slaves"));
        if members.is_empty() {
            found.push(dir);
        }
        let members = members
            .iter()
            .map(|member| format!("/sys/class/block/{member}"));
        waiting.extend(members.take(MOST_DEVICES));
    }
    found
}

fn disk(reader: &dyn HostReader, dir: &str, cloud: Option<Cloud>) -> Disk {
    let name = uevent(reader, dir, "DEVNAME").unwrap_or_else(|| "the disk".to_owned());
    let model = reader
        .line(&format!("{dir}/device/model"))
        .unwrap_or_default();
    let spins = reader
        .line(&format!("{dir}/queue/rotational"))
        .is_some_and(|text| text == "1");
    let begins = |names: &[&str]| names.iter().any(|prefix| name.starts_with(prefix));
    let plain = |kind, network, from: String| Disk {
        kind,
        network,
        from,
        overruled: None,
        assumed: false,
    };

    if let Some((known, kind, network)) = MODELS.iter().find(|(known, ..)| model.starts_with(known))
    {
        return plain(*kind, *network, format!("{name}: model '{known}'"));
    }
    if name.starts_with("nvme") {
        return plain(StorageKind::Nvme, false, format!("{name}: an NVMe device"));
    }
    let is_virtual =
        begins(VIRTUAL_NAMES) || VIRTUAL_MODELS.iter().any(|part| model.contains(part));
    if let (true, Some(cloud)) = (is_virtual, cloud) {
        let overruled =
            spins.then(|| format!("{name}: rotational is 1, the default of a virtual disk"));
        let from = format!("{name}: a virtual disk of {}", cloud.name());
        return Disk {
            kind: StorageKind::Ssd,
            network: cloud.has_network_disks(),
            from,
            overruled,
            assumed: false,
        };
    }
    if is_virtual && spins {
        return unbelieved(&name, begins(NETWORK_NAMES));
    }
    let kind = if spins {
        StorageKind::Hdd
    } else {
        StorageKind::Ssd
    };
    let from = format!("{name}: rotational is {}", u8::from(spins));
    plain(kind, begins(NETWORK_NAMES), from)
}

/// A virtual disk of nobody known that says it spins: the default of each.
fn unbelieved(name: &str, network: bool) -> Disk {
    Disk {
        kind: StorageKind::Ssd,
        network,
        from: format!("assumed: {name}: a virtual disk says rotational 1 whatever it is"),
        overruled: None,
        assumed: true,
    }
}

fn network_filesystem(root: &Mount) -> Option<Disk> {
    NETWORK_FILESYSTEMS
        .contains(&root.kind.as_str())
        .then(|| Disk {
            kind: StorageKind::Ssd,
            network: true,
            from: format!("/ is {}, from another machine", root.kind),
            overruled: None,
            assumed: false,
        })
}
