//! What `tune diff` compares with what: hosts, trees, revisions, profiles. How a
//! difference looks is told by the transcripts; here it counts what is in it.
#![expect(
    clippy::disallowed_methods,
    reason = "it makes trees and runs programs"
)]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![allow(missing_docs, reason = "a test binary")]

#[path = "diff/host.rs"]
mod host;
#[path = "diff/profiles.rs"]
mod profiles;
#[path = "diff/revisions.rs"]
mod revisions;
#[path = "diff/saved.rs"]
mod saved;
#[path = "diff/trees.rs"]
mod trees;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run came to.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn has(&self, text: &str) -> bool {
        self.out.contains(text)
    }
}

/// A directory of its own, and tune run in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.path().join(below)
    }

    fn write(&self, below: &str, text: impl AsRef<[u8]>) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn tune(&self, words: &[&str]) -> Ran {
        self.tune_in("", words)
    }

    fn tune_in(&self, below: &str, words: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
        command.current_dir(self.path(below)).args(words);
        Ran::of(&command.env("COLUMNS", "200").output().unwrap())
    }

    fn run(&self, program: &str, words: &[&str]) -> Ran {
        let mut command = Command::new(program);
        command.current_dir(self.0.path()).args(words);
        Ran::of(&command.output().unwrap())
    }
}

/// Whether a program is here.
fn is_here(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|path| Path::new(&path).join(program).is_file())
}
