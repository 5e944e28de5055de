//! `tune render` on real directories: links, the working directory, what a
//! killed render left, and what is refused.
#![expect(clippy::disallowed_methods, reason = "runs the program on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(here: &Path, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .current_dir(here)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `tune render` of the web stack.
fn render(here: &Path, output: &str, more: &[&str]) -> Ran {
    let mut args = vec!["render", "--profile", "t3.small", "--stack", "web"];
    args.extend(["-o", output]);
    args.extend(more);
    run(here, &args)
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn render_to_a_link_replaces_what_it_points_to() {
    let dir = tempfile::tempdir().unwrap();
    let (here, real) = (dir.path(), dir.path().join("real"));
    std::fs::create_dir(&real).unwrap();
    symlink("real", here.join("link")).unwrap();
    for _ in 0..2 {
        let ran = render(here, "link", &[]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(here.join("link").is_symlink());
        assert!(real.join("manifest.json").is_file());
    }
    let ran = render(here, "link", &["--set", "services.db.memory=700MiB"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(here.join("link").is_symlink());
    assert_eq!(names(here), ["link", "real"]);
    symlink("nowhere", here.join("dangling")).unwrap();
    let ran = render(here, "dangling", &[]);
    assert!(ran.code == Some(2) && ran.err.contains("cannot follow dangling"));
}

#[test]
fn render_to_the_working_directory_keeps_it() {
    let dir = tempfile::tempdir().unwrap();
    let (here, beside) = (dir.path().join("a"), dir.path().join("b"));
    std::fs::create_dir(&here).unwrap();
    let before = here.metadata().unwrap().ino();
    assert_eq!(render(&here, ".", &[]).code, Some(0));
    std::fs::write(here.join(".manifest.json.tune-staging"), "half").unwrap();
    let other = ["render", "--profile", "m6i.large", "--stack", "fastapi"];
    let ran = run(&here, &[&other[..], &["-o", "."]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("removed  /"), "{}", ran.out);
    assert_eq!(here.metadata().unwrap().ino(), before);
    // File by file or all at once: the same tree, empty directories gone.
    let ran = run(dir.path(), &[&other[..], &["-o", "b"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(below(&here), below(&beside));
}

fn below(dir: &Path) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for name in names(dir) {
        let path = dir.join(&name);
        if path.is_dir() {
            found.push((name.clone(), None));
            let inner = below(&path);
            found.extend(inner.into_iter().map(|(n, t)| (format!("{name}/{n}"), t)));
        } else {
            found.push((name, Some(std::fs::read_to_string(&path).unwrap())));
        }
    }
    found
}

#[test]
fn render_sweeps_what_a_killed_one_left_and_waits_for_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    let staging = here.join(".out.tune-staging");
    std::fs::create_dir_all(staging.join("new/etc")).unwrap();
    std::fs::write(staging.join("new/etc/half"), "half").unwrap();
    let held = std::fs::File::open(&staging).unwrap();
    held.lock().unwrap();
    let ran = render(here, "out", &[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("another render of out is at work"));
    assert!(!here.join("out").exists());
    drop(held);
    let ran = render(here, "out", &[]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names(here), ["out"]);
    assert!(!here.join("out/etc/half").exists());
}

#[test]
fn render_refuses_the_root_and_stops_at_the_first_foreign_file() {
    let dir = tempfile::tempdir().unwrap();
    let here = dir.path();
    symlink("/", here.join("root")).unwrap();
    for output in ["/", "root", "/usr/.."] {
        let ran = render(here, output, &[]);
        assert!(
            ran.code == Some(2) && ran.err.contains("is the whole file system"),
            "{}",
            ran.err
        );
    }
    // A directory that cannot be read is not reached.
    let out = here.join("out");
    std::fs::create_dir_all(out.join("closed")).unwrap();
    std::fs::write(out.join("mine"), "").unwrap();
    let ran = render(here, "out", &[]);
    assert!(ran.code == Some(2) && ran.err.contains("out holds /mine"));
    assert_eq!(names(&out), ["closed", "mine"]);
}

#[test]
fn render_adds_a_manifest_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(
        dir.path().join("tune.toml"),
        "[services.db]\nkind = \"postgresql\"\nexternal = true\nconnections = 100\n",
    )
    .unwrap();
    let mut empty = vec!["render", "--profile", "t3.small", "-o", "empty"];
    empty.extend(["--set", "host.place=fargate"]);
    let ran = run(dir.path(), &empty);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out, "added    manifest.json\n");
    assert_eq!(run(dir.path(), &empty).out, "");
}
