//! Completions in real shells: what a TAB makes of a line.
#![expect(clippy::disallowed_methods, reason = "runs programs on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![expect(clippy::panic, reason = "a test may panic, its helpers too")]
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]

mod screen;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use screen::Screen;
use tempfile::TempDir;

const STACK: &str = "[services.db]\nkind = \"postgresql\"\n[services.shop]\nkind = \"gunicorn\"\n";

/// A directory with a tune.toml, and no other that is above it.
fn place(stack: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tune.toml"), stack).unwrap();
    dir
}

/// What the program offers for a line, the last word being completed.
fn offered(here: &Path, words: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .env("_TUNE_COMPLETE", "fish")
        .current_dir(here)
        .args(["--", "tune"])
        .args(words)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{words:?}: {output:?}");
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let value = |line: &str| line.split('\t').next().unwrap().to_owned();
    text.lines().map(value).collect()
}

/// A line on an interactive shell, and what a TAB makes of it.
const LINES: &[(&str, &str)] = &[
    ("tune plan --profile t3.sm", "tune plan --profile t3.small "),
    ("tune plan --profile=t3.sm", "tune plan --profile=t3.small "),
    ("tune --stack django", "tune --stack django-celery "),
    ("tune render --only sh", "tune render --only shop "),
    (
        "tune plan --set services.shop.worker_c",
        "tune plan --set services.shop.worker_class=",
    ),
    (
        "tune plan --set services.shop.worker_class=uv",
        "tune plan --set services.shop.worker_class=uvicorn",
    ),
    ("tune comple", "tune completions "),
    ("tune man profi", "tune man profiles "),
];

fn completes(shell: &str, arguments: &[&str], begin: &str) {
    let dir = place(STACK);
    let mut screen = Screen::new(dir.path(), shell, arguments);
    screen.send(begin);
    screen.send("echo rea''dy\n");
    screen.wait("ready");
    for (line, completed) in LINES {
        screen.send(line);
        screen.send("\t");
        screen.wait(completed);
        // Away with the line: C-a, C-k.
        screen.send("\u{1}\u{b}");
    }
}

#[test]
fn bash_completes() {
    let begin = "PS1='$ '; source <(tune completions bash)\n";
    completes("bash", &["--norc", "--noprofile", "-i"], begin);
}

#[test]
fn zsh_completes() {
    let begin = "PS1='$ '; autoload -U compinit; compinit -D -u; source <(tune completions zsh)\n";
    completes("zsh", &["-f", "-i"], begin);
}

/// fish says itself what it would offer.
#[test]
fn fish_completes() {
    let dir = place(STACK);
    for (line, completed) in LINES {
        let asked = format!("tune completions fish | source; complete -C '{line}'");
        let output = Command::new("fish")
            .env_clear()
            .env("PATH", screen::path())
            .env("HOME", dir.path())
            .current_dir(dir.path())
            .args(["--no-config", "-c", &asked])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let word = completed.trim_end().rsplit(' ').next().unwrap();
        let offered = text
            .lines()
            .any(|line| line.split('\t').next() == Some(word));
        assert!(offered, "{line}: {text}{said}");
    }
}

#[test]
fn keys_are_offered_a_table_at_a_time() {
    let dir = place(STACK);
    let set = |word: &str| offered(dir.path(), &["plan", "--set", word]);
    assert_eq!(set("ru"), ["runtime="]);
    assert_eq!(set("ser"), ["services."]);
    assert_eq!(set("services."), ["services.db.", "services.shop."]);
    assert!(set("services.d").contains(&"services.db.workload=".to_owned()));
    assert!(!set("services.shop.").contains(&"services.shop.workload=".to_owned()));
    assert_eq!(
        set("runtime="),
        ["runtime=systemd", "runtime=pm2", "runtime=compose"]
    );
    assert_eq!(set("host.storage.k"), ["host.storage.kind="]);
    assert_eq!(
        set("services.db.strict="),
        ["services.db.strict=true", "services.db.strict=false"]
    );
    assert!(set("services.db.want=").is_empty());
}

#[test]
fn what_a_key_takes_is_offered() {
    let dir = place(STACK);
    let set = |word: &str| {
        offered(
            dir.path(),
            &["plan", "--profile", "t3.small", "--set", word],
        )
    };
    assert_eq!(set("silence.pool-ov"), ["silence.pool-oversized="]);
    assert_eq!(
        set("services.db.silence.pool-ov"),
        ["services.db.silence.pool-oversized="]
    );
    assert_eq!(set("extends=fast"), ["extends=fastapi"]);
    assert_eq!(set("profile=t3.sm"), ["profile=t3.small"]);
    assert_eq!(set("profile=det"), ["profile=detect"]);
    assert_eq!(set("services.shop.uses="), ["services.shop.uses=[\"db\"]"]);
    assert_eq!(
        set("services.db.settings.shared_b"),
        ["services.db.settings.shared_buffers="]
    );
}

#[test]
fn commands_kinds_and_detect_are_offered() {
    let dir = place(STACK);
    assert_eq!(offered(dir.path(), &["man", "pl"]), ["plan"]);
    assert_eq!(
        offered(dir.path(), &["plan", "--profile", "det"]),
        ["detect"]
    );
    let explain = ["--profile", "t3.small", "explain", "postgresql.shared_b"];
    assert_eq!(offered(dir.path(), &explain), ["postgresql.shared_buffers"]);
    let explain = ["--profile", "t3.small", "explain", "postg"];
    assert_eq!(offered(dir.path(), &explain), ["postgresql."]);
}

/// The options before the word decide which stack is meant.
#[test]
fn services_are_those_of_the_stack_in_reach() {
    let dir = place(STACK);
    let only = |words: &[&str]| offered(dir.path(), &[words, &["render", "--only", ""]].concat());
    assert_eq!(only(&[]), ["db", "shop", "system"]);
    assert_eq!(only(&["--stack", "node-stream"]), ["chat", "system"]);
    assert_eq!(only(&["--stack=node-stream"]), ["chat", "system"]);
    let empty = tempfile::tempdir().unwrap();
    let words = ["--profile", "t3.small", "render", "--only", "a"];
    assert_eq!(offered(empty.path(), &words), ["api", "app"]);
}

#[test]
fn a_broken_file_offers_nothing_and_says_nothing() {
    for broken in [
        "[services",
        "extends = \"nowhere\"\n",
        "extends = \"tune.toml\"\n",
        "\u{0}",
    ] {
        let dir = place(broken);
        let words = ["render", "--only", "a"];
        assert!(offered(dir.path(), &words).is_empty(), "{broken}");
        let words = ["plan", "--set", "services.a"];
        assert!(offered(dir.path(), &words).is_empty(), "{broken}");
    }
    // A mistake that does not hide the names does not hide them.
    let dir = place("nonesuch = 1\n[services.db]\nkind = \"postgresql\"\nwnat = 1\n");
    assert_eq!(offered(dir.path(), &["render", "--only", "d"]), ["db"]);
}

#[test]
fn files_are_offered_where_no_name_fits() {
    let dir = place(STACK);
    fs::write(dir.path().join("box.toml"), "").unwrap();
    fs::write(dir.path().join("box.txt"), "").unwrap();
    assert_eq!(
        offered(dir.path(), &["plan", "--profile", "bo"]),
        ["box.toml"]
    );
    assert_eq!(
        offered(dir.path(), &["plan", "--stack", "tu"]),
        ["tune.toml"]
    );
}

/// Nobody waits for a TAB: a bound that a busy machine keeps too.
#[test]
fn an_answer_takes_no_time() {
    let dir = place(STACK);
    let began = Instant::now();
    for _ in 0..10 {
        offered(dir.path(), &["plan", "--set", "services.shop."]);
    }
    assert!(began.elapsed().as_millis() < 2000, "{:?}", began.elapsed());
}

#[test]
fn every_shell_has_a_script() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .current_dir(dir.path())
            .args(["completions", shell])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("_TUNE_COMPLETE"), "{shell}: {text}");
    }
}
