//! `logs-exceed-disk`: the logs that are kept take too much of the disk.

use super::{Breach, Check, Severity, cases};
use crate::plan::{Plan, Planned};
use crate::services::traits::Rotation;
use crate::units::Bytes;

pub(super) static CHECK: Check = Check {
    id: "logs-exceed-disk",
    severity: Severity::Warning,
    rule: "sum of log files x maxsize x (rotate + 1) <= a tenth of the disk",
    because: "logs that fill the disk stop everything that writes to it, databases first. Counted as if nothing were compressed: the last one never is, and not every log shrinks",
    help: "keep fewer, or leave rotate and maxsize out: the plan keeps all logs of a service within a hundredth of the disk",
    sources: &[
        "docs/formulas.md#logs",
        "https://github.com/logrotate/logrotate/blob/main/logrotate.8.in",
    ],
    cases: cases!("logs-exceed-disk"),
    run,
};

/// Source: docs/formulas.md, "logs".
const PART_OF_DISK: u64 = 10;

fn kept(rotation: &Rotation) -> Bytes {
    let files = rotation.kept.value.saturating_add(1);
    let all = files.saturating_mul(rotation.files);
    rotation.largest.value.times(all)
}

fn run(plan: &Plan, breaches: &mut Vec<Breach>) {
    let most = plan.host.storage.size.over(PART_OF_DISK);
    let settled = plan.settled();
    let mut rules: Vec<(&Planned, &Rotation)> = settled
        .filter_map(|(planned, settled)| Some((planned, settled.traits.rotation.as_ref()?)))
        .collect();
    rules.sort_by_key(|(_, rotation)| std::cmp::Reverse(kept(rotation)));
    let sum: Bytes = rules.iter().map(|(_, rotation)| kept(rotation)).sum();
    let Some((planned, rotation)) = rules.first().filter(|_| sum > most) else {
        return;
    };
    let (largest, count) = (&rotation.largest, &rotation.kept);
    let message = format!(
        "the logs that are kept can take {sum}, more than {most}, a tenth of the disk; those of '{}' {}: {} files x {} x ({} + 1)",
        planned.name,
        kept(rotation),
        rotation.files,
        largest.value,
        count.value
    );
    let help = format!(
        "lower {} or {} of '{}'",
        count.key, largest.key, planned.name
    );
    let at = planned.pinned(&[count.key, largest.key]);
    let others = rules.iter().skip(1);
    let breach = Breach::of(planned, message, help).at(at);
    breaches.push(others.fold(breach, |breach, (other, _)| breach.and(&other.name)));
}
