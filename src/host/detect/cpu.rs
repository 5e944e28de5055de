//! How many processors may be used, and of which instruction set.

use super::cgroup::Limits;
use super::{DetectError, Fact, Found, HostReader, MOST_CPUS};
use crate::host::{Arch, Host};
use crate::units::Cpus;

/// Processors that are switched on.
pub(super) struct Online {
    pub(super) count: u64,
    from: &'static str,
}

const ONLINE: &str = "/sys/devices/system/cpu/online";
const CPUINFO: &str = "/proc/cpuinfo";

/// Without any there is no host.
pub(super) fn online(reader: &dyn HostReader) -> Result<Online, DetectError> {
    if let Some(count) = reader.line(ONLINE).and_then(|list| count_list(&list)) {
        return Ok(Online {
            count,
            from: ONLINE,
        });
    }
    let text = reader.text(CPUINFO).unwrap_or_default();
    let count = text
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    match u64::try_from(count) {
        Ok(count) if count > 0 => Ok(Online {
            count,
            from: CPUINFO,
        }),
        _ => Err(DetectError::NoCpus),
    }
}

/// How many processors a kernel's list names: `0-3,5` is five.
pub(super) fn count_list(list: &str) -> Option<u64> {
    let mut count: u64 = 0;
    for range in list.trim().split(',') {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        count = count.saturating_add(u64::from(to.checked_sub(from)?) + 1);
    }
    (count > 0).then_some(count)
}

/// The fewest that anything allows.
pub(super) fn cpus(reader: &dyn HostReader, online: &Online, groups: &Limits) -> Found<Cpus> {
    let mut said = vec![(Cpus::whole(online.count), online.from.to_owned())];
    if let Some(allowed) = reader.affinity().filter(|allowed| *allowed > 0) {
        said.push((Cpus::whole(allowed), "affinity of this process".to_owned()));
    }
    let groups = [
        ("cgroup cpuset", &groups.cpuset),
        ("cgroup quota", &groups.quota),
    ];
    for (what, limits) in groups {
        said.extend(
            limits
                .iter()
                .map(|limit| (limit.value, format!("{what} {}", limit.file))),
        );
    }
    let (least, from) = said
        .iter()
        .min_by_key(|(count, _)| *count)
        .cloned()
        .unwrap_or((Cpus::whole(online.count), online.from.to_owned()));
    let value = least.min(MOST_CPUS);
    let mut fact = Fact::new("cpus", value, &from);
    for (count, other) in said.iter().filter(|(count, _)| *count != least) {
        fact = fact.overruling(format!("{other} says {count}"));
    }
    Found {
        value,
        facts: vec![fact],
    }
}

/// What a burstable type may use all the time; never more than it may use at once.
pub(super) fn sustained(cpus: Cpus, known: Option<&Host>) -> Found<Option<Cpus>> {
    let Some((host, sustained)) = known.and_then(|host| Some((host, host.sustained_cpus?))) else {
        return Found {
            value: None,
            facts: vec![],
        };
    };
    let value = sustained.min(cpus);
    let mut fact = Fact::new(
        "sustained cpus",
        value,
        format!("instance type {}", host.name),
    );
    if value != sustained {
        fact = Fact::new("sustained cpus", value, "no more than the cpus")
            .overruling(format!("{} sustains {sustained}", host.name));
    }
    Found {
        value: Some(value),
        facts: vec![fact],
    }
}

/// The instruction set: the running kernel's word, else what a saved tree shows.
pub(super) fn arch(reader: &dyn HostReader, known: Option<&Host>) -> Found<Arch> {
    let kernel = "/proc/sys/kernel/arch";
    let by_name = |name: Option<String>| name.map(|name| Arch::named(&name));
    let found = by_name(reader.machine())
        .map(|arch| (arch, "uname".to_owned()))
        .or_else(|| Some((by_name(reader.line(kernel))?, kernel.to_owned())))
        .or_else(|| Some((from_elf(reader)?, "/bin/sh".to_owned())))
        .or_else(|| Some((from_cpuinfo(reader)?, CPUINFO.to_owned())))
        .or_else(|| known.map(|host| (host.arch, format!("instance type {}", host.name))));
    match found {
        Some((arch, from)) => Found {
            value: arch,
            facts: vec![Fact::new("arch", arch.name(), from)],
        },
        None => Found {
            value: Arch::Other,
            facts: vec![Fact::unknown("arch", "nothing says")],
        },
    }
}

/// Source: elf(5), `e_machine` at byte 18: `EM_X86_64` is 62, `EM_AARCH64` 183.
fn from_elf(reader: &dyn HostReader) -> Option<Arch> {
    let head = reader.bytes("/bin/sh", 20)?;
    match (head.get(..4)?, head.get(18..20)?) {
        (b"\x7fELF", [62, 0]) => Some(Arch::X86_64),
        (b"\x7fELF", [183, 0]) => Some(Arch::Arm64),
        (b"\x7fELF", _) => Some(Arch::Other),
        _ => None,
    }
}

/// 64-bit x86 has the flag `lm` (long mode); ARM names its architecture.
fn from_cpuinfo(reader: &dyn HostReader) -> Option<Arch> {
    let text = reader.text(CPUINFO)?;
    let value = |key: &str| {
        let line = text.lines().find(|line| line.starts_with(key))?;
        line.split_once(':')
            .map(|(_, value)| value.trim().to_owned())
    };
    if let Some(flags) = value("flags") {
        let long = flags.split_whitespace().any(|flag| flag == "lm");
        return Some(if long { Arch::X86_64 } else { Arch::Other });
    }
    match value("CPU architecture")?.as_str() {
        "8" | "AArch64" => Some(Arch::Arm64),
        _ => Some(Arch::Other),
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn lists_of_processors() {
        assert_eq!(count_list("0"), Some(1));
        assert_eq!(count_list("0-3,5\n"), Some(5));
        for garbage in ["", "3-0", "a", "0-", "0,,1", "99999999999"] {
            assert_eq!(count_list(garbage), None, "{garbage}");
        }
    }
}
