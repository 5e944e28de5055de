//! Every setting of every plan has its row.

use std::collections::BTreeSet;

use hosttune::catalog;
use hosttune::plan::{Unfit, plan};
use hosttune::stack::{self, BUNDLED, Runtime};
use proptest::prelude::*;

use crate::generator::{any_host, any_stack, read};
use crate::page::{missing, rows, text};

const HOSTS: &[&str] = &[
    "t3.nano",
    "t2.micro",
    "t3.small",
    "t3.xlarge",
    "m6i.large",
    "c7g.4xlarge",
    "r6i.8xlarge",
    "fargate-512-1024",
    "e2-standard-8",
    "u7in-24tb.224xlarge",
];

#[test]
fn every_setting_of_every_bundled_stack_has_its_row() {
    let rows = rows();
    let (mut absent, mut count) = (BTreeSet::new(), 0);
    for (name, _) in BUNDLED {
        let source = stack::bundled(name).unwrap();
        let mut stack = read(name, &source.text).unwrap();
        for host in HOSTS {
            for runtime in [Runtime::Systemd, Runtime::Pm2, Runtime::Compose] {
                stack.runtime = runtime;
                let host = catalog::find(host).unwrap();
                let plan = plan(&host, &stack, Unfit::Overcommit).unwrap();
                let (missing, looked_at) = missing(&plan, &rows);
                absent.extend(missing);
                count += looked_at;
            }
        }
    }
    assert!(absent.is_empty(), "no row: {absent:?}");
    assert!(count > 5000, "only {count} settings were looked at");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_setting_of_any_stack_has_its_row(host in any_host(), stack in any_stack()) {
        let Ok(stack) = stack.stack() else { return Ok(()) };
        let Ok(plan) = plan(&host.host(), &stack, Unfit::Overcommit) else { return Ok(()) };
        let (missing, _) = missing(&plan, &rows());
        prop_assert!(missing.is_empty(), "no row: {:?}", missing);
    }
}

/// Pins that a plan makes nowhere else, and names that a stack chose.
#[test]
fn what_only_a_stack_s_own_words_bring_about_has_its_row() {
    let text = "[system.settings]\n\"vm.overcommit_memory\" = 0\n\"vm.vfs_cache_pressure\" = 70\n\
        [services.db]\nkind = \"postgresql\"\n\
        [services.jobs]\nkind = \"celery\"\npool = \"threads\"\nuses = [\"db\"]\npool_env = [\"POOL\", \"MORE\"]\ndb_role = \"shop\"\n\
        settings = { worker_max_tasks_per_child = 5, worker_max_memory_per_child = \"50MiB\" }\n";
    let stack = read("pins", text).unwrap();
    let plan = plan(&catalog::find("m5.4xlarge").unwrap(), &stack, Unfit::Refuse).unwrap();
    let (missing, count) = missing(&plan, &rows());
    assert!(missing.is_empty(), "no row: {missing:?}");
    let jobs = plan.service("jobs").unwrap().settled.as_ref().unwrap();
    assert!(
        jobs.settings
            .iter()
            .any(|setting| setting.key == "POOL" && setting.row == "DB_POOL_SIZE")
    );
    let db = plan.service("db").unwrap().settled.as_ref().unwrap();
    let limit = db
        .settings
        .iter()
        .find(|setting| setting.key == "connection_limit.shop");
    assert_eq!(limit.unwrap().row, "connection_limit.SERVICE");
    assert!(count > 50);
}

/// No anchor is taken twice: GitHub would number the second.
#[test]
fn every_row_can_be_cited() {
    let headings = text()
        .lines()
        .filter(|line| line.starts_with("### "))
        .count();
    assert_eq!(rows().len(), headings);
}

#[test]
fn what_is_unproven_says_so() {
    let page = text();
    let (_, row) = page
        .split_once("### system `vm.vfs_cache_pressure`")
        .unwrap();
    let row = row.split("\n#").next().unwrap();
    assert!(row.contains("unproven"), "{row}");
}

/// A row has everything: a formula, its versions, what a change needs, a source.
#[test]
fn no_row_is_without_its_parts() {
    let page = text();
    let mut kind = "";
    for part in page.split("\n## ").skip(1) {
        let mut rows = part.split("\n### ");
        kind = rows.next().unwrap().lines().next().unwrap_or(kind);
        for row in rows {
            let versions = matches!(kind, "service" | "system") || row.contains("Versions: ");
            let whole = versions
                && row.matches('`').count() >= 6
                && row.contains("A change needs ")
                && !row.contains("A change needs .")
                && row.contains(". Source: ")
                && !row.contains("Source: .");
            assert!(whole, "{row}");
        }
    }
}
