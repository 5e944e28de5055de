//! For a terminal: what drifted, with why.

use std::fmt::Write as _;

use crate::diff::{Drift, Old, Verification};
use crate::report::Look;

/// What is not as planned; with `all` what is as well.
pub fn text(verified: &Verification, all: bool, look: &Look<'_>) -> String {
    let mut out = String::new();
    let rows = verified
        .rows
        .iter()
        .filter(|row| all || !row.drifts.is_empty());
    for row in rows {
        let file = row.file.as_ref().and_then(Old::value).unwrap_or("-");
        let running: Vec<&str> = row
            .running
            .iter()
            .map(|value| value.text.as_str())
            .collect();
        let _ = writeln!(
            out,
            "{} {}: planned {}, file {file}, running {} {}",
            (look.heading)(&row.service),
            row.key,
            row.planned,
            running.join(" "),
            row.drifts.iter().map(reason).collect::<Vec<_>>().join(", ")
        );
    }
    for file in &verified.files {
        let _ = writeln!(out, "{file}");
    }
    for unasked in &verified.unasked {
        let _ = writeln!(out, "not asked: {}: {}", unasked.what, unasked.why);
    }
    out
}

fn reason(drift: &Drift) -> String {
    format!("{drift:?}")
}
