//! A server started with a rendered file holds every value of the plan.

use serde_json::Value;

use super::cluster::Cluster;
use super::values::Parameters;
use crate::support::lines::settings;
use crate::support::place::Scratch;
use crate::support::tree::Tree;
use crate::support::tune::{Plan, render_into};

/// Starts a server with the file of that host and stack.
fn started(arguments: &[&str]) -> (Scratch, Tree, Cluster) {
    let scratch = Scratch::new();
    let tree = render_into(&scratch.path().join("tree"), arguments);
    let cluster = Cluster::with(&tree.read(&tree.only("main/conf.d/90-tune.conf").path));
    (scratch, tree, cluster)
}

fn holds_its_file(arguments: &[&str]) {
    let (_scratch, tree, cluster) = started(arguments);
    let known = Parameters::of(&cluster);
    let text = tree.read(&tree.only("main/conf.d/90-tune.conf").path);
    let errors = cluster.rows("select sourceline, name, error from pg_file_settings where error is not null or not applied");
    assert!(errors.is_empty(), "{errors:?}");
    let pending = cluster.rows("select name from pg_settings where pending_restart");
    assert!(pending.is_empty(), "{pending:?}");
    let held =
        cluster.rows("select name, setting from pg_settings where sourcefile like '%/tune.conf'");
    let file = settings(&text, '=');
    assert_eq!(
        held.len(),
        file.len(),
        "every setting of the file comes from it: {held:?}"
    );
    for row in &held {
        assert!(
            known.same(&row[0], &file[&row[0]], &row[1]),
            "{row:?}: the file says {}",
            file[&row[0]]
        );
    }
    holds_its_plan(arguments, &known, &held);
}

/// The plan's settings of `postgresql.conf` are those that the server holds.
fn holds_its_plan(arguments: &[&str], known: &Parameters, held: &[Vec<String>]) {
    let plan = Plan::with(arguments);
    let planned = plan.settings("db");
    for row in held {
        let value = planned
            .get(&row[0])
            .unwrap_or_else(|| panic!("{} is not in the plan", row[0]));
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        assert!(
            known.same(&row[0], &value, &row[1]),
            "{row:?}: the plan says {value}"
        );
    }
}

#[test]
fn a_server_with_the_file_for_2_gib_holds_every_value() {
    holds_its_file(&["--profile", "t3.small", "--stack", "node-web"]);
}

#[test]
fn a_server_with_the_file_for_8_gib_holds_every_value() {
    holds_its_file(&["--profile", "m6i.large", "--stack", "node-web"]);
}

/// Pins that checks warn of, or call errors, and that are legal all the same.
#[test]
fn a_server_with_pinned_settings_holds_every_value() {
    let pins = [
        "jit=on",
        "work_mem=64MB",
        "autovacuum_work_mem=300MB",
        "max_wal_size=20GB",
        "random_page_cost=4",
        "effective_cache_size=30GB",
    ];
    let pins = pins.map(|pin| format!("services.db.settings.{pin}"));
    let mut arguments = vec!["--profile", "m6i.2xlarge", "--stack", "node-web"];
    arguments.extend(pins.iter().flat_map(|pin| ["--set", pin]));
    holds_its_file(&arguments);
}
