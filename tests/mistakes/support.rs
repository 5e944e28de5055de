//! A directory with what a person wrote, and the program run in it.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) struct Place(tempfile::TempDir);

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    /// An empty one, that every account may enter.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(directory.path(), open).unwrap();
        Self(directory)
    }

    /// With a stack, `stack.toml`.
    pub(crate) fn with_stack(text: &str) -> Self {
        let place = Self::new();
        place.write("stack.toml", text);
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(self.path().join(name), permissions).unwrap();
    }

    /// The program here, without anything of the caller's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tune"));
        command
            .env_clear()
            .current_dir(self.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    /// `tune plan` of `stack.toml` on a t3.small: a line for each mistake.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        self.mistakes_on("t3.small")
    }

    pub(crate) fn mistakes_on(&self, profile: &str) -> Vec<String> {
        let said = self.run(&["plan", "-q", "--stack", "stack.toml", "--profile", profile]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert_eq!(said.stdout, "");
        said.stderr.lines().map(str::to_owned).collect()
    }

    /// Everything below it: kind, mode, size and time of each.
    pub(crate) fn tree(&self) -> BTreeMap<String, (u32, u64, i64, i64)> {
        let mut tree = BTreeMap::new();
        let mut left = vec![self.path().to_owned()];
        while let Some(path) = left.pop() {
            let found = path.symlink_metadata().unwrap();
            let stamp = (
                found.mode(),
                found.size(),
                found.mtime(),
                found.mtime_nsec(),
            );
            tree.insert(path.display().to_string(), stamp);
            if found.is_dir() {
                let below = std::fs::read_dir(&path).unwrap();
                left.extend(below.map(|entry| entry.unwrap().path()));
            }
        }
        tree
    }
}

/// An account of nobody, for whom a mode is a mode; root may read everything.
pub(crate) fn as_nobody(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    let program = place.path().join("tune");
    if !program.exists() {
        // Where the tests are built, nobody may not enter.
        std::fs::copy(env!("CARGO_BIN_EXE_tune"), &program).unwrap();
    }
    command
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
        .arg(program)
        .args(arguments)
        .current_dir(place.path());
    command
}

/// Runs a command to its end.
pub(crate) fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
