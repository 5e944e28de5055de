//! Transcripts of every command: `tests/cli/<command>/*.md`, each with the
//! files it reads beside it (`.in`) and some of those it writes (`.out`).
//! `./bless` renews them.
#![expect(clippy::disallowed_methods, reason = "runs itself again")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![allow(missing_docs, reason = "a test binary")]

use std::process::Command;

/// Set where the environment is empty but for what the transcripts say.
const CLEARED: &str = "TUNE_TRANSCRIPTS";

#[test]
fn transcripts() {
    if std::env::var_os(CLEARED).is_none() {
        return in_a_cleared_environment();
    }
    trycmd::TestCases::new()
        .register_bin("tune", std::path::Path::new(env!("CARGO_BIN_EXE_tune")))
        .case("tests/cli/*/*.md")
        .case("tests/cli/*/*.toml");
}

/// Runs this test once more, with nothing of the caller's environment that
/// could change what is printed.
fn in_a_cleared_environment() {
    let kept = ["PATH", "TRYCMD", "TMPDIR"];
    let kept = kept.map(|name| (name, std::env::var_os(name).unwrap_or_default()));
    let kept = kept.into_iter().filter(|(_, value)| !value.is_empty());
    let again = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "transcripts", "--nocapture"])
        .env_clear()
        .envs(kept)
        .envs([(CLEARED, "1"), ("LC_ALL", "C")])
        .status()
        .unwrap();
    assert!(again.success(), "renew with ./bless");
}
