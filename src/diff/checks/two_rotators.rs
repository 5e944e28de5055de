//! `two-rotators`: a rule that is there, or another program, rotates what the
//! plan's rule rotates, or two that are there rotate one file.

use super::rotation::{Rule, of_services, rules};
use super::{Breach, Check, Local, Seen};
use crate::formats::{Files, Format};

pub(super) const CHECK: Check = Check {
    id: "two-rotators",
    run,
};

fn run(seen: &Seen<'_>, breaches: &mut Vec<Breach>) {
    let there = rules(seen);
    for local in seen.locals() {
        let Some(rotation) = &local.settled.traits.rotation else {
            continue;
        };
        if !is_looked_at(seen, &rotation.rule) {
            continue;
        }
        let others = there.iter().filter(|rule| rule.file != rotation.rule);
        for rule in others.filter(|rule| rule.meets(&rotation.paths)) {
            let message = format!(
                "{} is rotated here, and by the plan's {}",
                rule.patterns.join(" "),
                rotation.rule
            );
            breaches.push(Breach::new(local.name(), message).at(rule.file, rule.line));
        }
        breaches.extend(by_program(seen, local));
    }
    among(seen, &there, breaches);
}

/// Whether the plan's rule is among what is looked at now.
fn is_looked_at(seen: &Seen<'_>, rule: &str) -> bool {
    let mut candidates = seen.candidates.iter();
    candidates.any(|one| one.format == Format::Logrotate && one.path == rule)
}

/// Two that are there, over the log of a service.
fn among(seen: &Seen<'_>, there: &[Rule<'_>], breaches: &mut Vec<Breach>) {
    for (local, _, rule) in of_services(seen) {
        let is_before = |other: &&Rule<'_>| (other.file, other.line) < (rule.file, rule.line);
        let mut others = there.iter().filter(is_before);
        if let Some(other) = others.find(|other| other.meets(&rule.patterns)) {
            let message = format!(
                "{} is rotated here, and at {}:{}",
                rule.patterns.join(" "),
                other.file,
                other.line
            );
            breaches.push(Breach::new(local.name(), message).at(rule.file, rule.line));
        }
    }
}

/// A program of the service's account that rotates all its logs.
fn by_program(seen: &Seen<'_>, local: Local<'_>) -> Option<Breach> {
    let rotator = local.live()?.rotator?;
    let account = local.settled.logs.as_ref()?.account.split(' ').next()?;
    let home = home(seen.host, account)?;
    let installed = format!("{}/{}", home.trim_end_matches('/'), rotator.installed);
    seen.host.read(&installed).ok()?;
    let rule = &local.settled.traits.rotation.as_ref()?.rule;
    let name = rotator.name;
    let message =
        format!("{name} is installed and rotates the logs of '{account}', and so does {rule}");
    Some(Breach::new(local.name(), message).at(&installed, 1))
}

/// Source: passwd(5), the sixth field.
fn home(files: &(impl Files + ?Sized), account: &str) -> Option<String> {
    let bytes = files.read("/etc/passwd").ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().map(|line| line.split(':'));
    lines.find_map(|mut fields| {
        let is_it = fields.next() == Some(account);
        let home = fields.nth(4)?;
        is_it.then(|| home.to_owned())
    })
}
