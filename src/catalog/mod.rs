//! The hosts that can be named: instance types and task sizes with their
//! memory, processors and price, as embedded tables.
//!
//! *Invariant:* looking a name up costs a search, not a reading of the table,
//! so that start-up does not grow with the catalogue.

mod burst;
mod ec2;
mod fargate;
mod gcp;
mod market;
mod table;

pub use burst::{Burst, burst};
pub use market::{Offer, alternatives, next_smaller};

use crate::host::Host;
use crate::host::detect::KnownTypes;
use crate::input::nearest;

/// Why a name gives no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// No row has this name.
    #[error("no host profile is called '{name}'")]
    Unknown {
        /// As it was asked for.
        name: String,
        /// The nearest names there are.
        nearest: Vec<String>,
    },
    /// The row does not say what a plan needs.
    #[error("the catalogue does not know the {missing} of '{name}'")]
    Incomplete {
        /// The type.
        name: String,
        /// What the table lacks.
        missing: &'static str,
    },
}

/// The host of that name; case does not matter.
pub fn find(name: &str) -> Result<Host, CatalogError> {
    let wanted = name.trim().to_ascii_lowercase();
    if let Some(found) = ec2::find(&wanted)
        .or_else(|| fargate::find(&wanted))
        .or_else(|| gcp::find(&wanted))
    {
        return found;
    }
    let near = nearest(&wanted, names());
    Err(CatalogError::Unknown {
        name: name.to_owned(),
        nearest: near.into_iter().map(str::to_owned).collect(),
    })
}

/// Every name, EC2 first, then Fargate, then GCP.
pub fn names() -> impl Iterator<Item = &'static str> {
    ec2::names().chain(fargate::names()).chain(gcp::names())
}

/// All of it, for whoever must not know where the tables are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Catalogue;

impl KnownTypes for Catalogue {
    fn find(&self, name: &str) -> Option<Host> {
        find(name).ok()
    }

    fn xen_types(&self, cpus: u64, visible_mib: u64) -> Vec<&'static str> {
        ec2::xen_types(cpus, visible_mib)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Bytes, Cpus};

    #[test]
    fn every_name_is_found_again_in_any_case() {
        let mut count = 0;
        for name in names() {
            count += 1;
            match find(&name.to_ascii_uppercase()) {
                Ok(host) => assert_eq!(host.name, name),
                Err(CatalogError::Incomplete { missing, .. }) => {
                    assert_eq!(missing, "memory", "{name}");
                }
                Err(other) => panic!("{name}: {other}"),
            }
        }
        assert_eq!(count, 1395 + 74 + 233);
    }

    #[test]
    fn a_t3_small() {
        let host = find("T3.Small").unwrap();
        assert_eq!(host.memory, Bytes::gib(2));
        assert_eq!(host.visible_memory, Some(Bytes::mib(1901)));
        assert_eq!(
            (host.cpus, host.sustained_cpus),
            (Cpus(2000), Some(Cpus(400)))
        );
        assert_eq!(host.price.unwrap().to_string(), "15.18");
    }

    #[test]
    fn an_unknown_name_gives_the_nearest() {
        let Err(CatalogError::Unknown { nearest, .. }) = find("t3.smal") else {
            panic!("found")
        };
        assert!(nearest.contains(&"t3.small".to_owned()), "{nearest:?}");
    }
}
