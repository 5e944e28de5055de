//! Writes everything in the repository that is derived from the code:
//! [`FILES`] lists the files, [`trees`] has the golden trees.
//!
//! `cargo run --example generate` writes; `-- --check` names what is stale and
//! exits 1; `-- DIR` means a copy of the repository.

#![expect(clippy::print_stderr, reason = "a tool of the repository's own")]
#![expect(clippy::disallowed_methods, reason = "it writes files")]

mod conditions;
mod manual;
mod pages;
mod schemas;
mod settings;
mod survey;
mod trees;
mod tried;

use std::path::Path;
use std::process::ExitCode;

/// Files that are made together: their paths from the root of the repository,
/// and their texts.
type Made = Vec<(String, String)>;

/// What makes files.
struct Maker {
    make: fn() -> Made,
    /// The folder that holds nothing else, if there is one.
    folder: Option<&'static str>,
}

const FILES: &[Maker] = &[
    Maker {
        make: pages::stack,
        folder: None,
    },
    Maker {
        make: pages::profile,
        folder: None,
    },
    Maker {
        make: pages::checks,
        folder: None,
    },
    Maker {
        make: settings::page,
        folder: None,
    },
    Maker {
        make: schemas::all,
        folder: Some("docs/schema"),
    },
    Maker {
        make: manual::all,
        folder: Some("docs/man"),
    },
];

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let stated = std::env::args().skip(1).find(|word| word != "--check");
    let root = stated.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned());
    let root = Path::new(&root);
    let mut failed = trees::made(root, check);
    for maker in FILES {
        let made = (maker.make)();
        failed.extend(made.iter().filter_map(|file| put(root, file, check)));
        let loose = maker.folder.map(|folder| loose(root, folder, &made));
        failed.extend(loose.into_iter().flatten());
    }
    for name in &failed {
        eprintln!(
            "{name} {}",
            if check {
                "is stale: cargo run --example generate"
            } else {
                "was not written"
            }
        );
    }
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Writes a file, or compares it; gives its name where that fails.
fn put(root: &Path, (name, text): &(String, String), check: bool) -> Option<String> {
    let path = root.join(name);
    if std::fs::read_to_string(&path).is_ok_and(|there| there == *text) {
        return None;
    }
    let folder = path.parent().unwrap_or(root);
    let written =
        !check && std::fs::create_dir_all(folder).is_ok() && std::fs::write(&path, text).is_ok();
    (!written).then(|| name.clone())
}

/// Files of a folder that nothing makes any more.
fn loose(root: &Path, folder: &str, made: &Made) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten();
    let names = entries.flatten().map(|entry| entry.file_name());
    let paths = names.map(|name| format!("{folder}/{}", name.display()));
    paths
        .filter(|path| !made.iter().any(|(name, _)| name == path))
        .collect()
}
