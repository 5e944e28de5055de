//! The room that validators run in: what they leave behind, and what becomes of
//! those that hang, are missing or may not.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{DIFF, STACK, asked, json, machine, tune, verdict};
use crate::support::command::run;
use crate::support::place::set_mode;

/// Every entry below these with its inode, its times, its size and its owner.
const LIST: &str = "{ find /etc /srv /usr/local /var/log /var/lib /var/cache /run -xdev -type d \
    -printf '%p %i %T@ %m %U %G\\n'; find /etc /srv /usr/local /var/log /var/lib /var/cache /run \
    -xdev -not -type d -printf '%p %i %T@ %C@ %s %m %U %G\\n'; } 2>/dev/null | sort";

#[test]
fn nothing_of_the_machine_changes() {
    let stage = machine();
    stage.write(
        "/etc/nginx/conf.d/mine.conf",
        "access_log /var/log/nginx/mine.log;\n",
    );
    tune(&stage, &[]);
    let script = format!(
        "mkdir /opt/t /opt/work; export TMPDIR=/opt/work
         {LIST} >/opt/t/before; cat /proc/self/mountinfo >/opt/t/mounts
         /srv/tune {} --format json >/opt/t/out
         {LIST} >/opt/t/after; diff /opt/t/before /opt/t/after
         diff /opt/t/mounts /proc/self/mountinfo; ls -A /opt/work
         [ -s /opt/t/before ] || echo nothing is listed
         grep -c '\"valid\"' /opt/t/out",
        DIFF.join(" ")
    );
    let outcome = run(stage.command("sh").args(["-c", &script]));
    // The one line counts what was valid: the programs did run.
    let count: u32 = outcome
        .stdout
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("{}", outcome.said()));
    assert!(count > 5, "{}", outcome.said());
}

#[test]
fn who_hangs_is_ended_with_all_that_it_started() {
    let stage = machine();
    let place = stage.write(
        "/srv/venv/bin/gunicorn",
        "#!/bin/sh\ntrap '' TERM\nsleep 71 & sleep 71\n",
    );
    set_mode(&place, 0o755);
    let from = Instant::now();
    let all = json(&stage);
    assert!(
        from.elapsed() < Duration::from_secs(20),
        "{:?}",
        from.elapsed()
    );
    let hung = ("not_validated", "it gave no answer in 5 s");
    assert_eq!(verdict(&all, "gunicorn"), hung);
    assert_eq!(verdict(&all, "nginx").0, "valid");
    let left = run(Command::new("pgrep").args(["-f", "^sleep 71$"]));
    assert_eq!(left.stdout, "");
}

#[test]
fn who_is_not_there_is_not_valid() {
    let stage = machine();
    let text = STACK.replace("venv = \"/srv/venv\"", "venv = \"/srv/none\"");
    stage.write("/srv/stack.toml", &text);
    let all = json(&stage);
    assert_eq!(
        verdict(&all, "gunicorn"),
        ("not_validated", "gunicorn is not installed")
    );
    let text = STACK.replace("www-data", "no-such-account");
    stage.write("/srv/stack.toml", &text);
    let all = json(&stage);
    let (ruling, why) = verdict(&all, "gunicorn");
    assert_eq!(
        (ruling, why),
        ("not_validated", "there is no account no-such-account here")
    );
}

#[test]
fn who_is_not_root_asks_what_it_may() {
    let stage = machine();
    tune(&stage, &[]);
    let mut command = stage.command("setpriv");
    command
        .args([
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "/srv/tune",
        ])
        .args(DIFF)
        .args(["--format", "json"]);
    let all = asked(&mut command);
    assert_eq!(
        verdict(&all, "nginx"),
        ("not_validated", "only root can ask it")
    );
    assert_eq!(verdict(&all, "sh -n"), ("valid", ""));
    assert_eq!(
        verdict(&all, "systemd-analyze verify --man=no nginx"),
        ("valid", "")
    );
}

#[test]
fn without_namespaces_nothing_is_valid() {
    let stage = machine();
    // As in a container: it may not mount.
    let mut command = stage.command("setpriv");
    tune(&stage, &[]);
    command
        .args([
            "--bounding-set=-sys_admin",
            "--inh-caps=-sys_admin",
            "/srv/tune",
        ])
        .args(DIFF)
        .args(["--format", "json"]);
    let all = asked(&mut command);
    assert!(all.len() > 5);
    assert!(
        all.iter().all(|(_, ruling, _)| ruling == "not_validated"),
        "{all:?}"
    );
}
