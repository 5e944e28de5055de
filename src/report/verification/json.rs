//! As one JSON document: a stable interface. Moments are seconds since 1970.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Verified;
use super::words::{differs, reason, word};
use crate::diff::runtime::Unasked;
use crate::diff::{Drift, FileDrift, Old, Row, Verification};
use crate::formats::Trouble;
use crate::plan::Finding;
use crate::report::needs::Need;
use crate::setting::Activation;

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    /// The stack's name.
    stack: &'a str,
    /// The host's.
    host: &'a str,
    /// Whether all that could be looked at is as planned.
    holds: bool,
    /// Whether everything could be looked at.
    complete: bool,
    /// How many settings something is known of.
    settings_known: usize,
    /// How many of them are not as planned.
    settings_drifted: usize,
    /// Those that are not as planned; with --all all of them.
    settings: Vec<SettingPart<'a>>,
    /// Files that are not as the plan renders them, otherwise than in settings.
    files: Vec<FilePart<'a>>,
    /// The services that are looked at.
    services: Vec<ServicePart<'a>>,
    /// The rules of a running host that fail.
    checks: &'a [Finding],
    /// What could not be read.
    unread: Vec<UnknownPart>,
    /// What could not be asked.
    unasked: Vec<UnknownPart>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SettingPart<'a> {
    service: &'a str,
    key: &'a str,
    /// The plan's file that holds it; null where it has none that is read so.
    path: Option<&'a str>,
    holds: bool,
    /// Whether its values are secret: then they are null here.
    secret: bool,
    planned: Option<&'a str>,
    /// What that file says.
    file: Option<&'a str>,
    /// What all files together have in effect.
    effective: Option<EffectivePart<'a>>,
    /// What runs, a value for each process that has it.
    running: Vec<RunningPart<'a>>,
    drifts: Vec<DriftPart<'a>>,
    /// When a change takes effect.
    needs: Option<Activation>,
    /// What is to be done for that beside what is wrong being mended: `recreate`,
    /// `restart`, `reload`, `command`, `daemon-reload`, `sysctl`.
    steps: Vec<&'static str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct EffectivePart<'a> {
    value: Option<&'a str>,
    /// Who says so.
    from: From,
    file: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum From {
    /// A line of a file.
    File,
    /// Nobody: the program's default.
    Default,
    /// Nobody, and the default is not known.
    Unset,
    /// It could not be read.
    Unknown,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RunningPart<'a> {
    value: Option<&'a str>,
    holds: bool,
    /// Where it was read.
    from: &'a str,
    /// When what has it was started.
    since: Option<i64>,
    /// Whether a restart is waited for.
    pending: bool,
    /// What set it, where that is no file.
    by: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct DriftPart<'a> {
    /// In a word: `not_written`, `edited`, `shadowed`, `unread`, `needs_restart`,
    /// `started_before`, `told_otherwise`.
    why: &'static str,
    /// In a sentence.
    message: String,
    /// What wins or told it otherwise: a file, a command.
    by: Option<&'a str>,
    /// The line of that file.
    line: Option<u32>,
    /// When that file, or the plan's, was changed.
    at: Option<i64>,
    /// When what runs was started.
    since: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FilePart<'a> {
    service: &'a str,
    path: &'a str,
    is_there: bool,
    /// How it differs, in a sentence.
    message: String,
    /// When it was changed.
    at: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ServicePart<'a> {
    name: &'a str,
    running: bool,
    /// When its main process was started.
    since: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UnknownPart {
    what: String,
    why: String,
}

/// The schema of the document.
pub fn schema() -> Value {
    crate::report::schema::of::<Document<'_>>("tune verify --format json")
}

/// The whole document.
pub fn json(verified: &Verified<'_>) -> Result<String, serde_json::Error> {
    let found = verified.found;
    let shown = found.rows.iter();
    let shown = shown.filter(|row| verified.all || !row.drifts.is_empty());
    let document = Document {
        stack: verified.stack,
        host: verified.host,
        holds: found.holds(),
        complete: found.is_complete(),
        settings_known: found.rows.len(),
        settings_drifted: found.drifted().count(),
        settings: shown.map(setting).collect(),
        files: found.files.iter().map(file).collect(),
        services: services(found),
        checks: &found.findings,
        unread: found.troubles.iter().map(unread).collect(),
        unasked: found.unasked.iter().map(unasked).collect(),
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn services(found: &Verification) -> Vec<ServicePart<'_>> {
    let part = |name, running, since| ServicePart {
        name,
        running,
        since,
    };
    let running = found.started.iter();
    let running = running.map(|(name, since)| part(name.as_str(), true, *since));
    let stopped = found.stopped.iter();
    let stopped = stopped.map(|name| part(name.as_str(), false, None));
    let mut services: Vec<ServicePart<'_>> = running.chain(stopped).collect();
    services.sort_by_key(|service| service.name);
    services
}

fn file(file: &FileDrift) -> FilePart<'_> {
    FilePart {
        service: &file.service,
        path: &file.path,
        is_there: file.is_there,
        message: differs(file),
        at: file.at,
    }
}

fn unread(trouble: &Trouble) -> UnknownPart {
    UnknownPart {
        what: trouble.file.clone(),
        why: trouble.to_string(),
    }
}

fn unasked(unasked: &Unasked) -> UnknownPart {
    UnknownPart {
        what: unasked.what.clone(),
        why: unasked.why.clone(),
    }
}

fn setting(row: &Row) -> SettingPart<'_> {
    SettingPart {
        service: &row.service,
        key: &row.key,
        path: row.path.as_deref(),
        holds: row.drifts.is_empty(),
        secret: row.secret,
        planned: value(row, &row.planned),
        file: row.file.as_deref().and_then(|text| value(row, text)),
        effective: row.effective.as_ref().map(|old| effective(row, old)),
        running: row
            .running
            .iter()
            .map(|one| RunningPart {
                value: value(row, &one.text),
                holds: one.holds,
                from: &one.from,
                since: one.since,
                pending: one.pending,
                by: one.by.as_deref(),
            })
            .collect(),
        drifts: row.drifts.iter().map(|drift| part(row, drift)).collect(),
        needs: row.needs,
        steps: steps(row),
    }
}

fn steps(row: &Row) -> Vec<&'static str> {
    let needs = row.needs.filter(|_| !row.drifts.is_empty());
    let needs = needs.map_or(&[][..], |needs| Need::of(needs, row.format));
    needs.iter().map(|need| need.word()).collect()
}

/// What is secret is left out.
fn value<'a>(row: &Row, text: &'a str) -> Option<&'a str> {
    (!row.secret).then_some(text)
}

fn effective<'a>(row: &Row, old: &'a Old) -> EffectivePart<'a> {
    let (from, file, line) = match old {
        Old::File { file, line, .. } => (From::File, Some(file.as_str()), Some(*line)),
        Old::Default(_) => (From::Default, None, None),
        Old::Unset => (From::Unset, None, None),
        Old::Unknown => (From::Unknown, None, None),
    };
    EffectivePart {
        value: old.value().and_then(|text| value(row, text)),
        from,
        file,
        line,
    }
}

fn part<'a>(row: &Row, drift: &'a Drift) -> DriftPart<'a> {
    let (by, line, at, since) = match drift {
        Drift::NotWritten { .. } | Drift::Unread => (None, None, None, None),
        Drift::Edited { at } => (None, None, *at, None),
        Drift::Shadowed { by, line, at } => {
            let line = Some(*line).filter(|line| *line > 0);
            (Some(by.as_str()), line, *at, None)
        }
        Drift::NeedsRestart { since } => (None, None, None, *since),
        Drift::StartedBefore { since, at } => (None, None, Some(*at), Some(*since)),
        Drift::ToldOtherwise { by, since } => (by.as_deref(), None, None, *since),
    };
    DriftPart {
        why: word(drift),
        message: reason(row, drift),
        by,
        line,
        at,
        since,
    }
}
