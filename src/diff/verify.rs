//! Whether a host holds what the plan says: for every setting what the files
//! have in effect and what runs, side by side, and where they part, why.

use std::collections::BTreeMap;

use super::model::{Differences, FileDifference, Old, SettingDifference, Was};
use super::runtime::{Runtime, Unasked, Value};
use crate::formats::{Format, Normal, Trouble};
use crate::plan::Plan;
use crate::setting::{Activation, Setting};

/// One setting on a host that runs.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose it is.
    pub service: String,
    /// Its key, as the plan names it.
    pub key: String,
    /// The file of the plan that holds it, where one does.
    pub path: Option<String>,
    /// What the plan says.
    pub planned: String,
    /// What the files have in effect; nothing where no file holds it.
    pub file: Option<Old>,
    /// What runs; one for each process that has it.
    pub running: Vec<Value>,
    /// Why it is not as planned; empty where it is.
    pub drifts: Vec<Drift>,
    /// Whether its values are never shown.
    pub secret: bool,
    /// What a change of it needs.
    pub needs: Option<Activation>,
}

/// Why a setting is not as planned. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// The file is not there.
    NotWritten,
    /// The file says something else, and when it was changed.
    Edited {
        /// Its time of change.
        at: Option<i64>,
    },
    /// The file says so, but another place wins.
    Shadowed {
        /// Its file, or the command line.
        by: String,
        /// The line, from 1; 0 where it has none.
        line: u32,
    },
    /// The file could not be read.
    Unread,
    /// The files say so, and the server waits for a restart.
    NeedsRestart {
        /// When the server was started.
        since: Option<i64>,
    },
    /// The files say so, but what runs was started before they did.
    StartedBefore {
        /// When it was started.
        since: i64,
        /// When the file was changed.
        at: i64,
    },
    /// The files say so; somebody told the running service otherwise.
    ToldOtherwise {
        /// What did, where it is known.
        by: Option<String>,
    },
}

/// A host against its plan.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// Every setting of which something is known, service by service.
    pub rows: Vec<Row>,
    /// Files without settings that are not as the plan renders them.
    pub files: Vec<String>,
    /// What could not be read.
    pub troubles: Vec<Trouble>,
    /// What could not be asked.
    pub unasked: Vec<Unasked>,
}

impl Verification {
    /// The settings that are not as planned.
    pub fn drifted(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| !row.drifts.is_empty())
    }

    /// Whether all that could be asked is as planned.
    pub fn holds(&self) -> bool {
        self.drifted().next().is_none() && self.files.is_empty()
    }
}

/// What is known of a host, laid side by side. `changed` gives when a file was
/// changed, in seconds since 1970.
pub fn verify(
    plan: &Plan,
    found: &Differences,
    runtime: &Runtime,
    changed: &dyn Fn(&str) -> Option<i64>,
) -> Verification {
    let files: BTreeMap<&str, &FileDifference> = found
        .files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let look = Look {
        files,
        runtime,
        changed,
    };
    let planned = found.settings.iter().filter(|setting| setting.planned);
    let mut rows: Vec<Row> = planned.map(|setting| look.row(setting)).collect();
    let unfiled = settings(plan).filter(|(service, setting)| {
        !rows
            .iter()
            .any(|row| row.service == *service && row.key == setting.key)
    });
    let unfiled: Vec<Row> = unfiled
        .filter_map(|(service, setting)| look.running_only(service, setting))
        .collect();
    rows.extend(unfiled);
    rows.sort_by(|a, b| a.service.cmp(&b.service));
    let without = found.files.iter().filter(|file| {
        file.is_change()
            && !found
                .settings
                .iter()
                .any(|one| one.path == file.path && one.planned)
    });
    Verification {
        files: without.map(|file| file.path.clone()).collect(),
        rows,
        troubles: found.troubles.clone(),
        unasked: runtime.unasked.clone(),
    }
}

fn settings(plan: &Plan) -> impl Iterator<Item = (&str, &Setting)> {
    let system = plan.system.iter().flat_map(|settled| &settled.settings);
    let system = system.map(|setting| ("system", setting));
    let services = plan.settled().flat_map(|(planned, settled)| {
        let settings = settled.settings.iter();
        settings.map(|setting| (planned.name.as_str(), setting))
    });
    system.chain(services)
}

struct Look<'a> {
    files: BTreeMap<&'a str, &'a FileDifference>,
    runtime: &'a Runtime,
    changed: &'a dyn Fn(&str) -> Option<i64>,
}

impl Look<'_> {
    fn row(&self, setting: &SettingDifference) -> Row {
        let file = self.files.get(setting.path.as_str());
        let format = file.map_or(Format::Text, |file| file.format);
        let new = setting.new.as_deref().unwrap_or_default();
        let normal = format.normal(&setting.key, new.as_bytes());
        let running = self.runtime.values(&setting.service, &setting.key).to_vec();
        let in_files = self.in_files(setting, file.copied());
        let drifts = match in_files {
            // What runs follows from the file: one reason is enough.
            Some(drift) if running.iter().all(|value| value.normal != normal) => vec![drift],
            Some(drift) => vec![drift],
            None => self.running(&running, &normal, Some(setting)),
        };
        Row {
            service: setting.service.clone(),
            key: setting.key.clone(),
            path: Some(setting.path.clone()),
            planned: format.spell(&setting.key, &normal),
            file: Some(setting.old.clone()),
            running,
            drifts,
            secret: setting.secret,
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
        let here = |path: &str| (self.changed)(path);
        Some(match (&setting.old, file.map(|file| &file.was)) {
            (_, Some(Was::Nothing)) => Drift::NotWritten,
            (Old::Unknown, _) | (_, Some(Was::Missing(_))) => Drift::Unread,
            (Old::File { file, line, .. }, _) if *file != setting.path => Drift::Shadowed {
                by: file.clone(),
                line: *line,
            },
            _ => Drift::Edited {
                at: here(&setting.path),
            },
        })
    }

    /// Why what runs is not what the files say.
    fn running(
        &self,
        running: &[Value],
        planned: &Normal,
        setting: Option<&SettingDifference>,
    ) -> Vec<Drift> {
        let written = setting.and_then(|setting| (self.changed)(&setting.path));
        let other = running
            .iter()
            .filter(|value| value.pending || value.normal != *planned);
        let mut drifts: Vec<Drift> = other
            .map(|value| match (value.since, written) {
                (since, _) if value.pending => Drift::NeedsRestart { since },
                (Some(since), Some(at)) if value.by.is_none() && since < at => {
                    Drift::StartedBefore { since, at }
                }
                _ => Drift::ToldOtherwise {
                    by: value.by.clone(),
                },
            })
            .collect();
        drifts.dedup();
        drifts
    }

    /// A setting that no file holds which could be read.
    fn running_only(&self, service: &str, setting: &Setting) -> Option<Row> {
        let running = self.runtime.values(service, &setting.key);
        if running.is_empty() {
            return None;
        }
        let normal = Normal::number(setting.text.as_bytes())
            .unwrap_or_else(|| Normal::text(setting.text.as_bytes()));
        Some(Row {
            service: service.to_owned(),
            key: setting.key.clone().into_owned(),
            path: None,
            planned: setting.text.clone(),
            file: None,
            drifts: self.running(running, &normal, None),
            running: running.to_vec(),
            secret: false,
            needs: Some(setting.activation),
        })
    }
}
