//! Node: every golden ecosystem file is loaded as PM2 loads it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::command::{command, program, run};
use crate::support::tree::every_golden_file;

/// The applications of an ecosystem file.
pub(crate) fn load(file: &Path) -> Result<Value, String> {
    let print = "console.log(JSON.stringify(require(process.argv[1])))";
    let outcome = run(command("node").args(["-e", print]).arg(file));
    if !outcome.succeeded() {
        return Err(outcome.said());
    }
    serde_json::from_str(&outcome.stdout).map_err(|error| error.to_string())
}

/// The keys that PM2 knows: it takes no notice of others.
fn known() -> BTreeSet<String> {
    let pm2 = std::fs::canonicalize(program("pm2")).unwrap();
    let schema = pm2.parent().unwrap().join("../lib/API/schema.json");
    let text = std::fs::read_to_string(&schema)
        .unwrap_or_else(|error| panic!("{}: {error}", schema.display()));
    let schema: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
    let mut names: BTreeSet<String> = schema.keys().cloned().collect();
    for meaning in schema.values() {
        match &meaning["alias"] {
            Value::String(alias) => drop(names.insert(alias.clone())),
            Value::Array(aliases) => {
                names.extend(aliases.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            _ => {}
        }
    }
    names
}

#[test]
fn node_loads_every_golden_ecosystem_and_pm2_knows_every_key() {
    let known = known();
    assert!(
        known.contains("max_memory_restart") && known.contains("error_file"),
        "{known:?}"
    );
    every_golden_file(
        |entry| entry.program() == "node",
        |tree, entry| {
            let ecosystem = match load(&tree.place(&entry.path)) {
                Ok(ecosystem) => ecosystem,
                Err(said) => return Some(said),
            };
            let apps = ecosystem["apps"]
                .as_array()
                .filter(|apps| !apps.is_empty())?;
            apps.iter().find_map(|app| {
                let keys = app.as_object()?.keys();
                let unknown: Vec<&String> = keys.filter(|key| !known.contains(*key)).collect();
                let fork = app["exec_mode"] == "fork" && app["instances"] != 1;
                (!unknown.is_empty() || fork).then(|| format!("{unknown:?} {app}"))
            })
        },
    );
}
