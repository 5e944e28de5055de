//! How much memory there is: what the kernel sees, what the instance type is
//! sold with, and the lowest control group limit.

use super::cgroup::{Limit, Limits};
use super::{DetectError, Fact, Found, HostReader};
use crate::host::profile::LEAST_MEMORY;
use crate::host::{Host, MemoryFrom};
use crate::units::Bytes;

/// What the kernel says.
pub(super) struct Kernel {
    pub(super) total: Bytes,
    swap: Bytes,
}

/// What a host's memory comes to.
pub(super) struct Memory {
    pub(super) size: Bytes,
    pub(super) from: MemoryFrom,
    pub(super) limit: Option<Bytes>,
}

/// The kernel's totals, without which there is no host.
pub(super) fn kernel(reader: &dyn HostReader) -> Result<Kernel, DetectError> {
    let totals = reader.totals().ok_or(DetectError::NoMemory)?;
    if totals.memory < LEAST_MEMORY || totals.memory > Bytes::MAX {
        return Err(DetectError::StrangeMemory(totals.memory));
    }
    Ok(Kernel {
        total: totals.memory,
        swap: totals.swap,
    })
}

/// Whether a guest of a host sold with `nominal` can see so much.
/// Source: HOST-DETECTION.md, ratios of 1087 measured types.
pub(super) fn is_plausible(visible: Bytes, nominal: Bytes) -> bool {
    visible <= nominal && visible.times(100) >= nominal.times(79)
}

/// Puts the three together.
pub(super) fn memory(kernel: &Kernel, known: Option<&Host>, groups: &Limits) -> Found<Memory> {
    let nominal = known.filter(|host| is_plausible(kernel.total, host.memory));
    let (memory, from) = match nominal {
        Some(host) => (host.memory, MemoryFrom::Nominal),
        None => (kernel.total, MemoryFrom::Kernel),
    };
    let lowest = lowest(&groups.memory).filter(|limit| limit.value < memory);
    let seen = format!("/proc/meminfo says {}", kernel.total);
    let sold = known.map(|host| format!("{} is sold with {}", host.name, host.memory));
    let mut fact = match (lowest, nominal) {
        (Some(limit), _) => Fact::new(
            "memory",
            limit.value,
            format!("cgroup limit {}", limit.file),
        )
        .overruling(seen),
        (None, Some(host)) => {
            Fact::new("memory", memory, format!("instance type {}", host.name)).overruling(seen)
        }
        (None, None) => Fact::new("memory", memory, "/proc/meminfo"),
    };
    if let (Some(sold), true) = (sold, lowest.is_some() || nominal.is_none()) {
        fact = fact.overruling(sold);
    }
    for limit in groups.memory.iter().filter(|limit| Some(*limit) != lowest) {
        fact = fact.overruling(format!("{} says {}", limit.file, limit.value));
    }
    let limit = lowest.map(|limit| limit.value);
    let mut facts = vec![fact];
    facts.extend(high(groups, limit.unwrap_or(memory)));
    let swap = if kernel.swap == Bytes::ZERO {
        "none".to_owned()
    } else {
        kernel.swap.to_string()
    };
    facts.push(Fact::new("swap", swap, "/proc/meminfo"));
    Found {
        value: Memory {
            size: memory,
            from,
            limit,
        },
        facts,
    }
}

/// Above `memory.high` the kernel only slows down: worth knowing, but no limit
/// that a share may be measured against.
fn high(groups: &Limits, usable: Bytes) -> Option<Fact> {
    let high = lowest(&groups.memory_high).filter(|high| high.value < usable)?;
    let from = format!(
        "{}; slows down from there on, and does not limit",
        high.file
    );
    Some(Fact::new("memory high", high.value, from))
}

fn lowest<T: Ord + Copy>(limits: &[Limit<T>]) -> Option<&Limit<T>> {
    limits.iter().min_by_key(|limit| limit.value)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_guest_sees_between_79_hundredths_and_all() {
        let nominal = Bytes::gib(2);
        assert!(is_plausible(Bytes::mib(1901), nominal) && is_plausible(nominal, nominal));
        assert!(!is_plausible(Bytes::mib(1617), nominal));
        assert!(!is_plausible(Bytes::mib(2049), nominal));
    }
}
