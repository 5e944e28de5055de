//! The figures of the documents that the bundled stacks come from, pinned as
//! they stand there: the checks name what is wrong with them, and nothing else.
//! Beside each stack in `tests/seeds` its findings; `SNAPSHOTS=overwrite` renews
//! them.
#![expect(clippy::disallowed_methods, reason = "runs the program on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a test may panic, on JSON too")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use hosttune::plan::CHECKS;
use serde_json::Value;
use snapbox::{Assert, Data};

/// A stack and the checks of severity error or warning that must fail on it, no
/// more and no less.
type Expected = (&'static str, &'static [&'static str]);

const EXPECTED: &[Expected] = &[
    // 1024 + 512 + 128 + 64 and the system are 2112 of 2048.
    ("guide-limits", &["sum-exceeds-memory"]),
    // A heap of 1024 under a restart at 850; header buffers of 1k; 50 sessions
    // of which nothing bounds how many work, in 512 that hold the page cache
    // too; a log with two rotators.
    (
        "guide-settings",
        &[
            "cache-strangled",
            "header-buffers-too-small",
            "heap-exceeds-restart-limit",
            "two-rotators",
            "worst-case-exceeds-limit",
        ],
    ),
    // 3180 of 1024; option A, 2112, of 2048.
    ("micro-limits", &["sum-exceeds-memory"]),
    // Its five core services with the limits of option A: 896 and the system, of
    // 1024.
    ("micro-minimal", &["sum-exceeds-memory"]),
    ("micro-option-a", &["sum-exceeds-memory"]),
    // A limit of the container, and no maxmemory.
    ("micro-redis", &["store-without-limit"]),
    // 4 x (20 + 10) on each of two servers, of 97; four workers on 0.6 sustained
    // processors; uploads of 100 MB.
    (
        "plan-pools",
        &[
            "body-size-mismatch",
            "deprecated-worker-class",
            "pool-exceeds-connections",
            "workers-exceed-sustained-cpu",
        ],
    ),
    // 2366 and the system, of 2048.
    ("sizing-sum", &["sum-exceeds-memory"]),
    ("sizing-worker", &["memswap-unset", "store-without-limit"]),
    // Its figures hold.
    ("stream-task", &[]),
];

/// What is only worth knowing, and must be said all the same.
const MENTIONED: &[Expected] = &[
    ("guide-settings", &["burst-cost", "localhost-upstream"]),
    ("sizing-worker", &["burst-cost"]),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/seeds")
}

/// The checks that fail on a stack, as `tune plan` says them.
fn findings(stack: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .current_dir(folder())
        .env_clear()
        .args(["plan", "--format", "json", "--stack"])
        .arg(format!("{stack}.toml"))
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{stack}: {output:?}");
    let mut plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let checks = plan["checks"].take();
    let errors = found(&checks, &["error"]);
    let refused = i32::from(!errors.is_empty());
    assert_eq!(output.status.code(), Some(refused), "{stack}: {errors:?}");
    checks
}

fn found<'a>(checks: &'a Value, severities: &[&str]) -> BTreeSet<&'a str> {
    let checks = checks.as_array().unwrap().iter();
    let severe = |check: &&Value| severities.contains(&check["severity"].as_str().unwrap());
    let ids = checks.filter(severe).map(|check| check["id"].as_str());
    ids.map(Option::unwrap).collect()
}

fn mentioned(stack: &str) -> &'static [&'static str] {
    let row = MENTIONED.iter().find(|(name, _)| *name == stack);
    row.map_or(&[], |(_, ids)| ids)
}

#[test]
fn the_checks_name_what_is_wrong_with_the_documents_and_nothing_else() {
    for (stack, ids) in EXPECTED {
        let checks = findings(stack);
        let wrong: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(found(&checks, &["error", "warning"]), wrong, "{stack}");
        let infos = found(&checks, &["info"]);
        for id in mentioned(stack) {
            assert!(infos.contains(id), "{stack}: {id} of {infos:?}");
        }
    }
}

#[test]
fn the_findings_are_those_on_record() {
    let snapshots = Assert::new().action_env("SNAPSHOTS");
    for (stack, _) in EXPECTED {
        let checks = serde_json::to_string_pretty(&findings(stack)).unwrap() + "\n";
        let record = folder().join(format!("{stack}.json"));
        snapshots.eq(checks, Data::read_from(&record, None).raw());
    }
}

#[test]
fn every_expectation_is_of_a_check_and_every_stack_has_one() {
    let is_check = |id: &str| CHECKS.iter().any(|check| check.id == id);
    for (stack, ids) in EXPECTED.iter().chain(MENTIONED) {
        for id in *ids {
            assert!(is_check(id), "{stack}: {id}");
        }
    }
    let stacks = std::fs::read_dir(folder()).unwrap();
    let stacks = stacks.map(|entry| entry.unwrap().path());
    let stacks = stacks.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let named: BTreeSet<String> = stacks
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let expected = EXPECTED.iter().map(|(stack, _)| (*stack).to_owned());
    assert_eq!(named, expected.collect());
}
