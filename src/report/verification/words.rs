//! The words for what drifted and why, and moments as people read them.

use jiff::Timestamp;

use crate::diff::{Drift, FileDrift, Old, Row};
use crate::report::difference::words::{self as difference, NOT_SET, SECRET, UNKNOWN};
use crate::report::needs;

/// A moment, to the minute: `2026-11-21 14:02 UTC`.
pub(super) fn moment(seconds: i64) -> String {
    match Timestamp::from_second(seconds) {
        Ok(moment) => moment.strftime("%F %H:%M UTC").to_string(),
        Err(_) => "an unknown time".to_owned(),
    }
}

/// A value as it is shown.
pub(super) fn shown(value: &str, secret: bool) -> String {
    match value {
        _ if secret => SECRET.to_owned(),
        value => difference::shown(value),
    }
}

/// What the plan's file says.
pub(super) fn file(row: &Row) -> String {
    match (&row.file, &row.effective) {
        (Some(value), _) => shown(value, row.secret),
        (None, Some(Old::Unknown)) => UNKNOWN.to_owned(),
        (None, _) => NOT_SET.to_owned(),
    }
}

/// What the files have in effect.
pub(super) fn effective(row: &Row) -> String {
    match &row.effective {
        Some(Old::Unknown) => UNKNOWN.to_owned(),
        Some(old) => old
            .value()
            .map_or_else(|| NOT_SET.to_owned(), |value| shown(value, row.secret)),
        None => NOT_SET.to_owned(),
    }
}

/// What runs, each value once.
pub(super) fn running(row: &Row) -> String {
    let mut values: Vec<String> = Vec::new();
    for value in &row.running {
        let value = shown(&value.text, row.secret);
        if !values.contains(&value) {
            values.push(value);
        }
    }
    match values.as_slice() {
        [] => UNKNOWN.to_owned(),
        values => values.join(", "),
    }
}

/// A drift in a word, for programs.
pub(super) const fn word(drift: &Drift) -> &'static str {
    match drift {
        Drift::NotWritten { .. } => "not_written",
        Drift::Edited { .. } => "edited",
        Drift::Shadowed { .. } => "shadowed",
        Drift::Unread => "unread",
        Drift::NeedsRestart { .. } => "needs_restart",
        Drift::StartedBefore { .. } => "started_before",
        Drift::ToldOtherwise { .. } => "told_otherwise",
    }
}

/// Why a setting is not as planned, in a sentence.
pub(super) fn reason(row: &Row, drift: &Drift) -> String {
    let path = row.path.as_deref().unwrap_or("its file");
    let since = |at: &Option<i64>, what: &str| {
        at.map_or_else(String::new, |at| format!(" since {}, {what}", moment(at)))
    };
    match drift {
        Drift::NotWritten { is_there: false } => format!("{path} is not there"),
        Drift::NotWritten { is_there: true } => {
            format!("not written: {path} has nothing of the plan")
        }
        Drift::Unread => format!("{path} could not be read"),
        Drift::Edited { at } => {
            let at = at.map_or_else(String::new, |at| {
                format!("; the file was last changed {}", moment(at))
            });
            format!("{path} says otherwise{at}")
        }
        Drift::Shadowed { by, line, at } => {
            let place = match line {
                0 => by.clone(),
                line => format!("{by}:{line}"),
            };
            let at = at.map_or_else(String::new, |at| {
                format!("; that file was last changed {}", moment(at))
            });
            format!("{place} wins{at}")
        }
        Drift::NeedsRestart { since: started } => {
            let since = since(started, "when it was started");
            format!("waits for a restart{since}")
        }
        Drift::StartedBefore { since, at } => {
            let (since, at) = (moment(*since), moment(*at));
            format!("runs since {since}, and {path} was changed after that, {at}")
        }
        Drift::ToldOtherwise { by: Some(by), .. } => format!("{by} says otherwise"),
        Drift::ToldOtherwise { by: None, since } => {
            let since = since.map_or_else(String::new, |at| format!(", after {}", moment(at)));
            match row.path {
                Some(_) => format!("told otherwise while it runs{since}"),
                None => "not done yet, or undone since".to_owned(),
            }
        }
    }
}

/// How a file differs, behind its path.
pub(super) fn differs(file: &FileDrift) -> String {
    if !file.is_there {
        return "is not there".to_owned();
    }
    let mut said = Vec::new();
    if file.is_text {
        let at = file.at.map(moment);
        let at = at.map_or_else(String::new, |at| format!(", last changed {at}"));
        said.push(format!("has another text{at}"));
    }
    if let Some((was, is)) = file.mode {
        said.push(format!("has mode {was:04o}, planned {is:04o}"));
    }
    if let Some((was, is)) = &file.owner {
        said.push(format!("belongs to {was}, planned {is}"));
    }
    said.join("; ")
}

/// What has to happen for a setting to be as planned, beside what is wrong
/// being mended.
pub(super) fn needs(row: &Row) -> Option<String> {
    needs::text(row.needs?, row.format).map(|needs| format!("needs {needs}"))
}

/// `1 setting`, `2 settings`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
