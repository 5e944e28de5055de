//! A difference as one JSON document: a stable interface. Keys in `snake_case`,
//! sizes in bytes, secrets left out.

mod of_plan;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::counts::{Counts, Formats, needs};
use super::files::state;
use super::troubles::{TroublePart, trouble};
use super::validations::{self, Tally, ValidationPart};
use super::words::why;
use super::{Review, running, shadows};
use crate::diff::runtime::{Unasked, Value as Running};
use crate::diff::{Differences, FileDifference, Old, SettingDifference, Shadow, ShadowKind, Was};
use crate::formats::Format;
use crate::plan::Finding;
use crate::setting::Activation;
use of_plan::{PlanPart, plan};

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Document<'a> {
    /// What is compared with what, for a person.
    title: &'a str,
    /// Whether anything differs, or could not be read.
    differs: bool,
    summary: SummaryPart<'a>,
    /// The plan, where one is known.
    plan: Option<PlanPart<'a>>,
    /// Every setting, those that stay the same among them.
    settings: Vec<SettingPart<'a>>,
    /// Every file.
    files: Vec<FilePart<'a>>,
    /// What could not be read, so that nothing is known of it.
    troubles: Vec<TroublePart<'a>>,
    /// What the programs say of the files as they would be; empty where none
    /// was asked.
    validations: Vec<ValidationPart<'a>>,
    /// What runs and could not be asked, of those that were to be.
    unasked: Vec<UnaskedPart<'a>>,
    /// The rules that fail in the files that are there.
    findings: &'a [Finding],
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SummaryPart<'a> {
    settings: usize,
    settings_changed: usize,
    /// Of those that change.
    settings_without_effect: usize,
    files: usize,
    files_changed: usize,
    /// Of those, the ones in which only comments change.
    files_only_comments: usize,
    troubles: usize,
    /// Validators that refuse files of the plan, and not what is there now.
    refused: usize,
    /// What must be done beside writing the files, the most disruptive first.
    needs: Vec<NeedPart<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NeedPart<'a> {
    /// `recreate`, `restart`, `reload`, `command`; `daemon-reload` and `sysctl`
    /// are done once.
    need: &'static str,
    /// Nothing where it is done once for the host.
    service: Option<&'a str>,
    settings: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one setting"
)]
struct SettingPart<'a> {
    service: &'a str,
    /// The file of the plan that holds it.
    path: &'a str,
    /// The blocks or sections that it stands in, outermost first.
    within: &'a [String],
    key: &'a str,
    old: OldPart<'a>,
    /// As the file would spell it; nothing where it would not be set any more,
    /// or where it is secret.
    new: Option<&'a str>,
    /// By how much it grows, where it is a size.
    delta_bytes: Option<i64>,
    /// Whether both are the same, whatever their spelling.
    same: bool,
    /// Whether its values are left out here.
    secret: bool,
    /// Whether something that says otherwise wins everywhere.
    without_effect: bool,
    shadowed_by: Vec<ShadowPart<'a>>,
    /// What runs, where that is neither the old value nor the new one, or was
    /// counted; empty too where it is secret.
    running: Vec<RunningPart<'a>>,
    /// When a change takes effect, where that is known.
    needs: Option<Activation>,
    /// What is to be done for that beside writing the file, as in the summary;
    /// nothing for what has no effect.
    steps: Vec<&'static str>,
    /// The expression with its numbers, and the reason.
    why: Option<&'a str>,
    /// Where the rule comes from: a URL, or a row of the project's documents.
    source: Option<&'a str>,
    /// Whether it is a setting of the plan.
    planned: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct OldPart<'a> {
    /// `file`: a line says so; `default`: the program's own; `unset`: nothing
    /// says so; `unknown`: it could not be read.
    state: &'static str,
    /// As the file would spell it; nothing where it is not known, or secret.
    value: Option<&'a str>,
    file: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct ShadowPart<'a> {
    /// `wins`: it alone counts; `wins_for`: for one reader of several; `inside`:
    /// in a block inside; `in_sessions`: in those of a role or a database;
    /// `not_read`: the program does not read the plan's file; `not_taken`: it takes
    /// no such value.
    kind: &'static str,
    /// The file or the command line that wins; for `not_read` the file that
    /// does not include the plan's, for `not_taken` the plan's. Nothing where it would tell a secret.
    by: Option<&'a str>,
    line: Option<u32>,
    value: Option<&'a str>,
    /// The reader, of `wins_for`.
    reader: Option<&'a str>,
    /// The block, of `inside`.
    block: Option<&'a str>,
    /// Whether it says what the plan does.
    same: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct RunningPart<'a> {
    value: &'a str,
    /// Where it was read: a file of the kernel's, processes, who was asked.
    from: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct FilePart<'a> {
    service: &'a str,
    path: &'a str,
    format: Format,
    /// `own`: replaced whole; `merge`: only the plan's settings in it change.
    meets: &'static str,
    /// `new`, `changed`, `mode`, `owner` or `same`; else what stands in its
    /// place: `vanished`, `masked`, `dangling_link`, `link`, `directory`,
    /// `special`, `too_large`, `unreadable`.
    state: String,
    /// What the system says of it, where something stands in its place.
    reason: Option<String>,
    /// As in `0644`.
    old_mode: Option<String>,
    new_mode: Option<String>,
    /// As in `root:root`.
    old_owner: Option<&'a str>,
    new_owner: Option<&'a str>,
    /// Somebody else's file stands where tune's own would go.
    foreign: bool,
    /// Settings that a merge leaves as they are.
    kept: Vec<KeptPart<'a>>,
    /// Lines that change and hold no setting of the plan.
    other_lines: usize,
    /// What is there is code that was not run: nothing is known of its settings.
    code: bool,
    /// The file is reached through a link, which points there.
    link: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct KeptPart<'a> {
    key: &'a str,
    reason: &'a str,
    help: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UnaskedPart<'a> {
    what: &'a str,
    why: &'a str,
}

/// The document.
pub fn json(review: &Review<'_>) -> Result<String, serde_json::Error> {
    let found = review.differences;
    let formats = Formats::of(found);
    let settings = found.settings.iter();
    let document = Document {
        title: &review.title,
        differs: !found.is_empty(),
        summary: summary(found),
        plan: plan(review),
        settings: settings.map(|one| setting(one, &formats)).collect(),
        files: found.files.iter().map(file).collect(),
        troubles: found.troubles.iter().map(trouble).collect(),
        validations: validations::parts(found),
        unasked: found.unasked.iter().map(unasked).collect(),
        findings: &found.findings,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

/// The schema of the document.
pub fn schema() -> Value {
    crate::report::schema::of::<Document<'_>>("tune diff --format json")
}

fn summary(found: &Differences) -> SummaryPart<'_> {
    let counts = Counts::of(found);
    let needs = needs(found);
    let each = needs.into_iter().flat_map(|(need, services)| {
        let services = services.into_iter();
        services.map(move |(service, settings)| NeedPart {
            need: need.word(),
            service,
            settings,
        })
    });
    SummaryPart {
        settings: counts.settings,
        settings_changed: counts.changed,
        settings_without_effect: counts.without_effect,
        files: counts.files,
        files_changed: counts.files_changed,
        files_only_comments: counts.only_comments,
        troubles: counts.troubles,
        refused: Tally::of(found).refused,
        needs: each.collect(),
    }
}

fn setting<'a>(setting: &'a SettingDifference, formats: &Formats<'_>) -> SettingPart<'a> {
    let said = |text| Some(text).filter(|text: &&str| !text.is_empty());
    SettingPart {
        service: &setting.service,
        path: &setting.path,
        within: &setting.within,
        key: &setting.key,
        old: old(setting),
        new: setting.new.as_deref().filter(|_| !setting.secret),
        delta_bytes: setting.delta.filter(|_| !setting.secret).map(whole),
        same: setting.same,
        secret: setting.secret,
        without_effect: shadows::is_lost(setting),
        shadowed_by: setting
            .shadows
            .iter()
            .map(|one| shadow(setting, one))
            .collect(),
        running: running::shown(setting).map(running_part).collect(),
        needs: setting.needs,
        steps: formats
            .needs(setting)
            .iter()
            .map(|need| need.word())
            .collect(),
        why: said(why(setting)),
        source: said(&setting.source),
        planned: setting.planned,
    }
}

fn whole(delta: i128) -> i64 {
    let most = if delta < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(delta).unwrap_or(most)
}

fn old(setting: &SettingDifference) -> OldPart<'_> {
    let value = setting.old.value().filter(|_| !setting.secret);
    let state = match &setting.old {
        Old::File { .. } => "file",
        Old::Default(_) => "default",
        Old::Unset => "unset",
        Old::Unknown => "unknown",
    };
    let (file, line) = match &setting.old {
        Old::File { file, line, .. } => (Some(file.as_str()), Some(*line)),
        Old::Default(_) | Old::Unset | Old::Unknown => (None, None),
    };
    OldPart {
        state,
        value,
        file,
        line,
    }
}

fn shadow<'a>(setting: &SettingDifference, shadow: &'a Shadow) -> ShadowPart<'a> {
    let (kind, reader, block) = match &shadow.kind {
        ShadowKind::Wins => ("wins", None, None),
        ShadowKind::WinsFor(reader) => ("wins_for", Some(*reader), None),
        ShadowKind::Inside(block) => ("inside", None, Some(block.as_str())),
        ShadowKind::InSessions => ("in_sessions", None, None),
        ShadowKind::NotRead => ("not_read", None, None),
        ShadowKind::NotTaken => ("not_taken", None, None),
    };
    let is_said = shadow.kind != ShadowKind::NotRead && !setting.secret;
    ShadowPart {
        kind,
        by: Some(shadow.by.as_str()).filter(|by| !setting.secret || by.starts_with('/')),
        line: Some(shadow.line).filter(|line| *line > 0),
        value: Some(shadow.value.as_str()).filter(|_| is_said),
        reader,
        block,
        same: shadows::agrees(setting, shadow),
    }
}

fn running_part(value: &Running) -> RunningPart<'_> {
    RunningPart {
        value: &value.text,
        from: &value.from,
    }
}

fn file(file: &FileDifference) -> FilePart<'_> {
    let mode = |mode: Option<u32>| mode.map(|mode| format!("{mode:04o}"));
    let kept = file.kept.iter().map(|kept| KeptPart {
        key: &kept.key,
        reason: &kept.refused.reason,
        help: &kept.refused.help,
    });
    FilePart {
        service: &file.service,
        path: &file.path,
        format: file.format,
        meets: file.meets.name(),
        state: state(file).replace(' ', "_"),
        reason: match &file.was {
            Was::Missing(missing) => Some(missing.to_string()),
            Was::Nothing | Was::File(_) => None,
        },
        old_mode: mode(file.mode.0),
        new_mode: mode(file.mode.1),
        old_owner: file.owner.0.as_deref(),
        new_owner: file.owner.1.as_deref(),
        foreign: file.foreign,
        kept: kept.collect(),
        other_lines: file.other_lines,
        code: file.code,
        link: file.link.as_deref(),
    }
}

fn unasked(unasked: &Unasked) -> UnaskedPart<'_> {
    UnaskedPart {
        what: &unasked.what,
        why: &unasked.why,
    }
}

#[cfg(test)]
mod tests;
