//! Who rotates a service's logs: one rule, never a second one.

use serde_json::json;

use crate::services::{FileSpec, Given, Meets, Reopen, Settled};
use crate::setting::{Activation, Formula, Pins, Rule, Sheet, Spelling, size};
use crate::units::Bytes;

/// The short name of the settings.
const SHEET: &str = "logrotate";
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
    let mut sheet = Sheet::new(SHEET, Spelling::Systemd, pins);
    let kept = sheet.count(
        "rotate",
        &Formula::number(KEPT),
        rule("a week, one file a day"),
    );
    let disk = Formula::size("disk", given.scene.host.storage.size) / PART_OF_DISK / (kept + 1);
    let largest = size(LARGEST)
        .at_most(&disk.floor_to(Bytes::KIB))
        .at_least(&size(Bytes::MIB));
    sheet.size(
        "maxsize",
        &largest,
        rule("a busy day does not fill the disk: all kept files take 1 % at most"),
    );
    settled.settings.extend(sheet.finish());
    let name = &given.scene.spec.name;
    let own_files = !given.scene.spec.log_files.is_empty();
    let packaged = logs.distribution_rule.filter(|_| !own_files);
    let path = match packaged {
        Some(rule) => format!("/etc/logrotate.d/{rule}"),
        None => format!("/etc/logrotate.d/tune-{name}"),
    };
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
        validator: "logrotate -d {}",
        sheet: SHEET,
        facts: json!({
            "paths": logs.paths, "account": logs.account,
            "postrotate": postrotate, "copytruncate": copytruncate,
        }),
    });
}
