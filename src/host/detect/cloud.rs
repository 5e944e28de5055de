//! Which cloud and which instance type: DMI, cloud-init's files, and what the
//! metadata service said. The rules are those of HOST-DETECTION.md.

use super::KnownTypes;
use super::imds::ImdsAnswer;
use super::{Fact, Found, HostReader};
use crate::host::{Host, Place};
use crate::units::{Bytes, Money};

/// A cloud that a guest can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// Amazon EC2.
    Aws,
    /// Google Compute Engine.
    Gcp,
    /// Microsoft Azure.
    Azure,
    /// Hetzner Cloud.
    Hetzner,
    /// `DigitalOcean`.
    DigitalOcean,
}

impl Cloud {
    /// What it is called in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Gcp => "gcp",
            Self::Azure => "azure",
            Self::Hetzner => "hetzner",
            Self::DigitalOcean => "digitalocean",
        }
    }

    /// Whether its metadata service knows the instance type.
    pub const fn tells_its_types(self) -> bool {
        matches!(self, Self::Aws | Self::Gcp | Self::Azure)
    }

    /// Whether a virtual disk there is reached over a network.
    pub(super) const fn has_network_disks(self) -> bool {
        matches!(self, Self::Aws | Self::Gcp | Self::Azure)
    }

    /// By the word in `/run/cloud-init/cloud-id`.
    fn by_id(id: &str) -> Option<Self> {
        match id {
            "aws" | "ec2" => Some(Self::Aws),
            "gce" => Some(Self::Gcp),
            "azure" => Some(Self::Azure),
            "hetzner" => Some(Self::Hetzner),
            "digitalocean" => Some(Self::DigitalOcean),
            _ => None,
        }
    }
}

/// What the host is called by those who sell it.
pub(super) struct Identity {
    pub(super) cloud: Option<Cloud>,
    pub(super) instance_type: Option<String>,
}

impl Identity {
    /// Its row in the catalogue; a type with less memory than the kernel sees
    /// cannot be this host's.
    pub(super) fn catalogued(&self, types: &dyn KnownTypes, visible: Bytes) -> Option<Host> {
        let name = self.instance_type.as_deref()?;
        types.find(name).filter(|host| visible <= host.memory)
    }
}

/// The marker of Azure among Hyper-V guests.
/// Source: cloud-init `tools/ds-identify`.
const AZURE_TAG: &str = "7783-7084-3265-9085-8269-3286-77";
const CLOUD_ID: &str = "/run/cloud-init/cloud-id";
const INSTANCE_DATA: &str = "/run/cloud-init/instance-data.json";

/// The cloud that the machine's own files name, so that only its metadata
/// service need be asked.
pub fn cloud_of(reader: &dyn HostReader) -> Option<Cloud> {
    from_dmi(reader)
        .or_else(|| from_cloud_init(reader))
        .map(|(cloud, _)| cloud)
}

/// Puts together what is known. `guest` is the online processors and the
/// memory that the kernel sees.
pub(super) fn identify(
    reader: &dyn HostReader,
    types: &dyn KnownTypes,
    place: Place,
    imds: Option<&ImdsAnswer>,
    guest: (u64, Bytes),
) -> Found<Identity> {
    // In a container DMI describes the machine below, not what is to be planned.
    let has_dmi = place == Place::Machine;
    let asked = imds.and_then(|answer| Some((answer.cloud?, answer.from.clone())));
    let cloud = asked
        .or_else(|| if has_dmi { from_dmi(reader) } else { None })
        .or_else(|| from_cloud_init(reader));
    let named = cloud.as_ref().map(|(cloud, _)| *cloud);
    let mut said: Vec<(String, String)> = Vec::new();
    said.extend(imds.and_then(|answer| Some((answer.instance_type.clone()?, answer.from.clone()))));
    if has_dmi && named == Some(Cloud::Aws) {
        said.extend(dmi_type(reader).map(|name| (name, "DMI product_name".to_owned())));
    }
    said.extend(cloud_init_type(reader).map(|name| (name, format!("cloud-init, {INSTANCE_DATA}"))));

    let mut facts = Vec::new();
    facts.extend(cloud.map(|(cloud, from)| Fact::new("cloud", cloud.name(), from)));
    let (instance_type, mut fact) = match said.first() {
        Some((name, from)) => (Some(name.clone()), Fact::new("instance type", name, from)),
        None if has_dmi && named == Some(Cloud::Aws) => guess(types, guest),
        None => (
            None,
            Fact::unknown("instance type", why_unknown(place, named, imds)),
        ),
    };
    for (name, from) in said
        .iter()
        .filter(|(name, _)| Some(name) != instance_type.as_ref())
    {
        fact = fact.overruling(format!("{from} says {name}"));
    }
    if let (Some(answer), true) = (imds, instance_type.is_some())
        && answer.instance_type.is_none()
    {
        fact = fact.overruling(&answer.from);
    }
    facts.push(fact);
    Found {
        value: Identity {
            cloud: named,
            instance_type,
        },
        facts,
    }
}

/// A month of a catalogued type.
pub(super) fn price(known: Option<&Host>) -> Found<Option<Money>> {
    let Some((host, price)) = known.and_then(|host| Some((host, host.price?))) else {
        return Found {
            value: None,
            facts: vec![],
        };
    };
    let from = format!("catalogue, {} on demand", host.name);
    let fact = Fact::new("price", format!("{price} USD a month"), from);
    Found {
        value: Some(price),
        facts: vec![fact],
    }
}

fn why_unknown(place: Place, cloud: Option<Cloud>, imds: Option<&ImdsAnswer>) -> String {
    if let Some(answer) = imds {
        return answer.from.clone();
    }
    match (place, cloud) {
        (_, Some(cloud)) if !cloud.tells_its_types() => {
            format!("{} tells its guests no type", cloud.name())
        }
        (_, Some(cloud)) => format!("no file of {} names it; --imds would ask", cloud.name()),
        (Place::Machine, None) => "neither DMI nor cloud-init names a cloud".to_owned(),
        (_, None) => "DMI describes the machine below the container".to_owned(),
    }
}

/// Xen guests are told no type: the only one with these processors and this
/// memory is taken, several are only named.
fn guess(types: &dyn KnownTypes, (cpus, visible): (u64, Bytes)) -> (Option<String>, Fact) {
    let plural = if cpus == 1 { "" } else { "s" };
    let like = format!("{cpus} processor{plural} and {visible} seen");
    match types.xen_types(cpus, visible.whole_mib()).as_slice() {
        [only] => {
            let from = format!("guess: the only Xen type with {like}");
            (
                Some((*only).to_owned()),
                Fact::new("instance type", only, from),
            )
        }
        [] => (
            None,
            Fact::unknown("instance type", format!("no Xen type has {like}")),
        ),
        several => {
            let from = format!("{like} fit {}", several.join(", "));
            (None, Fact::unknown("instance type", from))
        }
    }
}

fn dmi(reader: &dyn HostReader, field: &str) -> Option<String> {
    reader
        .line(&format!("/sys/class/dmi/id/{field}"))
        .or_else(|| reader.line(&format!("/sys/devices/virtual/dmi/id/{field}")))
}

fn from_dmi(reader: &dyn HostReader) -> Option<(Cloud, String)> {
    let says = |field: &str, text: &str| dmi(reader, field).is_some_and(|found| found == text);
    let shown = |field: &str, cloud| {
        Some((
            cloud,
            format!("DMI {field} '{}'", dmi(reader, field).unwrap_or_default()),
        ))
    };
    for field in ["sys_vendor", "bios_vendor", "board_vendor"] {
        if says(field, "Amazon EC2") {
            return shown(field, Cloud::Aws);
        }
    }
    for field in ["bios_version", "product_version"] {
        if dmi(reader, field).is_some_and(|version| version.ends_with(".amazon")) {
            return shown(field, Cloud::Aws);
        }
    }
    if says("product_name", "Google Compute Engine") || says("product_name", "Google") {
        return shown("product_name", Cloud::Gcp);
    }
    if says("chassis_asset_tag", AZURE_TAG) {
        return shown("chassis_asset_tag", Cloud::Azure);
    }
    match dmi(reader, "sys_vendor").as_deref() {
        Some("Hetzner") => shown("sys_vendor", Cloud::Hetzner),
        Some("DigitalOcean") => shown("sys_vendor", Cloud::DigitalOcean),
        _ => xen_uuid(reader),
    }
}

/// The hypervisor's UUID begins with `ec2`, in either order of bytes.
fn xen_uuid(reader: &dyn HostReader) -> Option<(Cloud, String)> {
    let file = "/sys/hypervisor/uuid";
    let uuid = reader.line(file)?.to_ascii_lowercase();
    let swapped = format!("{}{}", uuid.get(6..8)?, uuid.get(4..6)?);
    let is_ec2 = uuid.starts_with("ec2") || swapped.starts_with("ec2");
    is_ec2.then(|| (Cloud::Aws, format!("{file} begins with ec2")))
}

fn from_cloud_init(reader: &dyn HostReader) -> Option<(Cloud, String)> {
    let cloud = Cloud::by_id(&reader.line(CLOUD_ID)?)?;
    Some((cloud, CLOUD_ID.to_owned()))
}

/// On Nitro the product is the type; on Xen it is `HVM domU`.
fn dmi_type(reader: &dyn HostReader) -> Option<String> {
    dmi(reader, "product_name").filter(|name| name.contains('.') && is_type(name))
}

fn cloud_init_type(reader: &dyn HostReader) -> Option<String> {
    let data: serde_json::Value = serde_json::from_str(&reader.text(INSTANCE_DATA)?).ok()?;
    let paths = [
        "/ds/meta_data/instance_type",
        "/ds/meta_data/instance-type",
        "/ds/meta_data/imds/compute/vmSize",
    ];
    let plain = paths
        .iter()
        .find_map(|path| data.pointer(path)?.as_str().map(str::to_owned));
    plain
        .or_else(|| identity_document(&data))
        .filter(|name| is_type(name))
}

/// The document is a table, or the text of one.
fn identity_document(data: &serde_json::Value) -> Option<String> {
    let dynamic = data.pointer("/ds/dynamic")?;
    let identity = dynamic
        .get("instance_identity")
        .or_else(|| dynamic.get("instance-identity"))?;
    let document = identity.get("document")?;
    let parsed = document
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    type_in_document(parsed.as_ref().unwrap_or(document))
}

/// `instanceType` of EC2's identity document.
pub(super) fn type_in_document(document: &serde_json::Value) -> Option<String> {
    Some(document.get("instanceType")?.as_str()?.to_owned()).filter(|name| is_type(name))
}

/// Whether a text can be the name of a type: it becomes the host's name, and
/// so part of paths and of messages.
pub(super) fn is_type(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    name.len() <= 64
        && name.bytes().all(plain)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}
