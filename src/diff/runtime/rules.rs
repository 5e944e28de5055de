//! The rules that need a running host: what a plan cannot see.

use super::processes::Process;
use super::{Runtime, kernel, text};
use crate::formats::Files;
use crate::plan::{ELSEWHERE, Finding};

const HUGE_PAGES: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// Zram makes its swap anew at every boot, and nothing in fstab says so.
/// Source: <https://docs.kernel.org/admin-guide/blockdev/zram.html>
const MADE_AT_BOOT: &str = "/dev/zram";

/// Active swap that is gone after the next boot.
pub(super) fn swap_not_persistent(files: &dyn Files, runtime: &mut Runtime) {
    let Some(active) = kernel::swaps(files) else {
        return;
    };
    let active: Vec<_> = active
        .into_iter()
        .filter(|swap| !swap.path.starts_with(MADE_AT_BOOT))
        .collect();
    if active.is_empty() {
        return;
    }
    let fstab = match files.read("/etc/fstab") {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(missing) if missing.is_absent() => String::new(),
        Err(missing) => return runtime.unasked("/etc/fstab", &missing.to_string()),
    };
    let kept: Vec<&str> = fstab.lines().filter_map(swap_line).collect();
    for swap in active {
        // A partition may be named by what udev calls it, which is a link to it.
        let by_name = |spec: &&str| spec.contains('=') || spec.starts_with("/dev/");
        let is_partition = swap.path.starts_with("/dev/");
        let named = kept.iter().any(|spec| kernel::unescaped(spec) == swap.path);
        if named || has_unit(files, &swap.path) || (is_partition && kept.iter().any(by_name)) {
            continue;
        }
        let message = format!(
            "{} is swapped to, and /etc/fstab does not name it",
            swap.path
        );
        found(runtime, "swap-not-persistent", message, Vec::new());
    }
}

/// What a line of fstab swaps to.
fn swap_line(line: &str) -> Option<&str> {
    let mut fields = line.split_whitespace();
    let spec = fields.next().filter(|spec| !spec.starts_with('#'))?;
    (fields.nth(1) == Some("swap")).then_some(spec)
}

/// Whether systemd has a unit that swaps to it.
/// Source: systemd.swap(5), systemd.unit(5) for how a path becomes a name.
fn has_unit(files: &dyn Files, path: &str) -> bool {
    let escaped: String = path
        .trim_matches('/')
        .chars()
        .map(|c| match c {
            '/' => "-".to_owned(),
            '-' => "\\x2d".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let places = ["/etc/systemd/system", "/usr/lib/systemd/system"];
    let mut places = places.iter();
    places.any(|place| files.read(&format!("{place}/{escaped}.swap")).is_ok())
}

/// Huge pages for a process that keeps data in memory and forks to save it.
pub(super) fn thp_always(
    files: &dyn Files,
    service: &str,
    mains: &[&Process],
    runtime: &mut Runtime,
) {
    let Some(enabled) = text(files, HUGE_PAGES) else {
        // A kernel without them.
        return;
    };
    if !enabled.contains("[always]") {
        return;
    }
    // A process may have refused them for itself.
    let refused = |process: &&&Process| {
        let status = text(files, &format!("/proc/{}/status", process.pid)).unwrap_or_default();
        let own = status
            .lines()
            .find_map(|line| line.strip_prefix("THP_enabled:"));
        own.is_some_and(|own| own.trim() == "0")
    };
    if !mains.is_empty() && mains.iter().filter(refused).count() == mains.len() {
        return;
    }
    let message = format!("{HUGE_PAGES} is 'always', and '{service}' does not refuse huge pages");
    found(runtime, "thp-always", message, vec![service.to_owned()]);
}

fn found(runtime: &mut Runtime, id: &'static str, message: String, services: Vec<String>) {
    let rule = ELSEWHERE.iter().find(|rule| rule.id == id);
    if let Some(looked) = rule.and_then(|rule| rule.looked.as_ref()) {
        runtime.findings.push(Finding {
            id,
            severity: looked.severity,
            message,
            help: looked.help.to_owned(),
            services,
            at: None,
            silenced: None,
        });
    }
}
