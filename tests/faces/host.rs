//! A host as files below a directory, and `tune diff` on it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A small host whose files a person wrote, with something of everything; the
/// account that runs this test is its root.
pub(crate) fn host() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let id = |flag: &str| {
        let output = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (user, group) = (id("-u"), id("-g"));
    let put = |path: &str, text: &[u8]| put(root.path(), path, text, 0o644);
    let stack = b"[services.db]\nkind = \"postgresql\"\n[services.cache]\nkind = \"redis\"\n";
    put("tune.toml", stack);
    put(
        "etc/passwd",
        format!("root:x:{user}:{group}::/root:/bin/sh\n").as_bytes(),
    );
    put("etc/group", format!("root:x:{group}:\n").as_bytes());
    put("etc/sysctl.d/10-mine.conf", b"vm.swappiness = 60\n");
    put(
        "etc/sysctl.conf",
        b"# by hand\nvm.swappiness = 30\nnet.core.somaxconn=128\n",
    );
    let old = b"# Made by tune\nvm.swappiness = 20\nvm.dirty_ratio = 20\nvm.overcommit_memory = 1";
    put("etc/sysctl.d/99-zz-tune.conf", old);
    fs::create_dir_all(root.path().join("usr/local/lib/tune/swap.sh")).unwrap();
    fs::create_dir_all(root.path().join("etc/logrotate.d")).unwrap();
    std::os::unix::fs::symlink(
        "/dev/null",
        root.path().join("etc/logrotate.d/redis-server"),
    )
    .unwrap();
    root
}

/// Writes a file below a root.
pub(crate) fn put(root: &Path, path: &str, text: &[u8], mode: u32) {
    let at = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(&at, text).unwrap();
    fs::set_permissions(&at, fs::Permissions::from_mode(mode)).unwrap();
}

/// `tune diff` of its two services on a small host.
pub(crate) fn diff(root: &Path, arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_tune"))
        .env_clear()
        .current_dir(root)
        .args(["diff", "--root", ".", "--profile", "t3.small"])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Two of its files cannot be read.
    assert_eq!(output.status.code(), Some(2), "{said}");
    output
}
