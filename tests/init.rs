//! `tune init`: what it writes gives the plan that there was without it; it
//! overwrites nothing and leaves nothing half done; a person is asked on a
//! terminal only, and each answer is looked at.
#![expect(clippy::disallowed_methods, reason = "runs the program on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a test may panic")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use hosttune::stack::BUNDLED;
use serde_json::Value;

fn tune(here: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
    command.env_clear().current_dir(here).stdin(Stdio::null());
    command
}

fn run(here: &Path, arguments: &[&str]) -> Output {
    tune(here).args(arguments).output().unwrap()
}

fn written(here: &Path) -> Vec<String> {
    let entries = fs::read_dir(here).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The plan, but for the stack's name, which is that of its file.
fn plan(here: &Path, arguments: &[&str]) -> Value {
    let output = run(here, &[&["plan", "--format", "json"], arguments].concat());
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_ne!(output.status.code(), Some(2), "{arguments:?}: {err}");
    let mut plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    plan.as_object_mut().unwrap().remove("stack");
    plan
}

/// The rendered files, but for the line that names the stack.
fn rendered(here: &Path, arguments: &[&str]) -> String {
    let shown = ["render", "--stdout", "--allow-overcommit"];
    let output = run(here, &[&shown, arguments].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let kept = text.lines().filter(|line| !line.contains(" stack "));
    kept.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_file_gives_the_plan_of_the_bundled_stack() {
    for (name, _) in BUNDLED {
        let (dir, bare) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let here = dir.path();
        let options = ["--profile", "t3.large", "--stack", name];
        let output = run(here, &[&["init", "--yes"], &options[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{name}: {output:?}");
        assert_eq!(written(here), ["tune.schema.json", "tune.toml"]);
        assert_eq!(plan(here, &[]), plan(bare.path(), &options), "{name}");
        assert_eq!(
            rendered(here, &[]),
            rendered(bare.path(), &options),
            "{name}"
        );
    }
}

fn recorded() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect");
    let folders = fs::read_dir(dir).unwrap();
    let mut roots: Vec<PathBuf> = folders
        .map(|entry| entry.unwrap().path().join("root"))
        .collect();
    roots.sort();
    roots
}

/// Where something is installed; where nothing is there is nothing to begin from.
#[test]
fn the_file_gives_the_plan_of_what_is_installed() {
    let mut begun = 0;
    for root in recorded() {
        let (dir, bare) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let options = ["--root", root.to_str().unwrap()];
        let output = run(dir.path(), &[&["init"], &options[..]].concat());
        if output.status.code() == Some(2) {
            let err = String::from_utf8(output.stderr).unwrap();
            assert!(err.contains("no service that tune knows"), "{err}");
            assert!(written(dir.path()).is_empty());
            continue;
        }
        begun += 1;
        let with = plan(dir.path(), &options);
        assert_eq!(with, plan(bare.path(), &options), "{}", root.display());
    }
    assert!(begun >= 4, "only {begun}");
}

/// What is commented out is a default: to state it changes nothing.
#[test]
fn commented_defaults_are_defaults() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect/rhel-pgdata/root");
    let dir = tempfile::tempdir().unwrap();
    let options = ["--root", root.to_str().unwrap()];
    run(dir.path(), &[&["init"], &options[..]].concat());
    let before = plan(dir.path(), &options);
    let path = dir.path().join("tune.toml");
    let text = fs::read_to_string(&path).unwrap();
    let shows =
        |line: &str| line.starts_with('#') && line.contains(" = ") && !line.starts_with("# ");
    let stated: Vec<&str> = text
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(bare) if shows(line) => bare,
            _ => line,
        })
        .collect();
    let stated = stated.join("\n");
    for line in ["\nprofile = \"detect\"\n", "\n[system]\nextra = \"0MiB\"\n"] {
        assert!(stated.contains(line), "{line}: {stated}");
    }
    assert_ne!(stated.trim(), text.trim());
    fs::write(&path, stated).unwrap();
    let after = plan(dir.path(), &options);
    assert_eq!(before["reserve"], after["reserve"]);
    for (before, after) in before["services"]
        .as_array()
        .unwrap()
        .iter()
        .zip(after["services"].as_array().unwrap())
    {
        assert_eq!(before["limit_bytes"], after["limit_bytes"]);
        let texts = |service: &Value| {
            let settings = service["settings"].as_array().unwrap().clone();
            settings
                .into_iter()
                .map(|setting| (setting["key"].clone(), setting["text"].clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(before), texts(after));
    }
}

#[test]
fn the_schema_is_found_beside_the_file_and_is_that_of_the_program() {
    let dir = tempfile::tempdir().unwrap();
    run(
        dir.path(),
        &["init", "--profile", "t3.small", "-o", "shop.toml"],
    );
    let text = fs::read_to_string(dir.path().join("shop.toml")).unwrap();
    assert_eq!(text.lines().next(), Some("#:schema ./tune.schema.json"));
    let schema = fs::read(dir.path().join("tune.schema.json")).unwrap();
    assert_eq!(schema, run(dir.path(), &["schema"]).stdout);
}

#[test]
fn nothing_that_is_there_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    fs::write(here.join("tune.toml"), "mine\n").unwrap();
    std::os::unix::fs::symlink("nowhere", here.join("link.toml")).unwrap();
    fs::create_dir(here.join("folder")).unwrap();
    for path in ["tune.toml", "link.toml", "folder"] {
        let output = run(
            here,
            &["init", "--yes", "--profile", "t3.small", "-o", path],
        );
        assert_eq!(output.status.code(), Some(2), "{path}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.contains("is there already"), "{err}");
    }
    assert_eq!(written(here), ["folder", "link.toml", "tune.toml"]);
    assert_eq!(fs::read(here.join("tune.toml")).unwrap(), b"mine\n");
}

#[test]
fn a_schema_that_is_there_is_left() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tune.schema.json"), "{}").unwrap();
    let output = run(dir.path(), &["init", "--profile", "t3.small"]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("tune.schema.json is there already"), "{said}");
    assert_eq!(
        fs::read(dir.path().join("tune.schema.json")).unwrap(),
        b"{}"
    );
    assert!(
        said.contains("\nrenew it: tune schema > tune.schema.json\n"),
        "{said}"
    );
    let text = fs::read_to_string(dir.path().join("tune.toml")).unwrap();
    assert!(!text.contains("#:schema"), "{text}");
}

#[test]
fn a_schema_of_this_version_is_named_again() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["init", "--profile", "t3.small"]);
    let again = ["init", "--profile", "t3.small", "-o", "a b.toml"];
    let said = String::from_utf8(run(dir.path(), &again).stderr).unwrap();
    let text = fs::read_to_string(dir.path().join("a b.toml")).unwrap();
    assert!(text.starts_with("#:schema ./tune.schema.json\n"), "{text}");
    assert!(!said.contains("tune schema"), "{said}");
    assert!(
        said.ends_with("next: tune --config 'a b.toml' plan\n"),
        "{said}"
    );
}

/// A host with these programs, and no others.
fn host_with(kinds: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let installed = kinds.join(" = \"unknown\"\n");
    let profile = format!("memory = \"4GiB\"\ncpus = 2\n[installed]\n{installed} = \"unknown\"\n");
    fs::write(dir.path().join("box.toml"), profile).unwrap();
    dir
}

#[test]
fn only_what_opens_connections_is_offered_as_a_user() {
    let dir = host_with(&["postgresql", "pgbouncer", "nginx", "redis", "node"]);
    let mut terminal = Terminal::new(dir.path(), &["init", "--profile", "./box.toml"]);
    terminal.answer("\n");
    terminal.answer("postgresql\n");
    terminal.answer("node\n");
    terminal.answer("nginx\n");
    terminal.answer("pgbouncer\n");
    terminal.answer("999TiB\n");
    terminal.answer("\n");
    let (code, said) = terminal.ended();
    assert_eq!(code, Some(0), "{said}");
    for told in [
        "connections to pgbouncer: node, or 'none'",
        "'postgresql' is none of node",
        "connections to postgresql: node, pgbouncer, or 'none'",
        "'nginx' is none of node, pgbouncer",
        "box has 4096 MiB in all",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn hostile_answers_are_quoted_and_cut() {
    let dir = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::new(dir.path(), &["init", "--stack", "node-web"]);
    terminal.prompt();
    let begin = terminal.said.len();
    terminal.answer(&format!("a\u{9b}31m\u{202e}/{}\n", "x".repeat(3000)));
    terminal.prompt();
    let said = terminal.said.split_off(begin);
    let (_, said) = said.split_once("cannot read").unwrap();
    assert!(!said.contains(['\u{9b}', '\u{202e}']), "{said:?}");
    assert!(said.contains("a\\u{9b}31m\\u{202e}/"), "{said}");
    assert!(said.len() < 1000, "{said}");
    terminal.answer("\u{4}");
    assert_eq!(terminal.ended().0, Some(2));
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let wrong: &[&[&str]] = &[
        &["init", "--profile", "t3.small", "-o", "no/such/tune.toml"],
        &["init", "--profile", "t3.smal"],
        &["init", "--profile", "t3.small", "--stack", "wbe"],
        &["init", "--profile", "t3.small", "--set", "runtime=pm2"],
    ];
    for arguments in wrong {
        let output = run(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(written(dir.path()).is_empty(), "{arguments:?}");
    }
}

/// A profile that is a path is found from the file that names it.
#[test]
fn a_path_is_found_from_where_the_file_is() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("conf")).unwrap();
    fs::write(dir.path().join("box.toml"), "memory = \"4GiB\"\ncpus = 2\n").unwrap();
    let options = ["--profile", "./box.toml", "-o", "conf/tune.toml"];
    let output = run(dir.path(), &[&["init"], &options[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(plan(&dir.path().join("conf"), &[])["host"]["name"], "box");
}

/// The program on a terminal of its own: what it says, until it ends.
struct Terminal {
    child: Child,
    screen: fs::File,
    said: String,
}

impl Terminal {
    fn new(here: &Path, arguments: &[&str]) -> Self {
        let pty = nix::pty::openpty(None, None).unwrap();
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        let child = tune(here)
            .args(arguments)
            .stdin(end())
            .stdout(end())
            .stderr(end())
            .spawn()
            .unwrap();
        Self {
            child,
            screen: fs::File::from(pty.master),
            said: String::new(),
        }
    }

    /// Waits for a prompt.
    fn prompt(&mut self) {
        let mut buffer = [0; 4096];
        while !self.said.ends_with("] ") {
            let length = self.screen.read(&mut buffer).unwrap();
            self.said
                .push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
    }

    /// Waits for a prompt and answers it.
    fn answer(&mut self, line: &str) {
        self.prompt();
        self.said.push('\n');
        self.screen.write_all(line.as_bytes()).unwrap();
    }

    /// The exit code, and all that was said.
    fn ended(mut self) -> (Option<i32>, String) {
        let mut buffer = [0; 4096];
        // At its end a terminal is an error to read.
        while let Ok(length @ 1..) = self.screen.read(&mut buffer) {
            self.said
                .push_str(&String::from_utf8_lossy(&buffer[..length]));
        }
        let status = self.child.wait().unwrap();
        (status.code(), self.said.replace('\r', ""))
    }
}

#[test]
fn a_person_is_asked_and_wrong_answers_are_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect/rhel-pgdata/root");
    let found = plan(dir.path(), &["--root", root.to_str().unwrap()]);
    let kinds: Vec<&str> = found["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| service["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"postgresql"), "{kinds:?}");
    let user = "node";
    assert!(kinds.contains(&user), "{kinds:?}");
    let mut terminal = Terminal::new(dir.path(), &["init", "--root", root.to_str().unwrap()]);
    terminal.answer("t3.smal\n");
    terminal.answer("t3.small\n");
    terminal.answer("systmd\n");
    terminal.answer("\n");
    terminal.answer("nobody\n");
    terminal.answer(&format!("{user}\n"));
    terminal.answer("12\n");
    terminal.answer("100MiB\n");
    let (code, said) = terminal.ended();
    assert_eq!(code, Some(0), "{said}");
    for told in [
        "did you mean t3.small",
        "one of systemd, pm2, compose",
        "'nobody' is none of",
        "write it as 100MiB",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let plan = plan(dir.path(), &[]);
    assert_eq!(plan["host"]["name"], "t3.small");
    assert_eq!(plan["reserve"]["extra_bytes"], 100 << 20);
    let text = fs::read_to_string(dir.path().join("tune.toml")).unwrap();
    assert!(text.contains("uses = [\"postgresql\"]"), "{text}");
}

#[test]
fn empty_answers_are_the_defaults() {
    let (dir, bare) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut terminal = Terminal::new(dir.path(), &["init", "--profile", "t3.small"]);
    for _ in 0..3 {
        terminal.answer("\n");
    }
    let (code, said) = terminal.ended();
    assert_eq!(code, Some(0), "{said}");
    run(bare.path(), &["init", "--yes", "--profile", "t3.small"]);
    let text = |dir: &Path| fs::read_to_string(dir.join("tune.toml")).unwrap();
    assert_eq!(text(dir.path()), text(bare.path()));
    for line in said.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_end_of_the_input_and_ctrl_c_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut ends = Terminal::new(dir.path(), &["init", "--profile", "t3.small"]);
    ends.answer("\n");
    ends.answer("\u{4}");
    let (code, said) = ends.ended();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
    let mut stopped = Terminal::new(dir.path(), &["init", "--profile", "t3.small"]);
    stopped.answer("\n");
    stopped.prompt();
    let id = nix::unistd::Pid::from_raw(stopped.child.id().try_into().unwrap());
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT).unwrap();
    assert_eq!(stopped.ended().0, None);
    assert!(written(dir.path()).is_empty());
}
