//! What can be had instead of a host: the types of the same seller with their
//! prices, cheapest first.

use super::{ec2, fargate, gcp};
use crate::host::{Arch, Host, Place};
use crate::units::{Bytes, Cpus, Money};

/// One type that can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// Its price of a month.
    pub price: Money,
    /// Its memory, as sold.
    pub memory: Bytes,
    /// Its processors.
    pub cpus: Cpus,
    /// Its instruction set.
    pub arch: Arch,
}

/// Who sells a host. What nobody sells is compared with EC2.
fn offers(host: &Host) -> Vec<Offer> {
    if host.place == Place::Fargate {
        fargate::offers()
    } else if matches!(gcp::find(&host.name), Some(Ok(_))) {
        gcp::offers()
    } else {
        ec2::offers()
    }
}

/// The types of the same seller and instruction set that have a price,
/// cheapest first.
pub fn alternatives(host: &Host) -> Vec<Offer> {
    let mut offers = offers(host);
    offers.retain(|offer| offer.arch == host.arch);
    offers.sort_by_key(|offer| (offer.price, offer.name));
    offers
}

/// The next smaller type of the same family: the most memory below the host's.
pub fn next_smaller(host: &Host) -> Option<Offer> {
    let family = family(&host.name)?;
    let mut smaller = offers(host);
    smaller.retain(|offer| self::family(offer.name) == Some(family) && offer.memory < host.memory);
    smaller.sort_by_key(|offer| (offer.memory, offer.cpus, std::cmp::Reverse(offer.price)));
    smaller.pop()
}

/// `t3` of `t3.small`, `e2-standard` of `e2-standard-4`, `fargate-512` of
/// `fargate-512-1024`.
fn family(name: &str) -> Option<&str> {
    name.split_once('.')
        .or_else(|| name.rsplit_once('-'))
        .map(|(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::find;

    #[test]
    fn alternatives_have_one_seller_and_one_instruction_set_and_rise_in_price() {
        for name in ["t3.small", "t4g.small", "e2-standard-2", "fargate-512-1024"] {
            let host = find(name).unwrap();
            let offers = alternatives(&host);
            assert!(offers.len() > 20, "{name}: {}", offers.len());
            assert!(offers.is_sorted_by_key(|offer| offer.price), "{name}");
            for offer in offers {
                let other = find(offer.name).unwrap();
                assert_eq!((other.arch, other.place), (host.arch, host.place));
                assert_eq!((other.memory, other.cpus), (offer.memory, offer.cpus));
                assert_eq!(other.price, Some(offer.price));
            }
        }
    }

    #[test]
    fn the_next_smaller_is_of_the_family() {
        for (name, smaller) in [
            ("t3.small", Some("t3.micro")),
            ("m6i.xlarge", Some("m6i.large")),
            ("t3.nano", None),
            ("fargate-512-2048", Some("fargate-512-1024")),
        ] {
            let host = find(name).unwrap();
            let found = next_smaller(&host).map(|offer| offer.name);
            assert_eq!(found, smaller, "{name}");
        }
    }
}
