//! Every row of `docs/` that is cited is there: by a comment or a constant of
//! the source, by a template, by a setting of a plan, by a link of a page.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::tree::{File, files, read};

/// The anchors of every page of `docs/`, as GitHub makes them.
fn anchors() -> BTreeMap<String, BTreeSet<String>> {
    let pages = files("docs", ".md");
    pages
        .iter()
        .map(|page| (page.path.clone(), anchors_of(page)))
        .collect()
}

fn anchors_of(page: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for heading in headings(&page.text) {
        let base = anchor(heading);
        let numbered = (1..).map(|n| format!("{base}-{n}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        found.insert(names.find(|name| !found.contains(name)).unwrap());
    }
    found
}

fn headings(text: &str) -> Vec<&str> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.starts_with('#') {
            found.push(line.trim_start_matches('#').trim());
        }
    }
    found
}

/// Letters, digits, `-` and `_`, in lower case; spaces are hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What follows each `docs/` in a text: the page, and the rows of it.
fn cited(text: &str) -> Vec<(String, Vec<String>)> {
    let flat = one_line(text);
    let mut found = Vec::new();
    for (at, word) in flat.match_indices("docs/") {
        let before = flat.get(..at).unwrap().chars().last();
        let rest = flat.get(at + word.len()..).unwrap();
        let Some((name, rest)) = rest.split_once(".md") else {
            continue;
        };
        let inside = before.is_none_or(|c| !c.is_alphanumeric() && c != '/');
        if inside && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic()) {
            found.push((format!("docs/{name}.md"), rows(rest)));
        }
    }
    found
}

/// A comment or a string of several lines as one.
fn one_line(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim();
        let bare = line.strip_prefix("///").or(line.strip_prefix("//!"));
        bare.unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join(" ").replace("\\\"", "\"")
}

/// `#anchor`, or `, "Heading"` and any number of ` and "Heading"`.
fn rows(rest: &str) -> Vec<String> {
    if let Some(rest) = rest.strip_prefix('#') {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
        return vec![rest.get(..end.unwrap_or(rest.len())).unwrap().to_owned()];
    }
    let mut found = Vec::new();
    let mut rest = rest.strip_prefix(", \"");
    while let Some((heading, after)) = rest.and_then(|rest| rest.split_once('"')) {
        found.push(anchor(heading));
        rest = after.strip_prefix(" and \"");
    }
    found
}

fn check(file: &str, text: &str, missing: &mut Vec<String>) -> usize {
    let anchors = anchors();
    let all = cited(text);
    for (page, rows) in &all {
        if rows.is_empty() {
            missing.push(format!("{file}: cites {page}, and no row of it"));
        }
        for row in rows {
            let there = anchors.get(page).is_some_and(|rows| rows.contains(row));
            if !there {
                missing.push(format!("{file}: {page}#{row} is not there"));
            }
        }
    }
    all.len()
}

#[test]
fn what_the_source_cites_is_there() {
    let mut missing = Vec::new();
    let mut count = 0;
    for file in files("src", ".rs")
        .iter()
        .chain(&files("templates", ".tera"))
    {
        count += check(&file.path, &file.text, &mut missing);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(count > 50, "only {count} citations were found");
}

#[test]
fn what_a_setting_cites_is_there() {
    let mut missing = Vec::new();
    for stack in files("profiles/stacks", ".toml") {
        let name = stack.path.rsplit('/').next().unwrap();
        let name = name.strip_suffix(".toml").unwrap();
        for (key, source) in sources(name) {
            if source.starts_with("https://") {
                continue;
            }
            let found = check(&format!("{name}: {key}"), &source, &mut missing);
            if found != 1 {
                missing.push(format!("{name}: {key}: no source: {source:?}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Every setting of a bundled stack with its source.
fn sources(stack: &str) -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .args(["--profile", "m6i.large", "--stack", stack])
        .args(["plan", "--format", "json"])
        .output()
        .unwrap();
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{stack}: {error}: {said}")
    });
    let services = plan["services"].as_array().unwrap().iter();
    let all = services.chain(std::iter::once(&plan["system"]));
    let settings = all.flat_map(|service| service["settings"].as_array().unwrap());
    let found: Vec<_> = settings
        .map(|setting| {
            let text = |key: &str| setting[key].as_str().unwrap().to_owned();
            (text("key"), text("source"))
        })
        .collect();
    assert!(found.len() > 10, "{stack}: {} settings", found.len());
    found
}

/// Links of the pages to each other and to files.
#[test]
fn what_a_page_links_to_is_there() {
    let mut missing = Vec::new();
    let top = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(read);
    for page in top.iter().chain(&files("docs", ".md")) {
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in links(&page.text) {
            let (path, row) = link.split_once('#').unwrap_or((link, ""));
            let target = match (folder, path) {
                (_, "") => page.path.clone(),
                ("", path) => path.to_owned(),
                (folder, path) => format!("{folder}/{path}").replace("docs/../", ""),
            };
            let there = crate::tree::root().join(&target).exists();
            let row_there = row.is_empty() || (there && anchors_of(&read(&target)).contains(row));
            if !there || !row_there {
                missing.push(format!("{}: ({link}) leads nowhere", page.path));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1);
    let inside = ends.filter_map(|rest| rest.split_once(')').map(|(link, _)| link));
    inside.filter(|link| !link.starts_with("http")).collect()
}

#[test]
fn anchors_are_github_s() {
    assert_eq!(anchor("WAL and the disk"), "wal-and-the-disk");
    assert_eq!(anchor("`vfs_cache_pressure`"), "vfs_cache_pressure");
    assert_eq!(anchor("V8 heap"), "v8-heap");
    let page = File {
        path: String::new(),
        text: "# A\n```\n# no heading\n```\n## b c\n## B c\n".to_owned(),
    };
    let expected = ["a", "b-c", "b-c-1"].map(str::to_owned);
    assert_eq!(anchors_of(&page), BTreeSet::from(expected));
}

#[test]
fn citations_are_found_in_all_their_forms() {
    let text = "/// Source: docs/a.md, \"One\" and \"Two\n/// three\" (4).\nconst X: &str = \"docs/b.md#x-y_z\";\nhttps://site.org/docs/c.md";
    let found = cited(text);
    let rows = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            ("docs/a.md".to_owned(), rows(&["one", "two-three"])),
            ("docs/b.md".to_owned(), rows(&["x-y_z"])),
        ]
    );
}
