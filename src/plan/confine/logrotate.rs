//! Who rotates a service's logs: one rule, never a second one.

use serde_json::json;

use crate::formats::Format;
use crate::services::traits::{Rotation, Stated};
use crate::services::{FileSpec, Given, Judged, Logs, Meets, Reopen, Settled, Validator};
use crate::setting::{Activation, Formula, Pins, Rule, Sheet, Spelling, size};
use crate::units::Bytes;

/// The short name of the settings.
pub(super) const SHEET: &str = "logrotate";
/// Days of logs that are kept.
/// Source: docs/formulas.md, "logs" (the documents' own figure).
const KEPT: u64 = 7;
/// A log is rotated before its day once it is this large.
/// Source: as above.
const LARGEST: Bytes = Bytes::mib(10);
/// The logs of a service may take this part of the disk.
/// Source: docs/formulas.md, "logs".
const PART_OF_DISK: u64 = 100;

const MANUAL: &str = "https://github.com/logrotate/logrotate/blob/main/logrotate.8.in";

const fn rule(because: &'static str) -> Rule {
    Rule {
        source: MANUAL,
        activation: Activation::NextRun,
        because,
    }
}

/// Adds the rule for a service's logs, where it has any.
pub(super) fn rotate(given: &Given<'_>, settled: &mut Settled, pins: &Pins<'_>) {
    let Some(logs) = settled.logs.clone().filter(|logs| !logs.paths.is_empty()) else {
        return;
    };
    let (kept, largest) = limits(given, &logs, settled, pins);
    let name = &given.scene.spec.name;
    let own_files = !given.scene.spec.log_files.is_empty();
    let packaged = logs.distribution_rule.filter(|_| !own_files);
    let path = match packaged {
        Some(rule) => format!("/etc/logrotate.d/{rule}"),
        None => format!("/etc/logrotate.d/tune-{name}"),
    };
    settled.traits.rotation = Some(Rotation {
        rule: path.clone(),
        paths: logs.paths.clone(),
        files: logs.files(),
        kept,
        largest,
    });
    let (postrotate, copytruncate) = match &logs.reopen {
        Reopen::Command(command) => (Some(command.clone()), false),
        Reopen::Copytruncate => (None, true),
        Reopen::Nothing => (None, false),
    };
    settled.files.push(FileSpec {
        template: "common/logrotate",
        path,
        mode: 0o644,
        owner: "root:root".to_owned(),
        meets: if packaged.is_some() {
            Meets::Merge
        } else {
            Meets::Own
        },
        format: Format::Logrotate,
        main: Some("/etc/logrotate.conf".to_owned()),
        // It ends with 0 on most mistakes.
        validator: Validator {
            root: true,
            judged: Judged::Words(&["error: "]),
            ..Validator::of("logrotate -d -s SCRATCH/state MAIN")
        },
        sheet: SHEET,
        facts: json!({
            "paths": logs.paths, "account": logs.account,
            "postrotate": postrotate, "copytruncate": copytruncate,
        }),
    });
}

/// How many files are kept of each, and how large one may grow.
fn limits(
    given: &Given<'_>,
    logs: &Logs,
    settled: &mut Settled,
    pins: &Pins<'_>,
) -> (Stated<u64>, Stated<Bytes>) {
    let mut sheet = Sheet::new(SHEET, Spelling::Systemd, pins);
    let because = "a week, one file a day";
    let kept = sheet.count("rotate", &Formula::number(KEPT), rule(because));
    let disk = Formula::size("disk", given.scene.host.storage.size) / PART_OF_DISK;
    let disk = disk / (&kept + 1) / Formula::count("log files", logs.files());
    let largest = size(LARGEST)
        .at_most(&disk.floor_to(Bytes::KIB))
        .at_least(&size(Bytes::MIB));
    let because = "a busy day does not fill the disk: all kept files take 1 % at most";
    let largest = sheet.size("maxsize", &largest, rule(because));
    settled.settings.extend(sheet.finish());
    (
        Stated::new(kept.whole(), "rotate"),
        Stated::new(largest.bytes(), "maxsize"),
    )
}
