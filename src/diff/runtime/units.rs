//! What systemd made of a unit, read where the kernel keeps it: in the control
//! groups of its processes and in their limits. systemd itself is not asked.

use super::processes::Process;
use super::{Value, text};
use crate::formats::{Files, Format};
use crate::setting::Setting;

/// Its name, its file in cgroup v2, and its controller and file in v1.
type Property = (
    &'static str,
    &'static str,
    Option<(&'static str, &'static str)>,
);

/// A property, the file of cgroup v2 that holds it, and that of v1 with its
/// controller.
/// Source: systemd.resource-control(5); <https://docs.kernel.org/admin-guide/cgroup-v2.html>
const GROUPS: &[Property] = &[
    (
        "MemoryMax",
        "memory.max",
        Some(("memory", "memory.limit_in_bytes")),
    ),
    ("MemoryHigh", "memory.high", None),
    ("MemoryLow", "memory.low", None),
    ("MemorySwapMax", "memory.swap.max", None),
    ("CPUWeight", "cpu.weight", Some(("cpu", "cpu.shares"))),
    ("TasksMax", "pids.max", Some(("pids", "pids.max"))),
];

/// The kernel keeps whole pages.
const PAGE: u64 = 4096;
/// cgroup v1 writes "no limit" as the largest multiple of a page.
const NO_LIMIT: u64 = 1 << 62;
/// A weight of 100 is 1024 shares of v1.
/// Source: systemd.resource-control(5), `CPUWeight`, `CPUShares`.
const SHARES: u64 = 1024;
const WEIGHT: u64 = 100;

/// The value of one property of the unit that a process is the first of.
pub(super) fn property(files: &dyn Files, setting: &Setting, process: &Process) -> Option<Value> {
    let key = setting.key.as_ref();
    let (read, from) = match key {
        "LimitNOFILE" => limit(files, process, setting)?,
        "OOMScoreAdjust" => {
            let path = format!("/proc/{}/oom_score_adj", process.pid);
            (text(files, &path)?, path)
        }
        _ => group(files, key, process)?,
    };
    let read = as_planned(setting, key, read);
    let value = Value::of(setting, key, Format::Systemd, &read, from);
    Some(value.since(process.started))
}

/// A size that the plan does not state in whole pages is kept in whole ones.
fn as_planned(setting: &Setting, key: &str, read: String) -> String {
    let planned = Format::Systemd.normal(key, setting.text.as_bytes());
    let planned = planned.bytes().and_then(|bytes| u64::try_from(bytes).ok());
    match (planned, read.parse::<u64>()) {
        (_, Ok(read)) if read >= NO_LIMIT => "infinity".to_owned(),
        (Some(planned), Ok(read)) if planned - planned % PAGE == read => planned.to_string(),
        _ => read,
    }
}

fn group(files: &dyn Files, key: &str, process: &Process) -> Option<(String, String)> {
    let (_, file, old) = GROUPS.iter().find(|(name, _, _)| *name == key)?;
    let read = |path: String| {
        let text = text(files, &path)?;
        let is_max = text == "max";
        Some((if is_max { "infinity".to_owned() } else { text }, path))
    };
    if let Some(group) = process.groups.get("") {
        let found = read(format!("/sys/fs/cgroup{group}/{file}"));
        if found.is_some() {
            return found;
        }
    }
    let (controller, file) = (*old)?;
    let group = process.groups.get(controller)?;
    let (value, path) = read(format!("/sys/fs/cgroup/{controller}{group}/{file}"))?;
    let value = match value.parse::<u64>() {
        Ok(shares) if controller == "cpu" => (shares * WEIGHT).div_ceil(SHARES).to_string(),
        _ => value,
    };
    Some((value, path))
}

/// The soft limit; both where the plan states both.
fn limit(files: &dyn Files, process: &Process, setting: &Setting) -> Option<(String, String)> {
    let path = format!("/proc/{}/limits", process.pid);
    let text = text(files, &path)?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    let mut fields = line.split_whitespace();
    let (soft, hard) = (fields.next()?, fields.next()?);
    let read = if setting.text.contains(':') {
        format!("{soft}:{hard}")
    } else {
        soft.to_owned()
    };
    Some((read.replace("unlimited", "infinity"), path))
}
