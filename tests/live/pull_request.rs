//! The workflow that comments a pull request: its script as a runner has it, in
//! a shallow checkout of the merge, with a `gh` that keeps what it is given.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::command::{Outcome, command, run};
use crate::support::place::{Scratch, set_mode};

/// The workflow, as a YAML parser reads it.
fn workflow() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = "const yaml = require(process.argv[1]), fs = require('fs');\
        console.log(JSON.stringify(yaml.load(fs.readFileSync(process.argv[2], 'utf8'))))";
    let mut node = command("node");
    node.args(["-e", script])
        .arg(root.join("tests/.tools/node/node_modules/js-yaml"))
        .arg(root.join("examples/pull-request.yml"));
    serde_json::from_str(&run(&mut node).expect("js-yaml")).unwrap()
}

/// A repository with a pull request, and a runner with the merge of it.
struct Runner(Scratch);

const STACK: &str = "profile = \"t3.small\"\nextends = \"web\"\n";

impl Runner {
    /// With what the branch makes of the stack; meanwhile the other one moved on.
    fn of(stack: &str, depth: u64) -> Self {
        let runner = Self(Scratch::new());
        runner.0.write("origin/tune.toml", STACK);
        runner.git("origin", "init -q -b main .");
        runner.git("origin", "config uploadpack.allowAnySHA1InWant true");
        runner.git("origin", "add .");
        runner.git("origin", "commit -qm one");
        runner.git("origin", "checkout -q -b topic");
        runner.0.write("origin/tune.toml", stack);
        runner.0.write("origin/beside", "");
        runner.git("origin", "add .");
        runner.git("origin", "commit -qm two");
        runner.git("origin", "checkout -q main");
        let moved = format!("{STACK}\n\n\n[system]\nswappiness = 33\n");
        runner
            .0
            .write("origin/tune.toml", &moved.replace("\n\n\n", "\n"));
        runner.git("origin", "commit -qam three");
        runner.git("origin", "checkout -q --detach");
        runner.git("origin", "merge -q --no-ff -X ours -m merge topic");
        if stack == STACK {
            runner.git("origin", "diff --quiet main -- tune.toml");
        } else {
            // What a merge without conflicts would have: both.
            runner.0.write(
                "origin/tune.toml",
                &format!("{stack}[system]\nswappiness = 33\n"),
            );
            runner.git("origin", "commit -q --amend -a --no-edit");
        }
        runner.git("origin", "update-ref refs/pull/7/merge HEAD");
        runner.git("", "init -q work");
        let fetch = format!("fetch -q --no-tags --depth={depth} ../origin refs/pull/7/merge");
        runner.git("work", &fetch);
        runner.git("work", "checkout -q --detach FETCH_HEAD");
        let gh = "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$KEPT\"\nfor last; do :; done\n\
            cp \"$last\" \"$KEPT.body\"\n";
        set_mode(&runner.0.write("bin/gh", gh), 0o755);
        let tune = runner.0.path().join("bin/tune");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_tune"), tune).unwrap();
        runner
    }

    fn git(&self, below: &str, words: &str) {
        let mut git = Command::new("git");
        git.current_dir(self.0.path().join(below))
            .args(["-c", "user.name=a", "-c", "user.email=a@example.org"])
            .args(["-c", "protocol.file.allow=always"])
            .args(words.split(' '));
        run(&mut git).expect(words);
    }

    /// The step as a runner calls it where no shell is named: `bash -e FILE`.
    fn step(&self, script: &str) -> Outcome {
        let file = self.0.write("step.sh", script);
        let path = std::env::var("PATH").unwrap();
        let bin = self.0.path().join("bin");
        run(Command::new("bash")
            .arg("-e")
            .arg(file)
            .current_dir(self.0.path().join("work"))
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("KEPT", self.0.path().join("kept"))
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("GITHUB_BASE_REF", "main")
            .env("GITHUB_REF", "refs/pull/7/merge")
            .env("GH_TOKEN", "none")
            .env("PR", "7"))
    }

    fn comment(&self) -> String {
        let said = std::fs::read_to_string(self.0.path().join("kept")).unwrap();
        let words: Vec<&str> = said.lines().collect();
        let expected = ["pr", "comment", "7", "--edit-last", "--create-if-none"];
        assert_eq!(words[..5], expected);
        std::fs::read_to_string(self.0.path().join("kept.body")).unwrap()
    }
}

/// The script, and how deep the checkout is.
fn script() -> (String, u64) {
    let workflow = workflow();
    assert_eq!(workflow["on"], "pull_request");
    assert_eq!(workflow["permissions"]["pull-requests"], "write");
    let steps = workflow["jobs"]["diff"]["steps"]
        .as_array()
        .unwrap()
        .clone();
    let last = steps.last().unwrap();
    for name in ["GH_TOKEN", "PR"] {
        assert!(last["env"][name].is_string(), "{last}");
    }
    let depth = steps[0]["with"]["fetch-depth"].as_u64().unwrap();
    (last["run"].as_str().unwrap().to_owned(), depth)
}

#[test]
fn a_pull_request_is_told_what_it_changes_and_nothing_else() {
    let (script, depth) = script();
    let runner = Runner::of(&format!("{STACK}[services.db]\nwant = \"600MiB\"\n"), depth);
    let ran = runner.step(&script);
    assert!(ran.succeeded(), "{}", ran.said());
    let comment = runner.comment();
    assert!(comment.contains("shared_buffers"), "{comment}");
    assert!(
        !comment.contains("swappiness"),
        "that was another's: {comment}"
    );
}

#[test]
fn a_pull_request_that_changes_no_plan_says_so() {
    let (script, depth) = script();
    let runner = Runner::of(STACK, depth);
    let ran = runner.step(&script);
    assert!(ran.succeeded(), "{}", ran.said());
    let comment = runner.comment();
    assert!(
        !comment.trim().is_empty() && !comment.contains("shared_buffers"),
        "{comment}"
    );
}

#[test]
fn a_mistake_is_commented_and_fails_the_step() {
    let (script, depth) = script();
    let runner = Runner::of(&format!("{STACK}[services.db]\nwieght = 2\n"), depth);
    let ran = runner.step(&script);
    assert!(!ran.succeeded(), "{}", ran.said());
    assert!(runner.comment().contains("did you mean weight?"));
}

#[test]
fn the_script_is_clean_to_shellcheck() {
    let scratch = Scratch::new();
    let file = scratch.write("step.sh", &script().0);
    let outcome = run(command("shellcheck").args(["-s", "bash"]).arg(file));
    assert!(outcome.succeeded(), "{}", outcome.said());
}
