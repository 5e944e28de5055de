//! A root that was made to lead astray: nothing outside of it is opened, and
//! what cannot be read is told.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::{Place, Ran, is_here};

const OURS: &str = "root/etc/sysctl.d/99-zz-tune.conf";

fn place() -> Place {
    let place = Place::new();
    place.write(OURS, "vm.swappiness = 60\n");
    place.write("secret", "vm.swappiness = 4711\n");
    place
}

const DIFF: &[&str] = &[
    "diff",
    "--stack",
    "node-stream",
    "--profile",
    "t3.small",
    "--root",
    "root",
];

fn diff(place: &Place) -> Ran {
    place.tune(DIFF)
}

#[test]
fn differences_beside_trouble_are_shown_and_are_trouble() {
    let place = place();
    assert_eq!(diff(&place).code, 1);
    symlink("nowhere", place.path("root/etc/sysctl.d/10-a.conf")).unwrap();
    let ran = diff(&place);
    assert_eq!(ran.code, 2);
    assert!(ran.has("swappiness"), "{}", ran.out);
    assert!(
        ran.has("/etc/sysctl.d/10-a.conf is a link to nowhere, which is not there"),
        "{}",
        ran.out
    );
}

#[test]
fn what_is_no_difference_may_still_be_trouble() {
    let place = Place::new();
    std::fs::create_dir(place.path("root")).unwrap();
    let render = [
        "render",
        "--stack",
        "node-stream",
        "--profile",
        "t3.small",
        "-o",
        "root",
        "-q",
    ];
    assert_eq!(place.tune(&render).code, 0);
    let ran = diff(&place);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    std::fs::create_dir(place.path("root/etc/sysctl.d/10-a.conf")).unwrap();
    let ran = diff(&place);
    assert_eq!(ran.code, 2);
    assert!(
        ran.has("/etc/sysctl.d/10-a.conf is a directory"),
        "{}",
        ran.out
    );
}

#[test]
fn a_mask_is_no_trouble_where_a_program_takes_it_for_none() {
    let place = place();
    symlink("/dev/null", place.path("root/etc/sysctl.d/10-a.conf")).unwrap();
    assert_eq!(diff(&place).code, 1);
}

/// A pipe that nobody writes to is not waited for.
#[test]
fn a_pipe_holds_nothing_up() {
    let place = place();
    let pipe = place.path("root/etc/sysctl.d/10-a.conf");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let tune = env!("CARGO_BIN_EXE_tune");
    let ran = place.run("timeout", &[&["60", tune], DIFF].concat());
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.has("is a pipe: it is not opened"), "{}", ran.out);
}

/// Whatever links say, every file that is opened for its bytes is below the root.
#[test]
fn nothing_outside_is_opened() {
    let place = place();
    let outside = place.path("secret");
    for (name, to) in [
        ("10-a.conf", "../../../secret"),
        ("11-b.conf", outside.to_str().unwrap()),
        ("12-c.conf", "/../../../../../../secret"),
        ("13-d.conf", "up/secret"),
        ("up", "../../.."),
    ] {
        symlink(to, place.path("root/etc/sysctl.d").join(name)).unwrap();
    }
    std::fs::remove_file(place.path(OURS)).unwrap();
    symlink(&outside, place.path(OURS)).unwrap();
    let ran = diff(&place);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(!ran.has("4711"), "{}", ran.out);
    if !is_here("strace") {
        return;
    }
    let tune = env!("CARGO_BIN_EXE_tune");
    let strace = [
        "-f",
        "-y",
        "-e",
        "trace=open,openat,openat2",
        "-o",
        "trace",
        tune,
    ];
    let ran = place.run("strace", &[&strace, DIFF].concat());
    if !place.path("trace").exists() || ran.code != 2 {
        eprintln!("strace may not trace here: {}", ran.err);
        return;
    }
    let trace = std::fs::read_to_string(place.path("trace")).unwrap();
    // With -y each descriptor is shown with the file that it is.
    let opened = |line: &&str| {
        line.rsplit_once(" = ")
            .is_some_and(|(_, is)| is.contains("/secret>"))
    };
    let found: Vec<&str> = trace.lines().filter(opened).collect();
    assert!(found.is_empty(), "{found:#?}");
    assert!(trace.contains("RESOLVE_IN_ROOT"), "not seen in the trace");
}

/// root reads everything: another account does not.
#[test]
fn what_may_not_be_read_is_told() {
    let place = place();
    if !nix::unistd::geteuid().is_root() || !is_here("setpriv") {
        eprintln!("only root can become another: not tried");
        return;
    }
    let tune = place.path("tune");
    std::fs::copy(env!("CARGO_BIN_EXE_tune"), &tune).unwrap();
    let mode = |below: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(place.path(below), permissions).unwrap();
    };
    mode("", 0o755);
    mode("tune", 0o755);
    mode(OURS, 0o600);
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "./tune"];
    let ran = place.run("setpriv", &[&nobody, DIFF].concat());
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(
        ran.has("unreadable     /etc/sysctl.d/99-zz-tune.conf")
            || ran.has("unreadable  /etc/sysctl.d/99-zz-tune.conf"),
        "{}",
        ran.out
    );
    assert!(
        ran.has("vm.swappiness  ") && ran.has("(unknown)"),
        "{}",
        ran.out
    );
    mode(OURS, 0o644);
    mode("root/etc/sysctl.d", 0o311);
    let ran = place.run("setpriv", &[&nobody, DIFF].concat());
    assert!(
        ran.code == 2 && ran.has("/etc/sysctl.d cannot be read"),
        "{}{}",
        ran.out,
        ran.err
    );
}
