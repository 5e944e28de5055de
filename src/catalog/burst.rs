//! What it costs to use more processors than a type earns all the time: that
//! differs by family, and is known by the type's name alone.

use super::table::Table;
use crate::units::Money;

const PRICES: Table = Table {
    text: include_str!("../../profiles/hosts/other_prices.csv"),
};

/// What becomes of use above the sustained processors. Prices are of an hour of
/// one processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Burst {
    /// It is billed, unless somebody chose the standard mode.
    Billed(Money),
    /// It ends with the credits, unless somebody chose the unlimited mode,
    /// which is billed.
    Throttled(Money),
    /// It is had for short periods while the neighbours leave room, and costs
    /// nothing.
    Unpromised,
}

/// How a family treats it.
struct Family {
    name: &'static str,
    treats: fn(Money) -> Burst,
    /// The row of its price.
    item: &'static str,
}

const fn family(name: &'static str, treats: fn(Money) -> Burst, item: &'static str) -> Family {
    Family { name, treats, item }
}

const X86: &str = "ec2_surplus_cpu_credit_t2_t3_t3a_linux";
const ARM: &str = "ec2_surplus_cpu_credit_t4g";

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode.html>
/// for the modes at launch; docs/formulas.md, "bursts".
const FAMILIES: &[Family] = &[
    family("t2", Burst::Throttled, X86),
    family("t3", Burst::Billed, X86),
    family("t3a", Burst::Billed, X86),
    family("t4g", Burst::Billed, ARM),
];

/// Types that share a core with others.
/// Source: <https://cloud.google.com/compute/docs/general-purpose-machines>, "shared-core".
const SHARED_CORES: &[&str] = &["e2-medium", "e2-micro", "e2-small", "f1-micro", "g1-small"];

/// What becomes of it on a type; nothing where the name is of no burstable
/// type that is known.
pub fn burst(name: &str) -> Option<Burst> {
    let name = name.trim().to_ascii_lowercase();
    if SHARED_CORES.contains(&name.as_str()) {
        return Some(Burst::Unpromised);
    }
    let (prefix, _) = name.split_once('.')?;
    let family = FAMILIES.iter().find(|family| family.name == prefix)?;
    let row = PRICES.rows().find(|row| row.key() == family.item)?;
    Some((family.treats)(Money::parse(row.field("price_usd")?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn price(dollars: &str) -> Money {
        Money::parse(dollars).unwrap()
    }

    #[test]
    fn each_family_has_its_own_way() {
        assert_eq!(burst("T3.small"), Some(Burst::Billed(price("0.05"))));
        assert_eq!(burst("t3a.large"), Some(Burst::Billed(price("0.05"))));
        assert_eq!(burst("t4g.micro"), Some(Burst::Billed(price("0.04"))));
        assert_eq!(burst("t2.micro"), Some(Burst::Throttled(price("0.05"))));
        assert_eq!(burst("e2-micro"), Some(Burst::Unpromised));
        for other in ["m6i.large", "box", "t3", ""] {
            assert_eq!(burst(other), None, "{other}");
        }
    }

    #[test]
    fn every_burstable_type_of_the_catalogue_has_one() {
        let mut count = 0;
        for host in catalog::names().filter_map(|name| catalog::find(name).ok()) {
            assert_eq!(
                host.is_burstable(),
                burst(&host.name).is_some(),
                "{}",
                host.name
            );
            count += u64::from(host.is_burstable());
        }
        assert_eq!(count, 28);
    }
}
