//! What the kernel does now: keys of sysctl, active swap.

use super::{Runtime, Value};
use crate::formats::{Files, Format, Normal};
use crate::setting::Setting;

/// The value of one key.
pub(super) fn key(files: &dyn Files, setting: &Setting, runtime: &mut Runtime) {
    let path = format!("/proc/sys/{}", setting.key.replace('.', "/"));
    match files.read(&path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes).trim().to_owned();
            let normal = Format::Sysctl.normal(&setting.key, text.as_bytes());
            let text = Format::Sysctl.spell(&setting.key, &normal);
            runtime.add("system", &setting.key, Value::new(text, normal, path));
        }
        Err(missing) => runtime.unasked(&path, &missing.to_string()),
    }
}

/// One active swap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Its file or partition.
    pub path: String,
    /// Its size, in bytes.
    pub bytes: u64,
}

/// What is swapped to now.
/// Source: proc_swaps(5): sizes in KiB, blanks in paths as `\040`.
pub fn swaps(files: &dyn Files) -> Option<Vec<Swap>> {
    let bytes = files.read("/proc/swaps").ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let swap = |line: &str| {
        let mut fields = line.split_whitespace();
        let path = fields.next()?.replace("\\040", " ");
        let kib: u64 = fields.nth(1)?.parse().ok()?;
        Some(Swap {
            path,
            bytes: kib.saturating_mul(1024),
        })
    };
    Some(text.lines().skip(1).filter_map(swap).collect())
}

/// A page, which mkswap keeps for its head.
const PAGE: u64 = 4096;

/// All of it together, against what the plan wants.
pub(super) fn swap(files: &dyn Files, setting: &Setting, runtime: &mut Runtime) {
    let Some(active) = swaps(files) else {
        runtime.unasked("/proc/swaps", "it cannot be read");
        return;
    };
    let bytes: u64 = active
        .iter()
        .map(|swap| swap.bytes.saturating_add(PAGE))
        .sum();
    let mib = i128::from(bytes >> 20);
    let normal = Normal::whole(mib);
    let value = Value::new(mib.to_string(), normal, "/proc/swaps".to_owned());
    runtime.add("system", &setting.key, value);
}
