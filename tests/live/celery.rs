//! celery: the names of every golden file are compared with its own, since it
//! takes any name without a word.

use crate::support::command::{command, run};
use crate::support::tree::every_golden_file;

/// Loads the file as an application does, and compares names and kinds.
const CHECK: &str = r#"
import runpy, sys
from celery import Celery
from celery.app.defaults import DEFAULTS, NAMESPACES, flatten
held = {k: v for k, v in runpy.run_path(sys.argv[1]).items() if k[0] != "_"}
options = dict(flatten(NAMESPACES))
wrong = [k for k in held if k not in DEFAULTS]
for key, value in held.items():
    kind = options[key].type if key in options else None
    if kind in ("int", "float") and not isinstance(value, (int, float)):
        wrong.append(key)
app = Celery("check")
app.conf.update(held)
wrong += [k for k, v in held.items() if app.conf[k] != v]
sys.exit("wrong: " + str(wrong) if wrong else 0)
"#;

#[test]
fn celery_knows_every_name_of_every_golden_file() {
    every_golden_file(
        |entry| entry.validator.contains("celery"),
        |tree, entry| {
            let mut check = command("python");
            let outcome = run(check.args(["-c", CHECK]).arg(tree.place(&entry.path)));
            (!outcome.succeeded()).then(|| outcome.said())
        },
    );
}
