//! gunicorn: `--check-config` on every golden file, which accepts unknown
//! names and classes that do not exist, so that these are looked up as well.

use std::path::Path;

use crate::support::command::{Outcome, command, run};
use crate::support::place::Scratch;
use crate::support::tree::every_golden_file;

/// Ends with 1 and says so where a name is unknown or the class is not there.
const NAMES: &str = r#"
import runpy, sys
from gunicorn.config import KNOWN_SETTINGS
from gunicorn.util import load_class
known = {setting.name for setting in KNOWN_SETTINGS}
held = {k: v for k, v in runpy.run_path(sys.argv[1]).items() if k[0] != "_"}
unknown = sorted(k for k in held if k not in known)
load_class(held["worker_class"])
sys.exit("unknown: " + str(unknown) if unknown else 0)
"#;

/// An application of that name, which does as little as one can.
pub(crate) fn application(scratch: &Scratch, name: &str) {
    let (module, variable) = name.split_once(':').unwrap();
    let file = module.replace('.', "/") + ".py";
    scratch.write(
        &file,
        &format!("def {variable}(environ, start_response):\n    start_response('200 OK', [])\n    return [b'gunicorn']\n"),
    );
}

fn check(file: &Path, directory: &Path) -> Outcome {
    let names = run(command("python").args(["-c", NAMES]).arg(file));
    if !names.succeeded() {
        return names;
    }
    run(command("gunicorn")
        .args(["--check-config", "-c"])
        .arg(file)
        .current_dir(directory))
}

#[test]
fn gunicorn_accepts_every_golden_file_and_knows_every_name() {
    every_golden_file(
        |entry| entry.program() == "gunicorn",
        |tree, entry| {
            let scratch = Scratch::new();
            let text = tree.read(&entry.path);
            let app = text
                .lines()
                .find_map(|line| line.strip_prefix("wsgi_app = "));
            application(&scratch, app?.trim_matches('"'));
            let outcome = check(&tree.place(&entry.path), scratch.path());
            (!outcome.succeeded() || !outcome.stderr.is_empty()).then(|| outcome.said())
        },
    );
}

#[test]
fn a_wrong_file_is_told_from_a_right_one() {
    let scratch = Scratch::new();
    application(&scratch, "app:app");
    let cases = [
        ("workers = 2\nworker_class = 'sync'\n", true),
        ("workers = 'two'\nworker_class = 'sync'\n", false),
        ("worker = 2\nworker_class = 'sync'\n", false),
        ("worker_class = 'no.such.Class'\n", false),
    ];
    for (text, right) in cases {
        let file = scratch.write("g.py", &format!("wsgi_app = 'app:app'\n{text}"));
        let outcome = check(&file, scratch.path());
        assert_eq!(outcome.succeeded(), right, "{text}: {}", outcome.said());
    }
}
