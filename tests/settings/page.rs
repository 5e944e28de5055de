//! The rows of `docs/settings.md`, by the anchors that GitHub gives them.

use std::collections::BTreeSet;

use hosttune::plan::{Plan, row};

pub fn text() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join("docs/settings.md")).unwrap()
}

/// Every heading of a row as documents cite it.
pub fn rows() -> BTreeSet<String> {
    let page = text();
    let headings = page.lines().filter_map(|line| line.strip_prefix("### "));
    let anchor = |heading: &str| {
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings
        .map(|heading| format!("docs/settings.md#{}", anchor(heading)))
        .collect()
}

/// The settings of a plan that have no row, and how many were looked at.
pub fn missing(plan: &Plan, rows: &BTreeSet<String>) -> (Vec<String>, usize) {
    let services = plan.services.iter().filter_map(|planned| {
        let settled = planned.settled.as_ref()?;
        Some((Some(planned.kind), settled))
    });
    let all = plan
        .system
        .iter()
        .map(|settled| (None, settled))
        .chain(services);
    let cited: Vec<String> = all
        .flat_map(|(kind, settled)| {
            let settings = settled.settings.iter();
            settings.map(move |setting| row::cited(kind, setting))
        })
        .collect();
    let missing = cited.iter().filter(|cited| !rows.contains(*cited));
    (missing.cloned().collect(), cited.len())
}
