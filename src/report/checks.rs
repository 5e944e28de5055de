//! The rules themselves, documented: for `tune checks`, for a terminal and as
//! the page of all checks.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::plan::{CHECKS, Check, ELSEWHERE, Elsewhere, REFERENCE, Reference, Severity};

/// One rule as JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Entry {
    id: &'static str,
    severity: Severity,
    rule: &'static str,
    because: &'static str,
    help: &'static str,
    sources: &'static [&'static str],
    fires: &'static str,
    holds: &'static str,
}

/// A rule that no plan can look at, as JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Beyond {
    id: &'static str,
    /// What it needs: live files, or a running host.
    needs: &'static str,
    because: &'static str,
    /// The rule, where 'tune verify' looks at it.
    looked: Looked,
}

/// A rule that 'tune verify' looks at, as JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Looked {
    severity: Severity,
    rule: &'static str,
    otherwise: &'static str,
    help: &'static str,
    sources: &'static [&'static str],
}

/// Either.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Rule {
    Check(Entry),
    Elsewhere(Beyond),
}

/// Their schema.
pub fn schema() -> serde_json::Value {
    super::schema::of::<Vec<Rule>>("tune checks --format json")
}

/// Some rules as one JSON document.
pub fn json(checks: &[&Check], elsewhere: &[&Elsewhere]) -> Result<String, serde_json::Error> {
    let checks = checks.iter().map(|check| {
        Rule::Check(Entry {
            id: check.id,
            severity: check.severity,
            rule: check.rule,
            because: check.because,
            help: check.help,
            sources: check.sources,
            fires: check.cases.fires,
            holds: check.cases.holds,
        })
    });
    let elsewhere = elsewhere.iter().map(|row| {
        Rule::Elsewhere(Beyond {
            id: row.id,
            needs: row.needs.name(),
            because: row.because,
            looked: Looked {
                severity: row.looked.severity,
                rule: row.looked.rule,
                otherwise: row.looked.otherwise,
                help: row.looked.help,
                sources: row.looked.sources,
            },
        })
    });
    let rules: Vec<Rule> = checks.chain(elsewhere).collect();
    serde_json::to_string_pretty(&rules).map(|text| text + "\n")
}

/// The page of all rules, and of those that are looked at elsewhere.
pub fn page() -> String {
    let mut out = String::from(PAGE_HEAD);
    for check in CHECKS {
        let (id, severity) = (check.id, check.severity.name());
        let _ = writeln!(
            out,
            "| [`{id}`](#{id}) | {severity} | {} |",
            cell(check.rule)
        );
    }
    out.push_str(ELSEWHERE_HEAD);
    for row in ELSEWHERE {
        let (needs, because) = (row.needs.name(), cell(row.because));
        let _ = writeln!(out, "| [`{0}`](#{0}) | {needs} | {because} |", row.id);
    }
    out.push_str(REFERENCE_HEAD);
    for row in REFERENCE {
        reference(row, &mut out);
    }
    for check in CHECKS {
        entry(check, &mut out);
    }
    for row in ELSEWHERE {
        beyond(row, &mut out);
    }
    out
}

/// A rule that no plan is looked at with.
fn beyond(row: &Elsewhere, out: &mut String) {
    let looked = &row.looked;
    let _ = writeln!(out, "\n## {}\n", row.id);
    let severity = looked.severity.name();
    let by = row.needs.by().replace('\'', "`");
    let _ = writeln!(out, "*{severity}*, by {by}: {}.\n", looked.rule);
    let _ = writeln!(out, "Otherwise: {}.\n", looked.otherwise);
    let _ = writeln!(out, "What to do: {}.\n", looked.help);
    let sources: Vec<String> = looked.sources.iter().map(|source| link(source)).collect();
    let _ = writeln!(out, "Source: {}.", sources.join(", "));
}

const PAGE_HEAD: &str = "# Checks

Rules that look across the services of a plan. `tune plan` says which of them fail, and exits 1
where one of severity error does; `tune checks ID` shows one. This page is made from the rules
themselves.

A check that is known and wanted is silenced by its id with a reason, for the whole stack or for
the service that it is about; the plan shows both:

```toml
[silence]
needs-pooler = \"the driver pools across processes\"

[services.db.silence]
pool-oversized = \"measured: 40 are faster here\"
```

| check | severity | must hold |
|---|---|---|
";

const ELSEWHERE_HEAD: &str = "
## Looked at elsewhere

What these need, no plan has. `tune diff` and `tune verify` look at those that need live files,
`tune verify` also at those that need a running host.

| check | needs | because |
|---|---|---|
";

const REFERENCE_HEAD: &str = "
## Every rule that was set out for

| rule | now | remark |
|---|---|---|
";

/// Where one of the rules went that tune set out to have.
fn reference(row: &Reference, out: &mut String) {
    let now: Vec<String> = row
        .now
        .iter()
        .map(|id| match ELSEWHERE.iter().find(|row| row.id == *id) {
            Some(row) => {
                let by = row.needs.by().replace('\'', "`");
                format!("[done by {by}](#{id})")
            }
            None if *id == row.was => format!("[done](#{id})"),
            None => format!("done: [`{id}`](#{id})"),
        })
        .collect();
    let _ = writeln!(
        out,
        "| `{}` | {} | {} |",
        row.was,
        now.join(", "),
        cell(row.note)
    );
}

fn entry(check: &Check, out: &mut String) {
    let _ = writeln!(out, "\n## {}\n", check.id);
    let _ = writeln!(out, "*{}*: `{}`\n", check.severity.name(), check.rule);
    let _ = writeln!(out, "Otherwise: {}.\n", check.because);
    let _ = writeln!(out, "What to do: {}.\n", check.help);
    let sources: Vec<String> = check.sources.iter().map(|source| link(source)).collect();
    let _ = writeln!(out, "Source: {}.\n", sources.join(", "));
    let _ = writeln!(out, "Fires on:\n\n```toml\n{}```\n", check.cases.fires);
    let _ = writeln!(out, "Holds on:\n\n```toml\n{}```", check.cases.holds);
}

/// A source as a link from a page in `docs/`.
fn link(source: &str) -> String {
    match source.strip_prefix("docs/") {
        Some(row) => format!("[{row}]({row})"),
        None => format!("<{source}>"),
    }
}

/// A text in a table: a bar would end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
