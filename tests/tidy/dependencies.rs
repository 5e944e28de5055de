//! Licences and duplicates of the dependencies, by the lists of `deny.toml`,
//! for machines without cargo-deny.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::tree::{read, root};

/// What cargo knows of the packages that this platform builds.
fn metadata() -> Value {
    let rustc = run("rustc", &["-vV"]);
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let said = run(
        env!("CARGO"),
        &[
            "metadata",
            "--format-version=1",
            "--offline",
            "--locked",
            "--filter-platform",
            host.unwrap(),
        ],
    );
    serde_json::from_str(&said).unwrap()
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn deny() -> toml::Table {
    read("deny.toml").text.parse().unwrap()
}

/// The strings of a list of tables' key, or of a plain list.
fn names(value: &toml::Value, key: &str) -> BTreeSet<String> {
    let items = value.as_array().unwrap().iter();
    items
        .map(|item| {
            let text = item.get(key).unwrap_or(item);
            text.as_str().unwrap().to_owned()
        })
        .collect()
}

/// Whether an expression can be met with these licences alone: every part of
/// an AND, one part of an OR. `/` is an old way to write OR.
fn met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let result = any(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "{expression}: not understood");
    result
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut result = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        result |= all(words, at, allowed);
    }
    result
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let mut result = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        result &= one(words, at, allowed);
    }
    result
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<String>) -> bool {
    let word = words[*at];
    *at += 1;
    if word == "(" {
        let result = any(words, at, allowed);
        assert_eq!(words.get(*at), Some(&")"));
        *at += 1;
        return result;
    }
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
        return false;
    }
    allowed.contains(word)
}

#[test]
fn every_licence_is_agreed_to() {
    let allowed = names(&deny()["licenses"]["allow"], "");
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let built = metadata["resolve"]["nodes"].as_array().unwrap();
    let built: BTreeSet<&str> = built
        .iter()
        .map(|node| node["id"].as_str().unwrap())
        .collect();
    let mut refused = Vec::new();
    for package in packages {
        if !built.contains(package["id"].as_str().unwrap()) {
            continue;
        }
        let license = package["license"].as_str().unwrap_or("none");
        if !met(license, &allowed) {
            refused.push(format!(
                "{} {}: {license}",
                package["name"], package["version"]
            ));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(built.len() > 50, "only {} packages", built.len());
}

/// What the program is built from: the normal dependencies from the root on.
fn normal(metadata: &Value) -> BTreeSet<&str> {
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let node = |id: &str| nodes.iter().find(|node| node["id"] == id).unwrap();
    let mut seen = BTreeSet::new();
    let mut open = vec![metadata["resolve"]["root"].as_str().unwrap()];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dep in node(id)["deps"].as_array().unwrap() {
            let kinds = dep["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                open.push(dep["pkg"].as_str().unwrap());
            }
        }
    }
    seen
}

#[test]
fn no_crate_is_built_twice() {
    let metadata = metadata();
    let normal = normal(&metadata);
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        if normal.contains(package["id"].as_str().unwrap()) {
            let text = |key: &str| package[key].as_str().unwrap();
            versions
                .entry(text("name"))
                .or_default()
                .push(text("version"));
        }
    }
    let skipped = names(&deny()["bans"]["skip"], "crate");
    let twice: BTreeMap<_, _> = versions
        .into_iter()
        .filter(|(name, versions)| versions.len() > 1 && !skipped.contains(*name))
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(normal.len() > 20, "only {} packages", normal.len());
}

#[test]
fn expressions_are_understood() {
    let allowed = ["MIT", "Unicode-3.0"].map(str::to_owned).into();
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 WITH LLVM-exception OR MIT",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
    ] {
        assert!(met(good, &allowed), "{good}");
    }
    for bad in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR X) AND Y",
        "MIT WITH X",
        "none",
    ] {
        assert!(!met(bad, &allowed), "{bad}");
    }
}
