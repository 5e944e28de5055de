//! redis: every golden file is started and asked for every setting, by a script
//! that can be run alone.

use std::path::Path;

use crate::support::command::{command, run};
use crate::support::tree::{Tree, golden};

/// Starts a server on every redis file of the trees, and compares what it holds.
pub(crate) fn holds<'a>(trees: impl Iterator<Item = &'a Tree>) {
    crate::support::command::program("redis-server");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live/redis.sh");
    let mut bash = command("bash");
    bash.arg(script).args(trees.map(|tree| &tree.root));
    let outcome = run(&mut bash);
    assert!(outcome.succeeded(), "{}", outcome.said());
}

#[test]
fn redis_starts_on_every_golden_file_and_holds_every_setting() {
    let trees = golden();
    let with_redis = trees.iter().filter(|tree| {
        tree.files
            .iter()
            .any(|file| file.program().starts_with("redis"))
    });
    holds(with_redis);
}
