//! What is read and what is said: files that are none, paths in files, the
//! width of every line, an output that is full.
#![expect(clippy::disallowed_methods, reason = "runs the program on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use hosttune::{catalog, stack};

fn run(here: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .current_dir(here)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn refused(here: &Path, args: &[&str]) -> String {
    let output = run(here, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn narrow(text: &[u8], of: &str) {
    for line in String::from_utf8_lossy(text).lines() {
        assert!(line.chars().count() <= 80, "{of}: {line}");
    }
}

#[test]
fn inputs_are_regular_files_of_a_bounded_size() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    nix::unistd::mkfifo(&here.join("pipe.toml"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    std::fs::write(here.join("long.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    std::fs::write(here.join("whole.toml"), "extends = \"pipe.toml\"\n").unwrap();
    for path in ["/dev/zero", "./pipe.toml", "/", "whole.toml"] {
        for option in ["--stack", "--config"] {
            let error = refused(here, &["plan", "--profile", "t3.small", option, path]);
            assert!(error.contains("not a regular file"), "{error}");
        }
    }
    for (path, said) in [
        ("/dev/zero", "not a regular file"),
        ("pipe.toml", "not a regular file"),
        ("long.toml", "at most 1048576"),
    ] {
        let error = refused(here, &["plan", "--stack", "web", "--profile", path]);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn inputs_name_profiles_from_their_own_directory() {
    let dir = tempfile::tempdir().unwrap();
    let below = dir.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    write("tune.toml", "extends = \"web\"\nprofile = \"box.toml\"\n");
    let error = refused(&below, &["plan", "-q"]);
    assert!(error.contains("tune.toml:2:11: cannot read"), "{error}");
    write("box.toml", "memory = \"8GiB\"\ncpus = 4\n");
    let output = run(&below, &["plan"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("on box\n"), "{out}");
}

#[test]
fn inputs_that_extend_each_other_have_one_name_each() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("tune.toml"), "extends = \"./tune.toml\"\n").unwrap();
    for stack in ["./tune.toml", "tune.toml"] {
        let error = refused(
            dir.path(),
            &["plan", "--profile", "t3.small", "--stack", stack],
        );
        assert!(
            error.contains("in a circle: tune.toml -> tune.toml\n"),
            "{error}"
        );
    }
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let hosts: Vec<&str> = catalog::names().collect();
    let burstable = hosts.iter().filter(|name| name.starts_with('t'));
    let others = hosts.iter().filter(|name| !name.starts_with('t'));
    let hosts: Vec<&str> = burstable.take(12).chain(others.take(8)).copied().collect();
    assert_eq!(hosts.len(), 20);
    for (name, _) in stack::BUNDLED {
        for host in &hosts {
            let output = run(here, &["plan", "--stack", name, "--profile", host]);
            narrow(&output.stdout, &format!("{name} on {host}"));
        }
    }
    let list = run(here, &["profiles"]).stdout;
    narrow(&list, "profiles");
    let list = String::from_utf8(list).unwrap();
    for line in list.lines().take_while(|line| !line.is_empty()).skip(1) {
        assert!(line.starts_with("  "), "{line}");
    }
    let host = String::from_utf8(run(here, &["profiles", "t3.small"]).stdout).unwrap();
    assert!(!host.contains("[installed]"), "{host}");
    let stack = "extends = \"web\"\n[services.db.settings]\nzzzzzzzzzzzzzzzz = 1\n";
    std::fs::write(here.join("tune.toml"), stack).unwrap();
    let error = refused(here, &["plan", "--profile", "t3.small"]);
    assert!(error.contains("it makes "), "{error}");
    narrow(error.as_bytes(), "an error");
}

/// The tree is written before the answer, and stays.
#[test]
fn a_tree_is_whole_where_the_output_is_full() {
    let dir = tempfile::tempdir().unwrap();
    let render = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
        command.env_clear().current_dir(dir.path());
        command.args([
            "render",
            "--profile",
            "t3.small",
            "--stack",
            "web",
            "-o",
            "dd",
        ]);
        command
    };
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = render().stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.ends_with("room where it goes; dd is whole all the same\n"),
        "{error}"
    );
    let check = render().arg("--check").output().unwrap();
    assert_eq!(check.status.code(), Some(0), "{check:?}");
}

#[test]
fn an_output_that_is_full_is_said() {
    let dir = tempfile::tempdir().unwrap();
    for args in [
        &["plan", "--profile", "m6i.large", "--stack", "web"][..],
        &["profiles"],
        &["--help"],
        &[
            "render",
            "--stdout",
            "--profile",
            "t3.small",
            "--stack",
            "web",
        ],
    ] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .current_dir(dir.path())
            .args(args)
            .stdout(full)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            error,
            "error: cannot write the output: No space left on device\n  help: see that there is room where it goes\n"
        );
    }
}
