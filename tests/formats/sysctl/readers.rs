//! Both programs that read sysctl.d, where they can harm nobody.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hosttune::formats::{Files, Missing};

pub(super) const KEYS: &[&str] = &[
    "net.ipv4.conf.all.tag",
    "net.ipv4.conf.l0/5.tag",
    "net.ipv4.conf.default.tag",
    "net.ipv4.conf.l0/5.medium_id",
    "net.ipv4.conf.all.medium_id",
    "net.ipv4.tcp_fin_timeout",
    "net.core.somaxconn",
    "net.ipv4.tcp_rmem",
];
/// What each key is set to before a reader runs.
pub(super) const BEFORE: &[&str] = &["0", "0", "0", "0", "0", "60", "100", "1 2 3"];
pub(super) const DIRECTORIES: &[(&str, &str)] = &[
    ("/etc/sysctl.d", "etc/sysctl.d"),
    ("/run/sysctl.d", "run"),
    ("/usr/local/lib/sysctl.d", "local"),
    ("/usr/lib/sysctl.d", "lib"),
    ("/lib/sysctl.d", "lib"),
];

/// Both readers, in mounts and a network of their own, over directories that
/// the test fills.
pub(super) struct Readers {
    scratch: tempfile::TempDir,
    shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for Readers {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

impl Readers {
    pub(super) fn start() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        for (_, below) in DIRECTORIES {
            fs::create_dir_all(scratch.path().join(below)).unwrap();
        }
        let script = r#"
            set -e
            mount --make-rprivate /
            mount -t tmpfs none /usr/local/lib && mkdir /usr/local/lib/sysctl.d
            mount -t tmpfs none /run && mkdir /run/sysctl.d
            mount --bind "$1/run" /run/sysctl.d
            mount --bind "$1/local" /usr/local/lib/sysctl.d
            mount --bind "$1/lib" /usr/lib/sysctl.d
            ip link set lo down && ip link set lo name l0.5
            mount --bind "$1/etc" /etc
            cd /proc/sys
            before=("${@:2:$#/2}") keys=("${@:2+$#/2}")
            while read -r _; do
                for reader in /usr/lib/systemd/systemd-sysctl 'sysctl --system -q'; do
                    for n in "${!keys[@]}"; do echo "${before[n]}" >"${keys[n]}"; done
                    $reader >/dev/null 2>&1 || :
                    for key in "${keys[@]}"; do read -r value <"$key"; echo "$value"; done
                done
            done"#;
        let mut command = Command::new("unshare");
        command.args(["-mn", "bash", "-c", script, "bash"]);
        command.arg(scratch.path()).args(BEFORE);
        command.args(KEYS.iter().map(|key| path(key)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().unwrap();
        Self {
            scratch,
            input: shell.stdin.take().unwrap(),
            output: BufReader::new(shell.stdout.take().unwrap()),
            shell,
        }
    }

    /// What the kernel holds of each key after each reader.
    pub(super) fn run(&mut self) -> [Vec<String>; 2] {
        writeln!(self.input, "go").unwrap();
        let mut values = || {
            let one = |_: &&str| {
                let mut line = String::new();
                self.output.read_line(&mut line).unwrap();
                assert!(line.ends_with('\n'), "the readers' shell has ended");
                line.trim_end().replace('\t', " ")
            };
            KEYS.iter().map(one).collect()
        };
        [values(), values()]
    }

    pub(super) fn empty(&self) {
        for (_, below) in DIRECTORIES {
            let directory = self.scratch.path().join(below);
            for entry in fs::read_dir(&directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() && !path.is_symlink() {
                    fs::remove_dir(path).unwrap();
                } else {
                    fs::remove_file(path).unwrap();
                }
            }
        }
        let _ = fs::remove_file(self.scratch.path().join("etc/sysctl.conf"));
    }

    pub(super) fn on_disk(&self, path: &str) -> PathBuf {
        if path == "/etc/sysctl.conf" {
            return self.scratch.path().join("etc/sysctl.conf");
        }
        let found = DIRECTORIES.iter().find_map(|(directory, below)| {
            let rest = path.strip_prefix(directory)?;
            Some(
                self.scratch
                    .path()
                    .join(below)
                    .join(rest.trim_start_matches('/')),
            )
        });
        found.unwrap()
    }
}

impl Files for Readers {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        let path = self.on_disk(path);
        if fs::read_link(&path).is_ok_and(|to| to == Path::new("/dev/null")) {
            return Err(Missing::Masked);
        }
        fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::IsADirectory => Missing::Directory,
            _ if path.is_symlink() => Missing::Dangling("elsewhere".to_owned()),
            _ => Missing::Absent,
        })
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        let entries = fs::read_dir(self.on_disk(directory)).map_err(|_| Missing::Absent)?;
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        Ok(names.collect())
    }
}

/// The path below `/proc/sys`.
pub(super) fn path(key: &str) -> String {
    let swap = |c| match c {
        '.' => '/',
        '/' => '.',
        c => c,
    };
    key.chars().map(swap).collect()
}
