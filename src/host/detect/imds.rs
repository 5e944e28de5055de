//! The clouds' metadata services, asked for the instance type: plain HTTP to a
//! link-local address, without a proxy, within a second in all.
//!
//! *Invariant:* reached only through [`ask`], which only `--imds` calls. No
//! answer, a refusal and nonsense all mean "unknown".
#![expect(clippy::disallowed_methods, reason = "a time limit needs a clock")]

mod http;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use super::cloud::{Cloud, is_type, type_in_document};
use http::{Silence, request};

/// Where all three clouds answer.
pub const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), 80);

/// For everything that is asked, together.
const LIMIT: Duration = Duration::from_secs(1);

/// What the metadata service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImdsAnswer {
    /// Whose it is, where it answered.
    pub cloud: Option<Cloud>,
    /// The type, where it told.
    pub instance_type: Option<String>,
    /// Who was asked, and why nothing is known where nothing is.
    pub from: String,
}

/// Asks the metadata service at `address`: only that of `cloud` where the
/// cloud is known.
pub fn ask(address: SocketAddr, cloud: Option<Cloud>) -> ImdsAnswer {
    let deadline = Instant::now() + LIMIT;
    let clouds = match cloud {
        Some(cloud) if cloud.tells_its_types() => vec![cloud],
        Some(cloud) => {
            let from = format!("the metadata service of {} tells no type", cloud.name());
            return ImdsAnswer {
                cloud: None,
                instance_type: None,
                from,
            };
        }
        None => vec![Cloud::Aws, Cloud::Gcp, Cloud::Azure],
    };
    let mut silences = Vec::new();
    for cloud in clouds {
        match instance_type(address, cloud, deadline) {
            Ok(name) => {
                let from = format!("metadata service of {}", cloud.name());
                return ImdsAnswer {
                    cloud: Some(cloud),
                    instance_type: Some(name),
                    from,
                };
            }
            Err(silence) => {
                silences.push(format!("metadata service of {}: {silence}", cloud.name()));
            }
        }
    }
    ImdsAnswer {
        cloud: None,
        instance_type: None,
        from: silences.join("; "),
    }
}

fn instance_type(address: SocketAddr, cloud: Cloud, deadline: Instant) -> Result<String, Silence> {
    let ask = |line: &str, headers: &str| request(address, line, headers, deadline);
    let name = match cloud {
        Cloud::Aws => {
            let ttl = "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n";
            let token = ask("PUT /latest/api/token", ttl)?;
            let token = token.trim();
            if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
                return Err(Silence::Nonsense);
            }
            let header = format!("X-aws-ec2-metadata-token: {token}\r\n");
            let document = ask("GET /latest/dynamic/instance-identity/document", &header)?;
            serde_json::from_str(&document)
                .ok()
                .and_then(|document| type_in_document(&document))
        }
        Cloud::Gcp => {
            let path = "GET /computeMetadata/v1/instance/machine-type";
            let name = ask(path, "Metadata-Flavor: Google\r\n")?;
            name.trim().rsplit('/').next().map(str::to_owned)
        }
        Cloud::Azure => {
            let path = "GET /metadata/instance?api-version=2021-08-01";
            let document = ask(path, "Metadata: true\r\n")?;
            let document: serde_json::Value = serde_json::from_str(&document).unwrap_or_default();
            document
                .pointer("/compute/vmSize")
                .and_then(|size| size.as_str().map(str::to_owned))
        }
        Cloud::Hetzner | Cloud::DigitalOcean => None,
    };
    name.filter(|name| is_type(name)).ok_or(Silence::Nonsense)
}

#[cfg(test)]
mod tests;
