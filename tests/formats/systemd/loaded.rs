//! Units that systemd loads in its test mode, over directories of their own.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// What a unit is made of in the directories of a test, and where they are on
/// the host. Those below /etc and /run are of one mount each.
pub(super) const DIRECTORIES: &[&str] = &[
    "/etc/systemd/system.control",
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
];

/// A host's units: what is in the files, and which are links to /dev/null.
pub(super) type Host = BTreeMap<String, Option<Vec<u8>>>;

/// What systemd says of each unit: the lines `Name: value`, and by `DropIn
/// Path` and the like all that it has of them.
pub(super) fn loaded(host: &Host, units: &[String]) -> BTreeMap<String, Vec<(String, String)>> {
    let scratch = tempfile::tempdir().unwrap();
    let root = scratch.path();
    for directory in DIRECTORIES {
        fs::create_dir_all(below(root, directory)).unwrap();
    }
    for (path, text) in host {
        let path = below(root, path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => symlink("/dev/null", path).unwrap(),
        }
    }
    let all = format!(
        "[Unit]\nDefaultDependencies=no\nWants={}\n",
        units.join(" \\\n  ")
    );
    fs::write(below(root, "/usr/lib/systemd/system/all.target"), all).unwrap();
    for name in ["passwd", "group"] {
        fs::copy(format!("/etc/{name}"), root.join("etc").join(name)).unwrap();
    }
    // It refuses to try as root.
    let script = r#"
        set -e
        mount --make-rprivate /
        mount --bind "$1/usr/local/lib" /usr/local/lib
        mount --bind "$1/usr/lib/systemd/system" /usr/lib/systemd/system
        mount --bind "$1/run" /run
        mount --bind "$1/etc" /etc
        mount -t tmpfs -o mode=1777 none /tmp
        XDG_RUNTIME_DIR=/tmp exec setpriv --reuid 65534 --regid 65534 --clear-groups \
            /lib/systemd/systemd --test --system --unit=all.target"#;
    let mut command = Command::new("unshare");
    command.args(["-m", "bash", "-c", script, "bash"]).arg(root);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut said = BTreeMap::new();
    for block in text.split("-> Unit ").skip(1) {
        let mut lines = block.lines();
        let name = lines.next().unwrap().trim_end_matches(':').to_owned();
        let facts = lines.filter_map(|line| line.trim_start().split_once(": "));
        let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned()));
        said.insert(name, facts.collect());
    }
    let why = String::from_utf8_lossy(&output.stderr);
    assert!(said.len() >= units.len(), "systemd --test: {why}");
    said
}

fn below(root: &Path, path: &str) -> std::path::PathBuf {
    root.join(path.trim_start_matches('/'))
}

/// The same host for us.
pub(super) struct Seen<'a>(&'a Host, BTreeMap<String, Vec<u8>>);

impl<'a> Seen<'a> {
    /// The files that may be a unit's.
    pub(super) fn of(host: &'a Host, unit: &str) -> Self {
        let stem = unit.split(['-', '.']).next().unwrap();
        let near = |path: &str| {
            let rest = path.split(&format!("/{stem}")).nth(1).unwrap_or_default();
            rest.starts_with(['-', '.']) || path.contains("/service.d/")
        };
        let files = host.iter().filter(|(path, _)| near(path));
        let files = files.map(|(path, text)| (path.clone(), text.clone().unwrap_or_default()));
        Self(host, files.collect())
    }
}

impl hosttune::formats::Files for Seen<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, hosttune::formats::Missing> {
        match self.0.get(path) {
            Some(None) => Err(hosttune::formats::Missing::Masked),
            _ => self.1.read(path),
        }
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, hosttune::formats::Missing> {
        self.1.list(directory)
    }
}
