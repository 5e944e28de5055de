//! `instances-max-in-cgroup`: the number of processes follows the processors
//! that the machine has, where fewer may be used.

use super::{Breach, Check, Local, Seen, main_of};
use crate::services::Workers;

pub(super) const CHECK: Check = Check {
    id: "instances-max-in-cgroup",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    let Some(there) = processors(seen) else {
        return;
    };
    for local in seen.locals() {
        breaches.extend(of_service(seen, local, there));
    }
}

fn of_service(seen: &Seen<'_>, local: Local<'_>, there: u64) -> Option<Breach> {
    let allowed = allowed(seen, local);
    let workers = local.live()?.workers.filter(|_| allowed < there)?;
    let file = local.holder(workers.key)?;
    let mut candidates = seen.candidates.iter();
    candidates.find(|one| one.path == file.path)?;
    let reading = seen.reading(file.format, main_of(file))?;
    let mut all = reading.occurrences.iter();
    let said = all.rfind(|one| one.key == workers.key);
    let (value, path, line) = match said {
        Some(one) => (one.value.to_string(), one.file.clone(), one.line),
        None => in_code(seen, &file.path, workers)?,
    };
    let is_every = said.is_none() || workers.every.contains(&value.as_str());
    let key = workers.key;
    is_every.then(|| {
        let message = format!(
            "{key} = {value} counts {there} processors, and '{}' may use {allowed}",
            local.name()
        );
        Breach::new(local.name(), message).at(&path, line)
    })
}

/// Whole processors that it may use: those of the plan's host, or of its own
/// limit.
fn allowed(seen: &Seen<'_>, local: Local<'_>) -> u64 {
    let own = local.settled.traits.confinement.cpus.as_ref();
    let own = own.map(|cpus| cpus.value.in_thousandths().div_ceil(1000));
    let host = seen.plan.host.cpus.ceil();
    own.map_or(host, |own| own.min(host))
}

/// The processors that programs see; nothing where the root is no machine's.
/// Source: <https://docs.kernel.org/admin-guide/cputopology.html>, `online`.
fn processors(seen: &Seen<'_>) -> Option<u64> {
    let bytes = seen.host.read("/sys/devices/system/cpu/online").ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut count = 0u64;
    for range in text.trim().split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        count = count
            .checked_add(last.checked_sub(first)?)?
            .checked_add(1)?;
    }
    Some(count)
}

/// The line of a file of code that sets the number by one of these words.
fn in_code(seen: &Seen<'_>, path: &str, workers: Workers) -> Option<(String, String, u32)> {
    let bytes = seen.host.read(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let rest = line.trim_start().strip_prefix(workers.key)?.trim_start();
        let value = rest.strip_prefix(['=', ':'])?.trim();
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        let says = words.any(|word| workers.every.contains(&word));
        let value = value.trim_end_matches(',').to_owned();
        says.then(|| (value, path.to_owned(), number))
    })
}
