//! What is told of a host against its plan. How it is found and how it is shown
//! is not known here.

use std::collections::BTreeMap;

use crate::diff::model::Old;
use crate::diff::runtime::{Unasked, Value};
use crate::formats::{Format, Trouble};
use crate::plan::{Finding, Severity};
use crate::setting::Activation;

/// One setting on a host that runs.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose it is.
    pub service: String,
    /// Its key, as the plan names it.
    pub key: String,
    /// The file of the plan that holds it, where one does that can be read so.
    pub path: Option<String>,
    /// What that file is written in.
    pub format: Option<Format>,
    /// What the plan says.
    pub planned: String,
    /// What that file says.
    pub file: Option<String>,
    /// What all files together have in effect.
    pub effective: Option<Old>,
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
    /// What the plan has for the file was never written to it.
    NotWritten {
        /// Whether a file is there all the same.
        is_there: bool,
    },
    /// The file has something of the plan and says otherwise here.
    Edited {
        /// When the file was last changed.
        at: Option<i64>,
    },
    /// The file says so, but another place wins.
    Shadowed {
        /// Its file.
        by: String,
        /// The line, from 1; 0 where it has none.
        line: u32,
        /// When that was changed.
        at: Option<i64>,
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
    /// The files say so; what runs was told otherwise, or never told.
    ToldOtherwise {
        /// What did, where it is known.
        by: Option<String>,
        /// When what runs was started: not before that.
        since: Option<i64>,
    },
}

/// A file that is not as the plan renders it, otherwise than in its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDrift {
    /// Whose it is.
    pub service: String,
    /// Where it goes.
    pub path: String,
    /// Whether something is there.
    pub is_there: bool,
    /// Whether its text is another one, and no setting of the plan in it says so.
    pub is_text: bool,
    /// Its permissions and the plan's, where they are others.
    pub mode: Option<(u32, u32)>,
    /// Its owner and the plan's, where that is another.
    pub owner: Option<(String, String)>,
    /// When that was changed, in seconds since 1970.
    pub at: Option<i64>,
}

/// A host against its plan.
#[derive(Clone, Debug, Default)]
pub struct Verification {
    /// Every setting of which something is known, service by service.
    pub rows: Vec<Row>,
    /// Files that are not as the plan renders them, otherwise than in settings.
    pub files: Vec<FileDrift>,
    /// When the main process of each service that runs was started.
    pub started: BTreeMap<String, Option<i64>>,
    /// The services of the plan that do not run.
    pub stopped: Vec<String>,
    /// The rules of a running host that fail and that the stack does not silence.
    pub findings: Vec<Finding>,
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

    /// Whether all that could be looked at is as planned.
    pub fn holds(&self) -> bool {
        let mut findings = self.findings.iter();
        // What is only worth knowing alarms nobody.
        let fails = findings.any(|finding| finding.severity != Severity::Info);
        let none = self.files.is_empty() && self.stopped.is_empty() && !fails;
        none && self.drifted().next().is_none()
    }

    /// Whether everything could be looked at.
    pub fn is_complete(&self) -> bool {
        self.troubles.is_empty() && self.unasked.is_empty()
    }
}
