//! What systemd made of a unit, read where the kernel keeps it: in the control
//! groups of its processes and in their limits. systemd itself is not asked.

use super::processes::Process;
use super::{Runtime, Value};
use crate::formats::{Files, Format, Normal};

/// A property, the file of cgroup v2 that holds it, and those of v1 with their
/// controller.
/// Source: systemd.resource-control(5); linux Documentation/admin-guide/cgroup-v2.rst.
const GROUPS: &[(&str, &str, Option<(&str, &str)>)] = &[
    (
        "MemoryMax",
        "memory.max",
        Some(("memory", "memory.limit_in_bytes")),
    ),
    ("MemoryHigh", "memory.high", None),
    ("MemoryLow", "memory.low", None),
    ("MemorySwapMax", "memory.swap.max", None),
    ("CPUWeight", "cpu.weight", None),
    ("TasksMax", "pids.max", Some(("pids", "pids.max"))),
];

/// cgroup v1 writes "no limit" as the largest multiple of a page.
const NO_LIMIT: i128 = 1 << 62;

/// The value of one property of the unit that a process is the first of.
pub(super) fn property(
    files: &dyn Files,
    service: &str,
    key: &str,
    process: &Process,
    runtime: &mut Runtime,
) {
    let found = match key {
        "LimitNOFILE" => limit(files, process),
        "OOMScoreAdjust" => score(files, process),
        _ => group(files, key, process),
    };
    if let Some((text, from)) = found {
        let normal = Format::Systemd.normal(key, text.as_bytes());
        let normal = match normal.bytes() {
            Some(bytes) if bytes >= NO_LIMIT => Normal::Unlimited,
            _ => normal,
        };
        let text = Format::Systemd.spell(key, &normal);
        let value = Value::new(text, normal, from);
        runtime.add(service, key, value.since(process.started));
    }
}

fn group(files: &dyn Files, key: &str, process: &Process) -> Option<(String, String)> {
    let (_, file, old) = GROUPS.iter().find(|(name, _, _)| *name == key)?;
    let read = |path: String| {
        let text = text(files, &path)?;
        let text = if text == "max" {
            "infinity".to_owned()
        } else {
            text
        };
        Some((text, path))
    };
    if let Some(group) = process.groups.get("") {
        let found = read(format!("/sys/fs/cgroup{group}/{file}"));
        if found.is_some() {
            return found;
        }
    }
    let (controller, file) = (*old)?;
    let group = process.groups.get(controller)?;
    read(format!("/sys/fs/cgroup/{controller}{group}/{file}"))
}

fn limit(files: &dyn Files, process: &Process) -> Option<(String, String)> {
    let path = format!("/proc/{}/limits", process.pid);
    let text = text(files, &path)?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    let soft = line.split_whitespace().next()?.to_owned();
    Some((soft, path))
}

fn score(files: &dyn Files, process: &Process) -> Option<(String, String)> {
    let path = format!("/proc/{}/oom_score_adj", process.pid);
    Some((text(files, &path)?, path))
}

fn text(files: &dyn Files, path: &str) -> Option<String> {
    let bytes = files.read(path).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}
