//! For a terminal: service by service what changes, then what it needs, what
//! would have no effect, and the files.

use std::fmt::Write as _;

use super::{Review, needs, new, old};
use crate::report::Look;

/// The whole of it.
pub fn summary(review: &Review<'_>, look: &Look<'_>) -> String {
    let mut out = format!("{}\n", (look.heading)(&review.title));
    let found = review.differences;
    for change in found.changes().filter(|change| change.planned) {
        let _ = writeln!(
            out,
            "{} {}: {} -> {}",
            change.service,
            change.key,
            old(change),
            new(change)
        );
    }
    for (what, services) in needs(found) {
        let names: Vec<&str> = services.keys().copied().collect();
        let _ = writeln!(out, "{} {what}: {}", names.len(), names.join(", "));
    }
    for setting in &found.settings {
        for shadow in &setting.shadows {
            let _ = writeln!(
                out,
                "{} is shadowed by {}:{}",
                setting.key, shadow.by, shadow.line
            );
        }
    }
    for file in found.files.iter().filter(|file| file.is_change()) {
        let _ = writeln!(out, "{}", file.path);
    }
    for trouble in &found.troubles {
        let _ = writeln!(out, "{trouble}");
    }
    out
}
