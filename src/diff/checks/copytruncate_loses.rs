//! `copytruncate-loses`: a log is copied and cut whose program can reopen it.

use super::rotation::of_services;
use super::{Breach, Check, Seen};
use crate::services::Reopen;

pub(super) const CHECK: Check = Check {
    id: "copytruncate-loses",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    for (local, logs, rule) in of_services(seen) {
        let Reopen::Command(command) = &logs.reopen else {
            continue;
        };
        if rule.says("copytruncate") {
            let message = format!(
                "{} is copied and cut, where this has it opened anew: {command}",
                rule.patterns.join(" ")
            );
            breaches.push(Breach::new(local.name(), message).at(rule.file, rule.line));
        }
    }
}
