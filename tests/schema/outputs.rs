//! What the program prints is as the schema of it says.

use std::path::{Path, PathBuf};
use std::process::Command;

use hosttune::cli::Document;
use hosttune::stack::BUNDLED;
use serde_json::Value;

use crate::validator::mistakes;

const HOSTS: &[&str] = &[
    "t3.nano",
    "t2.micro",
    "t3.small",
    "m6i.large",
    "r6i.8xlarge",
    "fargate-512-1024",
    "e2-standard-8",
    "u7in-24tb.224xlarge",
];

fn tune(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .args(arguments)
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&tune(arguments)).unwrap()
}

fn right(document: Document, instances: &[Value]) {
    for (instance, said) in instances.iter().zip(mistakes(document, instances)) {
        assert!(said.is_empty(), "{said:?}\n{instance:#}");
    }
}

/// The schema admits nothing that is not there: a key taken away or added is a mistake.
fn no_more_and_no_less(document: Document, right: &Value) {
    let keys = right.as_object().unwrap().keys();
    let mut changed: Vec<Value> = keys
        .map(|key| {
            let mut without = right.clone();
            without.as_object_mut().unwrap().remove(key);
            without
        })
        .collect();
    let mut more = right.clone();
    more["nonesuch"] = Value::Null;
    changed.push(more);
    for (changed, said) in changed.iter().zip(mistakes(document, &changed)) {
        assert!(!said.is_empty(), "{changed:#}");
    }
}

#[test]
fn plans_of_every_stack_on_many_hosts() {
    let mut plans = Vec::new();
    for (stack, _) in BUNDLED {
        for host in HOSTS {
            plans.push(json(&[
                "plan",
                "--format",
                "json",
                "--stack",
                stack,
                "--profile",
                host,
            ]));
        }
    }
    let fits = plans.iter().filter(|plan| plan["fits"] == true).count();
    assert!(fits > 20 && fits < plans.len(), "{fits}");
    right(Document::Plan, &plans);
    no_more_and_no_less(Document::Plan, &plans[0]);
}

#[test]
fn explanations_of_shares_and_settings() {
    let explained: Vec<Value> = [
        "db",
        "db.work_mem",
        "api.DB_POOL_SIZE",
        "system",
        "system.swap",
    ]
    .iter()
    .map(|key| json(&["explain", key, "--profile", "t3.small", "--format", "json"]))
    .collect();
    right(Document::Explain, &explained);
    no_more_and_no_less(Document::Explain, &explained[1]);
}

#[test]
fn checks_one_and_all() {
    let all = json(&["checks", "--format", "json"]);
    let one = json(&["checks", "pool-oversized", "--format", "json"]);
    assert_eq!(one.as_array().unwrap().len(), 1);
    right(Document::Checks, &[all, one]);
}

#[test]
fn differences_of_several_hosts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/diff/diff.in/host");
    let empty = tempfile::tempdir().unwrap();
    let documents: Vec<Value> = ["web", "node-web", "fastapi"]
        .iter()
        .flat_map(|stack| {
            [root.as_path(), empty.path()].map(|root| {
                let root = root.to_str().unwrap();
                let of = ["diff", "--format", "json", "--profile", "t3.small"];
                json(&[of.as_slice(), &["--stack", stack, "--root", root]].concat())
            })
        })
        .collect();
    let shadowed = documents
        .iter()
        .flat_map(|one| one["settings"].as_array().unwrap());
    let shadowed = shadowed.flat_map(|one| one["shadowed_by"].as_array().unwrap());
    assert!(shadowed.count() > 0);
    right(Document::Diff, &documents);
    no_more_and_no_less(Document::Diff, &documents[0]);
}

#[test]
fn errors_with_and_without_a_place() {
    let errors = |arguments: &[&str]| -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .current_dir(env!("CARGO_TARGET_TMPDIR"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        serde_json::from_slice(&output.stderr).unwrap()
    };
    let plan = ["plan", "--format", "json", "--profile"];
    let unknown = errors(&[plan.as_slice(), &["t3.smal"]].concat());
    let set = ["t3.small", "--set", "services.db.wieght=2"];
    let placed = errors(&[plan.as_slice(), &set].concat());
    right(Document::Errors, &[unknown, placed.clone()]);
    no_more_and_no_less(Document::Errors, &placed);
}

#[test]
fn detections_of_every_recorded_host() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect");
    let roots: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("root"))
        .collect();
    let found: Vec<Value> = roots
        .iter()
        .map(|root| {
            json(&[
                "detect",
                "--format",
                "json",
                "--root",
                root.to_str().unwrap(),
            ])
        })
        .collect();
    assert!(found.len() >= 8);
    right(Document::Detect, &found);
    no_more_and_no_less(Document::Detect, &found[0]);
}

#[test]
fn manifests_of_the_golden_trees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("out");
    let manifests: Vec<Value> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path().join("manifest.json"));
            serde_json::from_str(&text.unwrap()).unwrap()
        })
        .collect();
    assert!(manifests.len() >= 10);
    right(Document::Manifest, &manifests);
    no_more_and_no_less(Document::Manifest, &manifests[0]);
}

/// The profile that it saves is one that the schema takes.
#[test]
fn profiles_that_detect_and_profiles_print() {
    let profiles = HOSTS.iter().map(|host| tune(&["profiles", host]));
    let instances: Vec<Value> = profiles.map(|text| crate::validator::toml(&text)).collect();
    right(Document::Profile, &instances);
}

/// With and without a place, with one beside it, from the parser of the command line.
#[test]
fn errors_of_every_sort() {
    let stack = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/cli/mistakes/five.in/five.toml"
    );
    let asked: [&[&str]; 3] = [
        &["plan", "--profile", "t3.small", "--stack", stack],
        &["plan", "--profile", "t3.smal"],
        &["paln"],
    ];
    let documents = asked.map(|arguments| {
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .args(arguments)
            .args(["--format", "json"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        serde_json::from_slice::<Value>(&output.stderr).unwrap()
    });
    right(Document::Errors, &documents);
    no_more_and_no_less(Document::Errors, &documents[0]);
}
