//! `tune diff` on a machine whose servers run with the files of their packages,
//! then changed by hand in every way that they have: what it says is in effect,
//! and where, is what the server itself answers. The machine is a stage: `/etc`,
//! data, network and processes are its own.

mod defaults;
mod pgbouncer;
mod postgresql;
mod redis;
mod web;

use std::time::Duration;

use serde_json::Value;

use crate::support::command::run_within;
use crate::support::place::Scratch;
use crate::support::stage::Stage;

/// Everything together, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(3);

const STACK: &str = r#"
[services.db]
kind = "postgresql"
version = 15
[services.pool]
kind = "pgbouncer"
uses = ["db"]
[services.cache]
kind = "redis"
role = "store"
[services.web]
kind = "nginx"
[services.api]
kind = "node"
uses = ["pool", "cache"]
"#;

/// `seen NAME` keeps what `tune diff` says and what the server answers to `ask`;
/// `patched PATH` puts the patch of `tune diff` on that part of the machine.
const START: &str = r#"set -u
cd /
PATH=$PATH:/usr/sbin:/usr/lib/postgresql/15/bin
tune() { "$TUNE" --profile t3.large --stack "$HERE/stack.toml" "$@"; }
seen() { tune diff --format json >"$HERE/$1.json"; ask >"$HERE/$1.said" 2>&1; }
patched() {
	tune diff --format unified >"$HERE/patch"
	git apply --include="$1" "$HERE/patch" || exit 8
}
soon() {
	local n
	for n in $(seq 600); do "$@" >/dev/null 2>&1 && return; sleep 0.05; done
	echo "not in time: $*" >&2
	exit 9
}
"#;

/// A script after the start, and what it kept.
struct Ran(Scratch);

impl Ran {
    fn of(script: &str) -> Self {
        let scratch = Scratch::new();
        scratch.write("stack.toml", STACK);
        let stage = Stage::new();
        let mut command = stage.script(&format!("{START}{script}\nexit 0\n"));
        command
            .env("HERE", scratch.path())
            .env("TUNE", env!("CARGO_BIN_EXE_tune"));
        let outcome = run_within(PATIENCE, &mut command);
        assert!(outcome.succeeded(), "{}", outcome.said());
        Self(scratch)
    }

    /// What the server answered.
    fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(format!("{name}.said"))).unwrap()
    }

    /// What `tune diff` says of the settings of one file.
    fn settings(&self, name: &str, path: &str) -> Vec<Setting> {
        let file = self.0.path().join(format!("{name}.json"));
        let text = std::fs::read_to_string(file).unwrap();
        let all: Value = serde_json::from_str(&text).unwrap();
        let troubles = all["troubles"].as_array().unwrap();
        assert!(troubles.is_empty(), "{troubles:?}");
        let all = all["settings"].as_array().unwrap().clone().into_iter();
        let mine = all.filter(|one| one["path"] == path);
        let mine: Vec<Setting> = mine.map(Setting).collect();
        assert!(mine.len() > 1, "{name}: {path} has only {}", mine.len());
        mine
    }

    /// One of them.
    fn setting(&self, name: &str, path: &str, key: &str) -> Setting {
        let mut all = self.settings(name, path).into_iter();
        all.find(|one| one.key() == key)
            .unwrap_or_else(|| panic!("{name}: no {key}"))
    }
}

/// A setting of a difference.
#[derive(Debug)]
struct Setting(Value);

impl Setting {
    fn key(&self) -> &str {
        self.0["key"].as_str().unwrap()
    }

    fn old(&self) -> &str {
        self.0["old"]["value"].as_str().unwrap_or_default()
    }

    fn planned(&self) -> &str {
        self.0["new"].as_str().unwrap_or_default()
    }

    fn is_default(&self) -> bool {
        self.0["old"]["state"] == "default"
    }

    fn is_change(&self) -> bool {
        self.0["same"] == false
    }

    /// Where the old value stands; nothing where it stands in no file.
    fn place(&self) -> (String, u64) {
        let old = &self.0["old"];
        let file = old["file"].as_str().unwrap_or_default();
        (file.to_owned(), old["line"].as_u64().unwrap_or_default())
    }

    /// Who wins over the new one, and where.
    fn winners(&self) -> Vec<(&str, &str, u64)> {
        let all = self.0["shadowed_by"].as_array().unwrap().iter();
        let word = |one: &'_ Value, key: &str| one[key].as_str().unwrap().to_owned();
        all.map(|one| {
            assert!(!word(one, "value").is_empty(), "{one}");
            (
                one["kind"].as_str().unwrap(),
                one["by"].as_str().unwrap(),
                one["line"].as_u64().unwrap(),
            )
        })
        .collect()
    }
}
