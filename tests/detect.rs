//! Detection of recorded trees: each folder of `tests/detect` holds a `root`
//! and what `tune detect` says of it. `SNAPSHOTS=overwrite` renews them.
#![expect(clippy::disallowed_methods, reason = "runs the program on files")]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::path::{Path, PathBuf};
use std::process::Command;

use hosttune::catalog::Catalogue;
use hosttune::host::detect::{HostReader as _, LiveReader, detect};
use hosttune::host::{from_tree, to_toml};
use hosttune::input::{Node, Source, Spot};
use snapbox::{Assert, Data};

fn recorded() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detect");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    assert!(folders.len() >= 8, "{folders:?}");
    folders
}

fn tune(root: &Path, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .args(["detect", "--format", format, "--root"])
        .arg(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {output:?}", root.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn detect_recorded_hosts_as_before() {
    let snapshots = Assert::new().action_env("SNAPSHOTS");
    for folder in recorded() {
        for (format, file) in [("text", "detect.txt"), ("toml", "detect.toml")] {
            let found = tune(&folder.join("root"), format);
            snapshots.eq(found, Data::read_from(&folder.join(file), None).raw());
        }
    }
}

#[test]
fn detect_text_stays_within_80_columns() {
    for folder in recorded() {
        let text = tune(&folder.join("root"), "text");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", folder.display());
        }
    }
}

#[test]
fn detect_json_is_one_document_with_what_the_host_holds() {
    for folder in recorded() {
        let text = tune(&folder.join("root"), "json");
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(
            document["host"]["memory_bytes"].as_u64() > Some(0),
            "{text}"
        );
        for fact in document["facts"].as_array().unwrap() {
            assert!(!fact["from"].as_str().unwrap().is_empty(), "{fact}");
        }
    }
}

#[test]
fn detect_toml_reads_back_as_the_same_host() {
    for folder in recorded() {
        let reader = LiveReader::new(&folder.join("root")).unwrap();
        let host = detect(&reader, &Catalogue, None).unwrap().host;
        let source = Source::new("saved.toml", to_toml(&host));
        let tree = Node::parse(&source).unwrap();
        let at = Spot::new(&source, 0..0);
        assert_eq!(
            from_tree(&tree, "saved", &at, None).unwrap(),
            host,
            "{}",
            folder.display()
        );
    }
}

#[test]
fn detect_never_leaves_its_root() {
    let dir = tempfile::tempdir().unwrap();
    let (root, outside) = (dir.path().join("root"), dir.path().join("secret"));
    std::fs::create_dir_all(root.join("a")).unwrap();
    std::fs::write(&outside, "secret\n").unwrap();
    std::fs::write(root.join("inside"), "inside\n").unwrap();
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, root.join(name)).unwrap();
    link(&outside, "absolute");
    link(Path::new("../secret"), "relative");
    link(Path::new("a/../../../secret"), "winding");
    link(Path::new("loop"), "loop");
    link(Path::new("/inside"), "a/rooted");
    link(Path::new(".."), "a/up");
    let reader = LiveReader::new(&root).unwrap();
    for name in [
        "/absolute",
        "/relative",
        "/winding",
        "/loop",
        "/../secret",
        "/a/up/../secret",
        "/a",
    ] {
        assert_eq!(reader.text(name), None, "{name}");
    }
    assert_eq!(reader.line("/a/rooted").as_deref(), Some("inside"));
    assert_eq!(reader.line("/../../inside").as_deref(), Some("inside"));
    assert_eq!(reader.link("/a/rooted").as_deref(), Some("/inside"));
    assert_eq!(reader.list("/a/up/.."), reader.list("/"));
    assert!(!reader.exists("/absolute") && reader.exists("/a/up"));
}

#[test]
fn detect_does_not_wait_for_a_pipe_or_read_without_end() {
    let dir = tempfile::tempdir().unwrap();
    nix::unistd::mkfifo(&dir.path().join("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    std::fs::write(dir.path().join("long"), vec![b'x'; 3 << 20]).unwrap();
    let reader = LiveReader::new(dir.path()).unwrap();
    assert_eq!(reader.text("/pipe"), None);
    assert_eq!(reader.text("/long").map(|text| text.len()), Some(1 << 20));
}

#[test]
fn detect_refuses_what_it_cannot_answer() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_tune"))
            .env_clear()
            .args(args)
            .output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    for (args, said) in [
        (["detect", "--root", empty], "no memory was found"),
        (
            ["detect", "--root", "/nowhere/at/all"],
            "cannot read below /nowhere/at/all",
        ),
    ] {
        let (code, error) = run(&args);
        assert!(code == Some(2) && error.contains(said), "{code:?} {error}");
    }
    let (code, error) = run(&["detect", "--imds", "--root", empty]);
    assert!(
        code == Some(2) && error.contains("--imds asks about this machine"),
        "{error}"
    );
}
