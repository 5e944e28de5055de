//! Whether a host holds what the plan says: for every setting what its file
//! says, what the files have in effect and what runs, side by side, and where
//! they part, why.

mod model;

pub use model::{Drift, FileDrift, Row, Verification};

use std::collections::{BTreeMap, BTreeSet};

use super::located::{located, parameter};
use super::model::{Differences, FileDifference, Old, SettingDifference, Was};
use super::runtime::{Runtime, Value};
use super::{Candidate, Looked};
use crate::formats::{Format, Occurrence};
use crate::plan::Plan;
use crate::services::Meets;
use crate::setting::Setting;
use crate::stack::HOST_ITSELF;

/// A start is the second of the boot and the seconds since then, both cut off: it
/// may be so much later.
/// Source: `proc_stat(5)`, `btime`; `proc_pid_stat(5)`, `starttime`.
const CUT_OFF: i64 = 2;

/// What is known of a host, laid side by side.
pub fn verify(plan: &Plan, candidates: &[Candidate], looked: &Looked) -> Verification {
    let found = &looked.differences;
    let files = found.files.iter();
    let files = files.map(|file| (file.path.as_str(), file)).collect();
    let side = Side {
        files,
        candidates,
        looked,
    };
    let planned = found.settings.iter().filter(|setting| setting.planned);
    let mut rows: Vec<Row> = planned.map(|setting| side.row(setting)).collect();
    side.tell_unwritten(&mut rows);
    let unfiled = settings(plan).filter(|(service, setting)| {
        let mut rows = rows.iter();
        !rows.any(|row| row.service == *service && row.key == setting.key)
    });
    let unfiled: Vec<Row> = unfiled
        .filter_map(|(service, setting)| side.running_only(service, setting))
        .collect();
    rows.extend(unfiled);
    rows.sort_by(|a, b| a.service.cmp(&b.service));
    let runtime = &looked.runtime;
    Verification {
        files: other_files(found, looked),
        rows,
        started: runtime.started.clone(),
        stopped: runtime.stopped.iter().cloned().collect(),
        findings: runtime.findings.clone(),
        troubles: found.troubles.clone(),
        unasked: runtime.unasked.clone(),
    }
}

/// Files that differ otherwise than in a setting of the plan: in their text, or
/// in their mode or owner whatever their settings say; what could not be read is
/// a trouble.
fn other_files(found: &Differences, looked: &Looked) -> Vec<FileDrift> {
    let of_settings = |file: &FileDifference| {
        let mut settings = found.settings.iter();
        settings.any(|one| one.path == file.path && one.planned && one.is_change())
    };
    let is_read = |file: &FileDifference| !matches!(file.was, Was::Missing(_));
    let files = found.files.iter();
    files
        .filter(|file| is_read(file))
        .filter(|file| {
            let is_other = file.is_mode_change() || file.is_owner_change();
            is_other || (file.is_change() && !of_settings(file))
        })
        .map(|file| FileDrift {
            service: file.service.clone(),
            path: file.path.clone(),
            is_there: file.was != Was::Nothing,
            is_text: file.is_text_change() && !of_settings(file),
            mode: file.mode.0.zip(file.mode.1).filter(|(was, is)| was != is),
            owner: file
                .owner
                .0
                .clone()
                .zip(file.owner.1.clone())
                .filter(|(was, is)| was != is),
            at: looked.changed.get(&file.path).copied(),
        })
        .collect()
}

fn settings(plan: &Plan) -> impl Iterator<Item = (&str, &Setting)> {
    let system = plan.system.iter().flat_map(|settled| &settled.settings);
    let system = system.map(|setting| (HOST_ITSELF, setting));
    let services = plan.settled().flat_map(|(planned, settled)| {
        let settings = settled.settings.iter();
        settings.map(|setting| (planned.name.as_str(), setting))
    });
    system.chain(services)
}

struct Side<'a> {
    files: BTreeMap<&'a str, &'a FileDifference>,
    candidates: &'a [Candidate],
    looked: &'a Looked,
}

impl Side<'_> {
    fn runtime(&self) -> &Runtime {
        &self.looked.runtime
    }

    fn changed(&self, path: &str) -> Option<i64> {
        self.looked.changed.get(path).copied()
    }

    fn row(&self, setting: &SettingDifference) -> Row {
        let file = self.files.get(setting.path.as_str()).copied();
        let format = file.map_or(Format::Text, |file| file.format);
        let new = setting.new.as_deref().unwrap_or_default();
        let normal = format.normal(&setting.key, new.as_bytes());
        let running = self.runtime().values(&setting.service, &setting.key);
        let drifts = match self.in_files(setting, file) {
            // What runs follows from the files: one reason is enough.
            Some(drift) => vec![drift],
            // What waits and has that value already waits for nothing.
            None => {
                let other: Vec<Value> = running.iter().filter(|one| !one.holds).cloned().collect();
                drifts(&other, self.changed(&setting.path))
            }
        };
        let written = self.written(setting, file);
        let runs = running.iter().map(|value| value.text.as_str());
        let mut shown = runs.chain(written.as_deref());
        let is_secret = shown.any(|value| format.is_secret(&setting.key, value.as_bytes()));
        Row {
            service: setting.service.clone(),
            key: setting.key.clone(),
            path: Some(setting.path.clone()),
            format: file.map(|file| file.format),
            planned: format.spell(&setting.key, &normal),
            file: written,
            effective: Some(setting.old.clone()),
            running: running.to_vec(),
            drifts,
            secret: setting.secret || is_secret,
            needs: setting.needs,
        }
    }

    fn in_files(
        &self,
        setting: &SettingDifference,
        file: Option<&FileDifference>,
    ) -> Option<Drift> {
        if setting.same {
            return None;
        }
        Some(match (&setting.old, file.map(|file| &file.was)) {
            (_, Some(Was::Nothing)) => Drift::NotWritten { is_there: false },
            (Old::Unknown, _) | (_, Some(Was::Missing(_))) => Drift::Unread,
            (Old::File { file, line, .. }, _) if *file != setting.path => Drift::Shadowed {
                by: file.clone(),
                line: *line,
                at: self.changed(file),
            },
            _ => Drift::Edited {
                at: self.changed(&setting.path),
            },
        })
    }

    /// A file that holds nothing of the plan was not edited: nothing was ever
    /// written to it.
    fn tell_unwritten(&self, rows: &mut [Row]) {
        let has_some = |row: &&Row| row.file.as_ref() == Some(&row.planned);
        let held: BTreeSet<String> = rows
            .iter()
            .filter(has_some)
            .filter_map(|row| row.path.clone())
            .collect();
        for row in rows {
            let path = row.path.as_deref().unwrap_or_default();
            let is_written = self.files.get(path).is_none_or(|file| match file.meets {
                Meets::Own => !file.foreign,
                Meets::Merge => held.contains(path),
            });
            for drift in &mut row.drifts {
                if !is_written && matches!(drift, Drift::Edited { .. } | Drift::Shadowed { .. }) {
                    *drift = Drift::NotWritten { is_there: true };
                }
            }
        }
    }

    /// What the plan's own file says now, whatever else is in effect.
    fn written(
        &self,
        setting: &SettingDifference,
        file: Option<&FileDifference>,
    ) -> Option<String> {
        let file = file?;
        let Was::File(bytes) = &file.was else {
            return None;
        };
        if let Old::File { value, file, .. } = &setting.old
            && *file == setting.path
        {
            return Some(value.clone());
        }
        let mut candidates = self.candidates.iter();
        let candidate = candidates.find(|candidate| candidate.path == setting.path)?;
        let mut named = candidate.settings.iter().flatten();
        let named = named.find(|one| one.key == setting.key && one.service == setting.service)?;
        let alone: BTreeMap<String, Vec<u8>> = [(file.path.clone(), bytes.clone())].into();
        let reading = file.format.read(&alone, &file.path).into_iter().next()?;
        let here = |one: &&Occurrence| one.file == file.path;
        let here: Vec<&Occurrence> = reading.occurrences.iter().filter(here).collect();
        let at = located(named, &here, candidate.is_shared());
        let one = here.get(*at.last()?)?;
        let whole = one.key == named.key || one.key.split(' ').next() == Some(&named.key);
        let value = match parameter(one, &named.key) {
            Some(part) if !whole => part,
            _ => one.value.to_string(),
        };
        let normal = file.format.normal(&one.key, value.as_bytes());
        Some(file.format.spell(&one.key, &normal))
    }

    /// A setting that no file holds which could be read.
    fn running_only(&self, service: &str, setting: &Setting) -> Option<Row> {
        let running = self.runtime().values(service, &setting.key);
        if running.is_empty() {
            return None;
        }
        Some(Row {
            service: service.to_owned(),
            key: setting.key.clone().into_owned(),
            path: None,
            format: None,
            planned: setting.text.clone(),
            file: None,
            effective: None,
            drifts: drifts(running, None),
            running: running.to_vec(),
            secret: running
                .iter()
                .any(|value| Format::Text.is_secret(&setting.key, value.text.as_bytes()))
                || Format::Text.is_secret(&setting.key, setting.text.as_bytes()),
            needs: Some(setting.activation),
        })
    }
}

/// Why what runs is not what the files say. `written` is when they were.
fn drifts(running: &[Value], written: Option<i64>) -> Vec<Drift> {
    let other = running.iter().filter(|value| value.pending || !value.holds);
    let mut drifts: Vec<Drift> = other
        .map(|value| match (value.since, written) {
            (since, _) if value.pending => Drift::NeedsRestart { since },
            (Some(since), Some(at)) if value.by.is_none() && since + CUT_OFF <= at => {
                Drift::StartedBefore { since, at }
            }
            (since, _) => Drift::ToldOtherwise {
                by: value.by.clone(),
                since,
            },
        })
        .collect();
    drifts.dedup();
    drifts
}

#[cfg(test)]
mod tests;
