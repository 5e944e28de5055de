//! The rules of logrotate that are there, and whose logs they rotate.

use super::{Local, Seen};
use crate::formats::{Format, Reading, log_patterns};
use crate::plan::overlap;
use crate::services::Logs;

/// One block.
pub(super) struct Rule<'a> {
    pub(super) patterns: Vec<String>,
    pub(super) file: &'a str,
    pub(super) line: u32,
    within: Vec<String>,
    reading: &'a Reading,
}

impl Rule<'_> {
    /// Whether a directive without a value is in effect.
    pub(super) fn says(&self, directive: &str) -> bool {
        let found = self.reading.effective(&self.within, directive);
        found.is_some_and(|one| one.value == directive)
    }

    /// Whether it has a script.
    pub(super) fn has(&self, script: &str) -> bool {
        self.reading.effective(&self.within, script).is_some()
    }

    /// Whether it rotates one of these.
    pub(super) fn meets(&self, paths: &[String]) -> bool {
        let mut patterns = self.patterns.iter();
        patterns.any(|pattern| paths.iter().any(|path| overlap(path, pattern)))
    }
}

/// Every rule that is there.
pub(super) fn rules<'a>(seen: &Seen<'a>) -> Vec<Rule<'a>> {
    let readings = seen.readings();
    let readings = readings.filter(|(format, ..)| *format == Format::Logrotate);
    readings
        .flat_map(|(_, reading, _)| {
            let all = reading.occurrences.iter();
            all.filter_map(move |one| {
                let patterns = log_patterns(&one.key, &one.value)?;
                let name = one.key.split_once(' ')?.1;
                let mut within = one.within.clone();
                within.push(name.to_owned());
                Some(Rule {
                    patterns,
                    file: &one.file,
                    line: one.line,
                    within,
                    reading,
                })
            })
        })
        .collect()
}

/// The rules over the logs of each service.
pub(super) fn of_services<'a>(seen: &Seen<'a>) -> Vec<(Local<'a>, &'a Logs, Rule<'a>)> {
    let logs: Vec<(Local<'a>, &'a Logs)> = seen
        .locals()
        .filter_map(|local| Some((local, local.settled.logs.as_ref()?)))
        .collect();
    let owner = |rule: Rule<'a>| {
        let mut logs = logs.iter();
        let (local, logs) = logs.find(|(_, logs)| rule.meets(&logs.paths))?;
        Some((*local, *logs, rule))
    };
    rules(seen).into_iter().filter_map(owner).collect()
}
