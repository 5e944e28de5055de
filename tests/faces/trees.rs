//! Patches of files made by hand, taken by git and by patch on a real tree.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use hosttune::diff::{Differences, FileDifference, Was};
use hosttune::formats::Format;
use hosttune::report::difference::{Review, unified};
use hosttune::services::Meets;

use crate::host::put;

/// A file before and after: its bytes, nothing where there is none, and its mode.
struct Case {
    path: &'static str,
    was: Option<&'static [u8]>,
    becomes: &'static [u8],
    modes: (u32, u32),
}

const fn case(path: &'static str, was: &'static [u8], becomes: &'static [u8]) -> Case {
    Case {
        path,
        was: Some(was),
        becomes,
        modes: (0o644, 0o644),
    }
}

const CASES: &[Case] = &[
    case(
        "/etc/plain",
        b"a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n",
        b"A\nb\nc\nd\ne\nf\ng\nh\ni\nJ\nk\n",
    ),
    case("/etc/crlf", b"a\r\nb\r\nc\r\n", b"a\r\nB\r\nc\r\n"),
    case("/etc/to-crlf", b"a\nb\n", b"a\r\nb\r\n"),
    case("/etc/lone-cr", b"a\rb\nc\n", b"a\rB\nc\n"),
    case("/etc/no-end", b"a\nb", b"a\nc"),
    case("/etc/end-comes", b"a\nb", b"a\nb\n"),
    case("/etc/end-goes", b"a\nb\n", b"a\nb"),
    case("/etc/no-end-above", b"a\nb\nc", b"A\nb\nc"),
    case(
        "/etc/not-utf-8",
        b"# caf\xe9 \xff\nx\n# \xfe\n",
        b"# caf\xe9 \xff\ny\n# \xfd\n",
    ),
    case("/etc/was-empty", b"", b"a\n"),
    case(
        "/etc/like a patch",
        b"-- a\n++ b\n@@ -1 +1 @@\n",
        b"-- a\n++ c\n--- x\n@@ -1 +1 @@\n",
    ),
    case("/etc/a name with blanks", b"a\n", b"b\n"),
    case("/etc/na\u{ef}ve \"quoted\" \\ file", b"a\n", b"b\n"),
    case("/etc/tab\tname", b"a\n", b"b\n"),
    case("/etc/d/deep/er/file", b"a\n", b"b\n"),
    case("/etc/b-side b/etc/x", b"a\n", b"b\n"),
    Case {
        path: "/etc/only mode",
        was: Some(b"a\n"),
        becomes: b"a\n",
        modes: (0o644, 0o755),
    },
    Case {
        path: "/etc/mode-and-text",
        was: Some(b"a\n"),
        becomes: b"b\n",
        modes: (0o755, 0o644),
    },
    Case {
        path: "/usr/local/lib/new.sh",
        was: None,
        becomes: b"#!/bin/sh\nexit 0\n",
        modes: (0, 0o755),
    },
    Case {
        path: "/etc/new file",
        was: None,
        becomes: b"a\r\nb",
        modes: (0, 0o644),
    },
    Case {
        path: "/etc/new-empty",
        was: None,
        becomes: b"",
        modes: (0, 0o644),
    },
];

fn difference(case: &Case) -> FileDifference {
    FileDifference {
        service: "x".to_owned(),
        path: case.path.to_owned(),
        format: Format::Text,
        meets: Meets::Own,
        was: case
            .was
            .map_or(Was::Nothing, |bytes| Was::File(bytes.to_vec())),
        becomes: Some(case.becomes.to_vec()),
        mode: (case.was.map(|_| case.modes.0), Some(case.modes.1)),
        owner: (Some("a:a".to_owned()), Some("b:b".to_owned())),
        foreign: false,
        kept: Vec::new(),
        other_lines: 0,
        code: false,
        link: None,
    }
}

fn patch(cases: &[Case]) -> Vec<u8> {
    let differences = Differences {
        files: cases.iter().map(difference).collect(),
        ..Differences::default()
    };
    unified(&Review {
        title: "a title\nin two lines".to_owned(),
        differences: &differences,
        plan: None,
        before: None,
    })
}

fn apply(root: &Path, program: &str, arguments: &[&str], patch: &[u8]) {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .env("GIT_CEILING_DIRECTORIES", root.parent().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(patch).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let patch = String::from_utf8_lossy(patch);
    assert!(output.status.success(), "{program}: {out}{err}\n{patch}");
}

fn taken_by(program: &str, arguments: &[&str]) {
    let root = tempfile::tempdir().unwrap();
    for case in CASES {
        if let Some(was) = case.was {
            put(root.path(), case.path, was, case.modes.0);
        }
    }
    apply(root.path(), program, arguments, &patch(CASES));
    for case in CASES {
        let at = root.path().join(case.path.trim_start_matches('/'));
        let bytes = fs::read(&at).unwrap_or_else(|error| panic!("{}: {error}", case.path));
        assert_eq!(bytes, case.becomes, "{program}: {}", case.path);
        let mode = fs::metadata(&at).unwrap().permissions().mode();
        assert_eq!(
            mode & 0o111,
            case.modes.1 & 0o111,
            "{program}: {}",
            case.path
        );
    }
}

#[test]
fn git_takes_them() {
    taken_by("git", &["apply", "--whitespace=nowarn"]);
}

#[test]
fn git_takes_them_in_a_repository_too() {
    let root = tempfile::tempdir().unwrap();
    apply(root.path(), "git", &["init", "--quiet"], b"");
    let case = &CASES[0];
    put(root.path(), case.path, case.was.unwrap(), 0o644);
    apply(root.path(), "git", &["add", "."], b"");
    apply(
        root.path(),
        "git",
        &["apply", "--index"],
        &patch(&CASES[..1]),
    );
}

#[test]
fn patch_takes_them() {
    taken_by("patch", &["-p1", "--quiet"]);
}

/// What git itself writes for the same two trees, but for its line of hashes,
/// for the line that it shows behind the place of a hunk, and for names with
/// blanks that stand in one line only: patch takes them quoted.
#[test]
fn it_is_what_git_writes() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    apply(root, "git", &["init", "--quiet"], b"");
    // Of modes git keeps only whether a file can be run.
    for case in CASES {
        put(
            root,
            case.path,
            case.was.unwrap_or_default(),
            case.modes.0 | 0o200,
        );
        if case.was.is_none() {
            fs::remove_file(root.join(&case.path[1..])).unwrap();
        }
    }
    apply(root, "git", &["add", "."], b"");
    for case in CASES {
        put(root, case.path, case.becomes, case.modes.1);
    }
    apply(root, "git", &["add", "--intent-to-add", "."], b"");
    for case in CASES.iter().filter(|case| case.path != "/etc/only mode") {
        let output = Command::new("git")
            .args([
                "-c",
                "diff.algorithm=myers",
                "diff",
                "--no-color",
                "--",
                &case.path[1..],
            ])
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .current_dir(root)
            .output()
            .unwrap();
        let ours = patch(std::slice::from_ref(case));
        let without = |text: &[u8], skip: &[&[u8]]| -> String {
            let lines = text.split_inclusive(|byte| *byte == b'\n');
            let kept = lines.filter(|line| !skip.iter().any(|head| line.starts_with(head)));
            let text =
                String::from_utf8_lossy(&kept.flatten().copied().collect::<Vec<u8>>()).into_owned();
            let place = |line: &str| match line.split_once(" @@ ") {
                Some((place, _)) if line.starts_with("@@ ") => format!("{place} @@\n"),
                _ => line.to_owned(),
            };
            text.split_inclusive('\n').map(place).collect()
        };
        let theirs = without(&output.stdout, &[b"index "]);
        let ours = without(&ours, &[b"# "]);
        assert_eq!(ours, theirs, "{}", case.path);
    }
}
