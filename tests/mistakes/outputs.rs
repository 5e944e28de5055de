//! Directories that a tree cannot be written to: what was there stays as it was.

use std::process::Command;

use crate::alone::{Mistake, assert_told};
use crate::support::{Place, Said, as_nobody, said};

const RENDER: [&str; 5] = ["render", "--profile", "t3.small", "--stack", "web"];

#[test]
fn an_output_that_is_no_directory() {
    let place = Place::new();
    place.write("file", "mine\n");
    place.write("mine/notes", "mine\n");
    for (output, message, help) in [
        (
            "file",
            "file: Not a directory",
            "name a directory with -o: a file stands there",
        ),
        (
            "file/below",
            "file",
            "name a directory with -o: a file stands there",
        ),
        (
            "mine",
            "holds /notes, which tune did not render",
            "the tree is replaced whole",
        ),
        (
            "/",
            "is the whole file system",
            "the tree is replaced whole",
        ),
        (
            "/proc/nowhere/out",
            "cannot create /proc/nowhere",
            "see that the path can be reached, or name another",
        ),
        ("/dev/null", "Not a directory", "name a directory with -o"),
    ] {
        let before = place.tree();
        let refused = place.run(&[&RENDER[..], &["-o", output]].concat());
        assert_told(&refused, &Mistake("", message, help));
        assert_eq!(place.tree(), before, "{output}");
    }
}

#[test]
fn an_output_that_cannot_be_written() {
    let place = Place::new();
    std::fs::create_dir(place.path().join("closed")).unwrap();
    place.set_mode("closed", 0o555);
    let _ = said(&mut as_nobody(&place, &["--version"]));
    let before = place.tree();
    let denied = said(&mut as_nobody(
        &place,
        &[&RENDER[..], &["-o", "closed/out"]].concat(),
    ));
    assert_told(
        &denied,
        &Mistake("", "Permission denied", "let this account write there"),
    );
    assert_eq!(place.tree(), before);
}

/// In a mount namespace of its own, on a file system of its own: mounted with
/// `options`, after `prepare`; what is on it afterwards is listed.
fn on_a_file_system(options: &str, prepare: &str) -> (Said, String) {
    let place = Place::new();
    std::fs::create_dir(place.path().join("disk")).unwrap();
    let script = format!(
        "mount -t tmpfs -o {options} none disk && {prepare} && find disk | sort >before && {{ \"$@\"; code=$?; }}; find disk | sort >after; exit $code"
    );
    let mut command = Command::new("unshare");
    command
        .args([
            "--mount",
            "--propagation",
            "private",
            "sh",
            "-c",
            &script,
            "sh",
        ])
        .arg(env!("CARGO_BIN_EXE_tune"))
        .args(RENDER)
        .args(["-o", "disk/out"])
        .current_dir(place.path());
    let said = said(&mut command);
    let read = |name| std::fs::read_to_string(place.path().join(name)).unwrap();
    assert_eq!(read("before"), read("after"), "{said:?}");
    (said, read("after"))
}

#[test]
fn an_output_on_a_full_disk() {
    let (full, left) = on_a_file_system("size=32k", "true");
    assert_told(
        &full,
        &Mistake(
            "",
            "No space left on device",
            "make room, or name a directory on another",
        ),
    );
    assert_eq!(left, "disk\n");
}

#[test]
fn a_tree_on_a_full_disk_stays_as_it_was() {
    let prepare = [
        "\"$1\" render --profile t3.small --stack web -o disk/out >/dev/null 2>&1",
        "sed -i s/1/2/ disk/out/etc/sysctl.d/*",
        "{ cat /dev/zero >disk/fill 2>/dev/null || true; }",
    ];
    let prepare = prepare.join(" && ");
    let (full, left) = on_a_file_system("size=400k", &prepare);
    assert_told(
        &full,
        &Mistake(
            "",
            "No space left on device",
            "make room, or name a directory on another",
        ),
    );
    assert!(left.contains("disk/out/manifest.json"), "{left}");
}

#[test]
fn an_output_on_a_file_system_that_is_read_only() {
    let (read_only, left) = on_a_file_system("size=1m", "mount -o remount,ro disk");
    assert_told(
        &read_only,
        &Mistake(
            "",
            "Read-only file system",
            "name a directory that can be written",
        ),
    );
    assert_eq!(left, "disk\n");
}
