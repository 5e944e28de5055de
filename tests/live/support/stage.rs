//! A stage: the machine as it would be with a rendered tree in place, for one
//! program at a time. The program sees its own layer over /etc, /srv and so on,
//! and a network of its own; nothing that it writes stays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::command::command;
use super::place::{Scratch, set_mode};
use super::tree::Tree;

/// Directories that have a layer.
const LAYERS: &str = "etc srv var run opt usr/local";

const ENTER: &str = r#"set -eu
stage=$1
shift
mkdir -p "$stage/layers"
mount -t tmpfs tmpfs "$stage/layers"
for directory in $LAYERS; do
	mkdir -p "$stage/layers/$directory/upper" "$stage/layers/$directory/work"
	[ ! -d "$stage/files/$directory" ] || cp -a "$stage/files/$directory/." "$stage/layers/$directory/upper"
	chmod 755 "$stage/layers/$directory/upper"
	mount -t overlay overlay -o "lowerdir=/$directory,upperdir=$stage/layers/$directory/upper,workdir=$stage/layers/$directory/work" "/$directory"
done
ip link set lo up
exec "$@"
"#;

pub(crate) struct Stage {
    scratch: Scratch,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        scratch.write("enter", ENTER);
        std::fs::create_dir(scratch.path().join("files")).unwrap();
        Self { scratch }
    }

    /// With a tree, and every account that its files belong to.
    pub(crate) fn of(tree: &Tree) -> Self {
        let stage = Self::new();
        for entry in &tree.files {
            let place = stage.write(&entry.path, &tree.read(&entry.path));
            set_mode(&place, u32::from_str_radix(&entry.mode, 8).unwrap());
        }
        let owners = tree.files.iter().flat_map(|entry| entry.owner.split(':'));
        stage.accounts(owners);
        stage
    }

    /// Where a file of it is kept.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        let files = self.scratch.path().join("files");
        files.join(path.trim_start_matches('/'))
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let place = self.place(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, text).unwrap();
        place
    }

    /// A program that does nothing, where a file names one.
    pub(crate) fn program(&self, path: &str) {
        if !Path::new(path).exists() {
            set_mode(&self.write(path, "#!/bin/sh\n"), 0o755);
        }
    }

    /// Adds accounts and groups that the machine does not have.
    pub(crate) fn accounts<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let names: BTreeSet<&str> = names.into_iter().collect();
        for (file, rest) in [
            ("/etc/passwd", "::/nonexistent:/usr/sbin/nologin"),
            ("/etc/group", ""),
        ] {
            let mut text = std::fs::read_to_string(self.place(file))
                .or_else(|_| std::fs::read_to_string(file))
                .unwrap();
            for name in &names {
                if !text
                    .lines()
                    .any(|line| line.split(':').next() == Some(name))
                {
                    let id = name.bytes().fold(50_000, |id: u32, byte| {
                        (id * 31 + u32::from(byte)) % 10_000 + 50_000
                    });
                    let ids = if rest.is_empty() {
                        format!("{id}:")
                    } else {
                        format!("{id}:{id}")
                    };
                    text = format!("{text}{name}:x:{ids}{rest}\n");
                }
            }
            self.write(file, &text);
        }
    }

    /// A program that sees the stage, and a network of its own.
    pub(crate) fn command(&self, name: &str) -> Command {
        self.entered(name, &["--net"])
    }

    /// A program that sees the stage, on the machine's own network.
    pub(crate) fn command_on_this_network(&self, name: &str) -> Command {
        self.entered(name, &[])
    }

    /// A shell script that sees the stage, a network and processes of its own:
    /// whatever it starts ends with it.
    pub(crate) fn script(&self, text: &str) -> Command {
        let script = self.scratch.write("script", text);
        let mut inside = self.entered(
            "bash",
            &["--net", "--pid", "--fork", "--kill-child", "--mount-proc"],
        );
        inside.arg(script);
        inside
    }

    fn entered(&self, name: &str, own: &[&str]) -> Command {
        let mut inside = command("unshare");
        inside
            .args(["--mount", "--propagation", "private"])
            .args(own)
            .arg("sh")
            .arg(self.scratch.path().join("enter"))
            .arg(self.scratch.path())
            .arg(super::command::program(name))
            .env("LAYERS", LAYERS)
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/");
        inside
    }
}
