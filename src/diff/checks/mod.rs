//! The rules that look at live files: a file each, an entry of one table each.
//! What each says and where it is known from stands with the plan's rules, so
//! that a stack can silence it; here is what finds its breaches.

mod async_persistent_connections;
mod auto_conf_shadows;
mod copytruncate_loses;
mod duplicate_key;
mod instances_max_in_cgroup;
mod of_kind;
mod preload_with_hup;
mod rotate_without_reopen;
mod rotation;
mod sysctl_shadowed;
#[cfg(test)]
mod tests;
mod two_rotators;

use std::borrow::Cow;

use super::compare::Readings;
use super::{Candidate, Differences, Host};
use crate::formats::{Format, Reading};
use crate::plan::{CHECKS, ELSEWHERE, Finding, Plan, Planned, Severity};
use crate::services::{FileSpec, Live, Settled, find};

/// What there is to look at.
pub(super) struct Seen<'a> {
    pub(super) host: &'a dyn Host,
    pub(super) plan: &'a Plan,
    /// Those of one program at least; a rule looks at what belongs to these.
    pub(super) candidates: &'a [Candidate],
    pub(super) found: &'a Differences,
    /// What their programs read now.
    pub(super) live: &'a Readings,
    /// What they would read once the files are as planned.
    pub(super) then: &'a Readings,
}

/// One rule.
struct Check {
    id: &'static str,
    run: fn(&Seen<'_>, &mut Vec<Breach>),
}

/// One breach of a rule.
struct Breach {
    services: Vec<String>,
    message: String,
    at: Option<(String, u32)>,
    severity: Option<Severity>,
}

/// All of them, by id; those that only a kind can see are among the last.
static ALL: &[Check] = &[
    async_persistent_connections::CHECK,
    auto_conf_shadows::CHECK,
    copytruncate_loses::CHECK,
    duplicate_key::CHECK,
    instances_max_in_cgroup::CHECK,
    preload_with_hup::CHECK,
    rotate_without_reopen::CHECK,
    sysctl_shadowed::CHECK,
    two_rotators::CHECK,
];

/// All that is wrong, the worst first.
pub(super) fn run(seen: &Seen<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for check in ALL {
        let mut breaches = Vec::new();
        (check.run)(seen, &mut breaches);
        found.extend(breaches.into_iter().filter_map(|one| one.of(check.id)));
    }
    found.extend(of_kind::run(seen));
    found.sort_by_key(|finding| finding.severity);
    found
}

impl Breach {
    fn new(service: &str, message: String) -> Self {
        Self {
            services: vec![service.to_owned()],
            message,
            at: None,
            severity: None,
        }
    }

    fn at(self, file: &str, line: u32) -> Self {
        Self {
            at: Some((file.to_owned(), line)),
            ..self
        }
    }

    fn severe(self, severity: Severity) -> Self {
        Self {
            severity: Some(severity),
            ..self
        }
    }

    /// As a finding of its rule; nothing where there is no such rule.
    fn of(self, id: &str) -> Option<Finding> {
        let elsewhere = ELSEWHERE.iter().find(|rule| rule.id == id);
        let of_plan = CHECKS.iter().find(|rule| rule.id == id);
        let elsewhere = elsewhere.map(|rule| (rule.id, rule.looked.severity, rule.looked.help));
        let of_plan = of_plan.map(|rule| (rule.id, rule.severity, rule.help));
        let (id, severity, help) = elsewhere.or(of_plan)?;
        Some(Finding {
            id,
            severity: self.severity.unwrap_or(severity),
            message: self.message,
            help: help.to_owned(),
            services: self.services,
            at: self.at.map(|(file, line)| format!("{file}:{line}")),
            silenced: None,
        })
    }
}

impl<'a> Seen<'a> {
    /// What a program reads now.
    fn reading(&self, format: Format, main: &str) -> Option<Cow<'a, Reading>> {
        let key = (format, main.to_owned());
        if let Some(known) = self.live.get(&key).and_then(|all| all.first()) {
            return Some(Cow::Borrowed(known));
        }
        let mut read = format.read(self.host, main).into_iter();
        read.next().map(Cow::Owned)
    }

    /// The readings of these candidates, each once, with who they belong to.
    fn readings(&self) -> impl Iterator<Item = (Format, &'a Reading, Vec<&'a str>)> {
        self.of_candidates(self.live)
    }

    fn of_candidates(
        &self,
        readings: &'a Readings,
    ) -> impl Iterator<Item = (Format, &'a Reading, Vec<&'a str>)> {
        readings.iter().filter_map(|((format, main), readings)| {
            let mine = self.candidates.iter();
            let mine = mine.filter(|one| one.format == *format && one.main == *main);
            let mut services: Vec<&str> = mine.map(|one| one.service.as_str()).collect();
            services.dedup();
            let first = readings.first();
            first.map(|reading| (*format, reading, services))
        })
    }

    /// The services of this host that have a candidate of a format.
    fn services_with(&self, format: Format) -> impl Iterator<Item = Local<'a>> {
        let candidates = self.candidates;
        self.locals().filter(move |local| {
            let mut candidates = candidates.iter();
            candidates.any(|one| one.format == format && one.service == local.planned.name)
        })
    }

    fn locals(&self) -> impl Iterator<Item = Local<'a>> {
        let settled = self.plan.settled();
        let here = settled.filter(|(planned, _)| !planned.external);
        here.map(|(planned, settled)| Local { planned, settled })
    }
}

/// A service of this host.
#[derive(Clone, Copy)]
struct Local<'a> {
    planned: &'a Planned,
    settled: &'a Settled,
}

impl<'a> Local<'a> {
    fn name(&self) -> &'a str {
        &self.planned.name
    }

    fn live(&self) -> Option<Live> {
        find(self.planned.kind)?.live()
    }

    /// The file that holds a setting.
    fn holder(&self, key: &str) -> Option<&'a FileSpec> {
        let setting = self.planned.setting(key)?;
        let mut files = self.settled.files.iter();
        files.find(|file| file.sheet == setting.file)
    }
}

/// Where its program begins to read.
fn main_of(file: &FileSpec) -> &str {
    file.main.as_deref().unwrap_or(&file.path)
}
