//! What the kernel does now: keys of sysctl, active swap.

use super::{Runtime, Value, processes};
use crate::formats::{Files, Format};
use crate::setting::Setting;
use crate::stack::HOST_ITSELF;
use crate::units::Bytes;

/// The value of one key.
pub(super) fn key(files: &dyn Files, setting: &Setting, runtime: &mut Runtime) {
    let path = format!("/proc/sys/{}", setting.key.replace('.', "/"));
    match files.read(&path) {
        Ok(bytes) => {
            let read = String::from_utf8_lossy(&bytes);
            let value = Value::of(setting, &setting.key, Format::Sysctl, read.trim(), path);
            let since = processes::boot_time(files);
            runtime.value(HOST_ITSELF, &setting.key, value.since(since));
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
/// Source: `proc_swaps(5)`: sizes in KiB, blanks in paths in octal.
pub fn swaps(files: &dyn Files) -> Option<Vec<Swap>> {
    let bytes = files.read("/proc/swaps").ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let swap = |line: &str| {
        let mut fields = line.split_whitespace();
        let path = unescaped(fields.next()?);
        // A file that was deleted is still swapped to, and says so.
        let kib: u64 = fields.find_map(|field| field.parse().ok())?;
        Some(Swap {
            path,
            bytes: kib.saturating_mul(1024),
        })
    };
    Some(text.lines().skip(1).filter_map(swap).collect())
}

/// The kernel and fstab write blanks and backslashes in octal.
/// Source: fstab(5), getmntent(3).
pub(super) fn unescaped(text: &str) -> String {
    let escapes = [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ];
    escapes
        .iter()
        .fold(text.to_owned(), |text, (code, is)| text.replace(code, is))
}

/// A page, which mkswap keeps for its head.
const PAGE: u64 = 4096;

/// All of it together, against what the plan wants.
pub(super) fn swap(files: &dyn Files, setting: &Setting, runtime: &mut Runtime) {
    let Some(active) = swaps(files) else {
        runtime.unasked("/proc/swaps", "it cannot be read");
        return;
    };
    let whole = |swap: &Swap| swap.bytes.saturating_add(PAGE);
    let bytes = Bytes(active.iter().map(whole).sum());
    // The plan writes whole MiB.
    let mib = bytes.whole_mib().to_string();
    let from = "/proc/swaps".to_owned();
    let value = Value::of(setting, &setting.key, Format::Text, &mib, from);
    runtime.value(HOST_ITSELF, &setting.key, value);
}
