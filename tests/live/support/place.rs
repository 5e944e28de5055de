//! Private places: directories and ports.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::{User, chown};

/// A directory of a test's own, that any account may enter and that goes with
/// the test.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A short path: sockets have to fit in 108 bytes.
    pub(crate) fn new() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("tune-live-")
            .tempdir_in("/tmp")
            .unwrap();
        set_mode(directory.path(), 0o755);
        Self(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file below it.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A directory below it that belongs to an account.
    pub(crate) fn directory(&self, name: &str, account: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        give(&path, account);
        path
    }
}

/// Makes an account the owner.
pub(crate) fn give(path: &Path, account: &str) {
    let user = User::from_name(account).unwrap();
    let user = user.unwrap_or_else(|| panic!("no account {account}: run tests/needs, as root"));
    chown(path, Some(user.uid), Some(user.gid)).unwrap();
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
