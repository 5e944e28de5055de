//! How much memory the processes of a service held at the most: what their
//! control group has counted since it was made, else what is sampled of them.

use std::collections::BTreeMap;

use super::processes::Process;
use super::services::{Look, Mains};
use super::text;
use crate::formats::Files;
use crate::plan::Plan;
use crate::units::Bytes;

/// Where a peak is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peak {
    /// The kernel's own count for the control group of the unit, page cache
    /// among it, since the unit was started.
    Group,
    /// The largest sum of what was sampled of its processes, shared pages by
    /// their part.
    Sampled,
}

/// What a service held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// At the most, in bytes.
    pub bytes: Bytes,
    /// Where that is from.
    pub from: Peak,
    /// When its main process was started, in seconds since 1970.
    pub since: Option<i64>,
}

/// What every service of the plan that runs holds now, by name.
pub fn memory(files: &dyn Files, plan: &Plan, table: &[Process]) -> BTreeMap<String, Held> {
    let mut held = BTreeMap::new();
    for planned in &plan.services {
        let look = Look::of(files, plan, &planned.name, table);
        let Some(look) = look else { continue };
        if let Mains::Found(mains) = look.mains()
            && let Some(found) = of(&look, &mains)
        {
            held.insert(planned.name.clone(), found);
        }
    }
    held
}

fn of(look: &Look<'_>, mains: &[&Process]) -> Option<Held> {
    let since = mains.iter().filter_map(|main| main.started).max();
    let groups: Option<Vec<Bytes>> = mains.iter().map(|main| group(look.files, main)).collect();
    // What lives from the page cache fills any group with it.
    if let Some(groups) = groups.filter(|groups| !groups.is_empty() && !look.settled.page_cache) {
        return Some(Held {
            bytes: groups.into_iter().sum(),
            from: Peak::Group,
            since,
        });
    }
    let family = family(look.table, mains);
    let parts: Vec<Bytes> = family
        .iter()
        .filter_map(|pid| pss(look.files, *pid))
        .collect();
    (!parts.is_empty()).then(|| Held {
        bytes: parts.into_iter().sum(),
        from: Peak::Sampled,
        since,
    })
}

/// The peak of the group of a unit; nothing where no unit of its own holds it.
/// Source: <https://docs.kernel.org/admin-guide/cgroup-v2.html>, `memory.peak`;
/// <https://docs.kernel.org/admin-guide/cgroup-v1/memory.html>, `max_usage_in_bytes`.
fn group(files: &dyn Files, process: &Process) -> Option<Bytes> {
    process.unit.as_ref()?;
    let unified = process.groups.get("").filter(|group| *group != "/");
    let unified = unified.map(|group| format!("/sys/fs/cgroup{group}/memory.peak"));
    let first = process.groups.get("memory");
    let first =
        first.map(|group| format!("/sys/fs/cgroup/memory{group}/memory.max_usage_in_bytes"));
    let mut paths = [unified, first].into_iter().flatten();
    let found = paths.find_map(|path| text(files, &path)?.parse().ok())?;
    Some(Bytes(found))
}

/// Processes and all that they started.
fn family(table: &[Process], mains: &[&Process]) -> Vec<u32> {
    let mut family: Vec<u32> = mains.iter().map(|main| main.pid).collect();
    loop {
        let more: Vec<u32> = table
            .iter()
            .filter(|one| family.contains(&one.parent) && !family.contains(&one.pid))
            .map(|one| one.pid)
            .collect();
        if more.is_empty() {
            return family;
        }
        family.extend(more);
    }
}

/// What a process holds, of what it shares its part.
/// Source: `proc_pid_smaps(5)`, `smaps_rollup`.
fn pss(files: &dyn Files, pid: u32) -> Option<Bytes> {
    let text = text(files, &format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(Bytes::kib(kib))
}
