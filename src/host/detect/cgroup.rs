//! The limits that control groups put on this process: its own group and every
//! ancestor that can be seen, v1 and v2. Which limit counts is decided by
//! `memory` and `cpu`.

use super::HostReader;
use super::cpu::count_list;
use super::mounts::Mount;
use crate::units::{Bytes, Cpus};

/// A limit and the file that states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit<T> {
    pub(super) value: T,
    pub(super) file: String,
}

/// Every limit, those of the own group first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// Where the kernel kills: `memory.max`, `memory.limit_in_bytes`.
    pub(super) memory: Vec<Limit<Bytes>>,
    /// Where the kernel throttles: `memory.high`.
    pub(super) memory_high: Vec<Limit<Bytes>>,
    /// Processor time: `cpu.max`, `cpu.cfs_quota_us`.
    pub(super) quota: Vec<Limit<Cpus>>,
    /// Processors: `cpuset.cpus.effective`, `cpuset.cpus`.
    pub(super) cpuset: Vec<Limit<Cpus>>,
}

/// From here on a v1 limit means none: the kernel prints 2^63 rounded down to
/// a page, whose size differs.
const NO_LIMIT: u64 = 1 << 62;

/// Deeper groups are not walked; a hostile path may be long.
const DEEPEST: usize = 64;

/// All limits above this process.
pub(super) fn limits(reader: &dyn HostReader, mounts: &[Mount]) -> Limits {
    let own = reader.text("/proc/self/cgroup").unwrap_or_default();
    let walk = |controller: &str| groups(&own, mounts, controller);
    let mut found = Limits::default();
    for dir in walk("") {
        found.memory.extend(bytes(reader, &dir, "memory.max"));
        found.memory_high.extend(bytes(reader, &dir, "memory.high"));
        found.quota.extend(quota_v2(reader, &dir));
        found
            .cpuset
            .extend(cpuset(reader, &dir, "cpuset.cpus.effective"));
    }
    let memory = walk("memory");
    for dir in &memory {
        found
            .memory
            .extend(bytes(reader, dir, "memory.limit_in_bytes"));
    }
    found
        .memory
        .extend(memory.first().and_then(|own| out_of_sight(reader, own)));
    for dir in walk("cpu") {
        found.quota.extend(quota_v1(reader, &dir));
    }
    for dir in walk("cpuset") {
        found.cpuset.extend(cpuset(reader, &dir, "cpuset.cpus"));
    }
    found
}

/// The directories of the process's own group and its ancestors, nearest
/// first. The controller of v2 is the empty one.
fn groups(own: &str, mounts: &[Mount], controller: &str) -> Vec<String> {
    let has = |list: &str| list.split(',').any(|word| word == controller);
    let mount = mounts.iter().find(|mount| match mount.kind.as_str() {
        "cgroup2" => controller.is_empty(),
        "cgroup" => !controller.is_empty() && has(&mount.options),
        _ => false,
    });
    let path = own.lines().find_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        has(controllers).then_some(path)
    });
    let (Some(mount), Some(path)) = (mount, path) else {
        return vec![];
    };
    let mut below = below_mount(path, &mount.root);
    let mut dirs = Vec::new();
    let top = mount.point.trim_end_matches('/');
    while dirs.len() < DEEPEST {
        dirs.push(format!("{top}{below}"));
        match below.rsplit_once('/') {
            Some((parent, _)) => below = parent,
            None => break,
        }
    }
    dirs
}

/// A group's path as seen below its mount. Inside a container the mount may
/// show only the container's part (`root`), or the path may lie outside of what
/// it shows: then the mount itself is the nearest group that can be seen.
fn below_mount<'a>(path: &'a str, root: &str) -> &'a str {
    let rest = match root {
        "/" => path,
        _ => match path.strip_prefix(root) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
            _ => "",
        },
    };
    let rest = rest.trim_end_matches('/');
    if rest.split('/').any(|part| part == "..") {
        ""
    } else {
        rest
    }
}

fn bytes(reader: &dyn HostReader, dir: &str, name: &str) -> Option<Limit<Bytes>> {
    let file = format!("{dir}/{name}");
    let value: u64 = reader.line(&file)?.parse().ok()?;
    (value < NO_LIMIT).then_some(Limit {
        value: Bytes(value),
        file,
    })
}

/// v1 tells the own group what binds it, also from ancestors that a container
/// cannot see.
fn out_of_sight(reader: &dyn HostReader, own: &str) -> Option<Limit<Bytes>> {
    let file = format!("{own}/memory.stat");
    let text = reader.text(&file)?;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix("hierarchical_memory_limit "))?;
    let value: u64 = value.trim().parse().ok()?;
    (value < NO_LIMIT).then_some(Limit {
        value: Bytes(value),
        file,
    })
}

fn quota_v2(reader: &dyn HostReader, dir: &str) -> Option<Limit<Cpus>> {
    let file = format!("{dir}/cpu.max");
    let line = reader.line(&file)?;
    let (quota, period) = line.split_once(' ')?;
    Some(Limit {
        value: share(quota.parse().ok()?, period.trim().parse().ok()?)?,
        file,
    })
}

fn quota_v1(reader: &dyn HostReader, dir: &str) -> Option<Limit<Cpus>> {
    let file = format!("{dir}/cpu.cfs_quota_us");
    // No limit is -1, which is no u64.
    let quota: u64 = reader.line(&file)?.parse().ok()?;
    let period: u64 = reader
        .line(&format!("{dir}/cpu.cfs_period_us"))?
        .parse()
        .ok()?;
    Some(Limit {
        value: share(quota, period)?,
        file,
    })
}

/// Time out of a period, as processors: at least a thousandth of one.
fn share(quota: u64, period: u64) -> Option<Cpus> {
    let thousandths = (u128::from(quota) * 1000).checked_div(u128::from(period))?;
    Some(Cpus(u64::try_from(thousandths).ok()?.max(1)))
}

fn cpuset(reader: &dyn HostReader, dir: &str, name: &str) -> Option<Limit<Cpus>> {
    let file = format!("{dir}/{name}");
    let value = Cpus::whole(count_list(&reader.line(&file)?)?);
    Some(Limit { value, file })
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn a_container_sees_its_part_of_the_tree() {
        assert_eq!(below_mount("/docker/abc", "/"), "/docker/abc");
        assert_eq!(below_mount("/docker/abc", "/docker/abc"), "");
        assert_eq!(below_mount("/docker/abc/x", "/docker/abc"), "/x");
        assert_eq!(below_mount("/docker/abcd", "/docker/abc"), "");
        assert_eq!(below_mount("/../../x", "/"), "");
        assert_eq!(below_mount("/", "/"), "");
    }

    #[test]
    fn quotas_are_thousandths() {
        assert_eq!(share(150_000, 100_000), Some(Cpus(1500)));
        assert_eq!(share(1, 1_000_000), Some(Cpus(1)));
        assert_eq!(share(1, 0), None);
    }
}
