//! What of a host may be divided: its memory less what the guest never sees,
//! what the kernel and the daemons need, and what the stack sets aside.

use crate::host::{Host, MemoryFrom, Place};
use crate::setting::{Formula, size};
use crate::units::{Bytes, Decimal};

/// Firmware, kernel image and crash reservation of a guest.
/// Source: docs/formulas.md, "system reserve" (a fit over t3.nano to 2xlarge:
/// 105, 120, 147, 269, 381, 605, 1054 MiB).
const UNSEEN_BASE: Bytes = Bytes::mib(90);
/// Page tables and the map of pages, per memory.
/// Source: as above.
const UNSEEN_PART: Decimal = Decimal::thousandths(30);
/// A minimal distribution without any service.
/// Source: docs/measurements.md, "operating system" (120 to 200 MiB).
const LEAST_OS: Bytes = Bytes::mib(128);
/// More than this is page cache, which the services' shares count.
const MOST_OS: Bytes = Bytes::gib(2);
/// What a host of nothing would need, so that 2 GiB need 237 MiB.
const OS_BASE: Bytes = Bytes::mib(109);
/// Up to here each GiB brings 64 MiB, beyond it 32.
const SMALL: Bytes = Bytes::gib(2);

/// What is not divided, term by term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserve {
    /// What the guest never sees.
    pub unseen: Formula,
    /// Kernel, daemons and a floor of page cache.
    pub os: Formula,
    /// Set aside by the stack.
    pub extra: Bytes,
}

impl Reserve {
    /// Of a host.
    pub fn of(host: &Host, extra: Bytes) -> Self {
        Self {
            unseen: unseen(host),
            os: os(host.usable_memory()),
            extra,
        }
    }

    /// All of it.
    pub fn total(&self) -> Bytes {
        Bytes(self.unseen.ceiling())
            .plus(Bytes(self.os.ceiling()))
            .plus(self.extra)
    }
}

fn unseen(host: &Host) -> Formula {
    let limited = host.is_limited() || host.place == Place::Fargate;
    let kernel = host.memory_from == MemoryFrom::Kernel;
    if limited || kernel {
        return size(Bytes::ZERO);
    }
    let memory = Formula::size("memory", host.memory);
    match host.visible_memory {
        Some(visible) => memory - Formula::size("visible", visible),
        None => (&size(UNSEEN_BASE) + &(&memory * UNSEEN_PART)).at_most(&memory),
    }
}

fn os(memory: Bytes) -> Formula {
    let all = Formula::size("memory", memory);
    let small = all.at_most(&size(SMALL)) / 16;
    let grown = if memory > SMALL {
        &size(OS_BASE) + &small + (&all - &size(SMALL)) / 32
    } else {
        &size(OS_BASE) + &small
    };
    grown
        .at_least(&size(LEAST_OS))
        .at_most(&size(MOST_OS))
        .at_most(&all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn a_t3_small_reserves_384_mib() {
        let host = catalog::find("t3.small").unwrap();
        assert_eq!(Reserve::of(&host, Bytes::ZERO).total(), Bytes::mib(384));
    }

    #[test]
    fn a_limit_hides_nothing() {
        let mut host = catalog::find("t3.small").unwrap();
        host.memory_limit = Some(Bytes::mib(512));
        assert_eq!(Reserve::of(&host, Bytes::ZERO).total(), Bytes::mib(141));
    }

    #[test]
    fn more_memory_leaves_more_to_divide() {
        let mut host = catalog::find("t3.small").unwrap();
        host.visible_memory = None;
        let mut before = Bytes::ZERO;
        for mib in (256..300_000).step_by(61) {
            host.memory = Bytes::mib(mib);
            let left = host.memory.less(Reserve::of(&host, Bytes::ZERO).total());
            assert!(left >= before, "{mib}");
            before = left;
        }
    }
}
