//! `rotate-without-reopen`: a log is moved away and its program not told.

use super::rotation::of_services;
use super::{Breach, Check, Seen};
use crate::services::Reopen;

pub(super) const CHECK: Check = Check {
    id: "rotate-without-reopen",
    run,
};

/// Each leaves the file where it is.
const STAYS: &[&str] = &["copytruncate", "copy"];
/// Any of these may tell the program.
const SCRIPTS: &[&str] = &["postrotate", "lastaction", "prerotate", "firstaction"];

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    for (local, logs, rule) in of_services(seen) {
        let stays = STAYS.iter().any(|word| rule.says(word));
        let told = SCRIPTS.iter().any(|script| rule.has(script));
        if stays || told || logs.reopen == Reopen::Nothing {
            continue;
        }
        let name = local.name();
        let message = format!(
            "{} is moved away, and '{name}', which holds it open, is not told",
            rule.patterns.join(" ")
        );
        breaches.push(Breach::new(name, message).at(rule.file, rule.line));
    }
}
