//! Every directive with its block, file and line, as crossplane reads it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hosttune::formats::{Document, Format, Occurrence};
use serde::Deserialize;

use super::chance::Chance;
use super::disk::Disk;
use super::generated::configuration;

/// A directive as crossplane has it.
#[derive(Debug, Deserialize)]
struct Directive {
    within: Vec<Vec<String>>,
    words: Vec<String>,
    file: String,
    line: u32,
    block: bool,
}

/// What crossplane reads from each file on.
fn crossplane(paths: &[PathBuf]) -> Vec<Vec<Directive>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut child = Command::new(tests.join(".tools/python/bin/python3"))
        .arg(tests.join("tools/crossplane_read.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("tests/needs installs crossplane");
    let asked = serde_json::to_vec(paths).unwrap();
    child.stdin.take().unwrap().write_all(&asked).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "crossplane fails");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Words with a blank between them; crossplane takes the parentheses of an `if`
/// away.
fn joined(words: &[String]) -> String {
    match words {
        [name, rest @ ..] if name == "if" => format!("if ({})", rest.join(" ")),
        words => words.join(" "),
    }
}

/// Whether a block is called as its words say; of a server they say little.
fn is_called(segment: &str, words: &[String]) -> bool {
    let unnumbered = match segment.rsplit_once(" #") {
        Some((name, number)) if number.parse::<u32>().is_ok() => name,
        _ => segment,
    };
    if words == ["server"] {
        return segment.starts_with("server ");
    }
    unnumbered == joined(words)
}

fn agree(ours: &Occurrence, theirs: &Directive) -> bool {
    let (name, arguments) = theirs.words.split_first().unwrap();
    let key = ours.key == *name || ours.key.starts_with(&format!("{name} "));
    let value = match name.as_str() {
        "if" => joined(&theirs.words)[3..].to_owned(),
        name if name.ends_with("_by_lua_block") => arguments.last().unwrap().clone(),
        _ => arguments.join(" "),
    };
    let mut within = ours.within.iter().zip(&theirs.within);
    (!theirs.block || is_called(&ours.key, &theirs.words))
        && key
        && ours.value == value
        && ours.line == theirs.line
        && ours.file == theirs.file
        && ours.within.len() == theirs.within.len()
        && within.all(|(ours, theirs)| is_called(ours, theirs))
}

/// How many directives there were, all of them read as crossplane reads them.
fn compare(paths: &[PathBuf]) -> usize {
    let mut count = 0;
    for (path, theirs) in paths.iter().zip(crossplane(paths)) {
        let readings = Format::Nginx.read(&Disk, path.to_str().unwrap());
        let ours = &readings[0];
        assert!(
            ours.troubles.is_empty(),
            "{}: {:?}",
            path.display(),
            ours.troubles
        );
        for (ours, theirs) in ours.occurrences.iter().zip(&theirs) {
            assert!(
                agree(ours, theirs),
                "{}:\n{ours:?}\n{theirs:?}",
                path.display()
            );
        }
        assert_eq!(ours.occurrences.len(), theirs.len(), "{}", path.display());
        count += theirs.len();
    }
    count
}

/// Writes a configuration below a directory; its main file.
fn write(files: &[(String, String)], below: &Path) -> PathBuf {
    for (name, text) in files {
        let path = below.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    below.join(&files[0].0)
}

#[test]
fn generated_configurations_read_as_crossplane_reads_them() {
    let home = tempfile::tempdir().unwrap();
    let mut chance = Chance::new(5);
    let mains: Vec<PathBuf> = (0..500)
        .map(|n| {
            write(
                &configuration(&mut chance),
                &home.path().join(n.to_string()),
            )
        })
        .collect();
    assert!(compare(&mains) > 5000);
}

/// A random statement gets another value, a random block one more directive.
fn edit(chance: &mut Chance, text: &str) -> Option<Vec<u8>> {
    let mut document = Document::parse(Format::Nginx, text).unwrap();
    let statements = document.statements().to_vec();
    let leaves: Vec<_> = statements
        .iter()
        .filter(|one| !document.written(&one.at).ends_with(b"}") && one.name() != "include")
        .filter(|one| !one.value.is_empty())
        .collect();
    let one = *leaves.get(chance.below(leaves.len().max(1)))?;
    let rest = one.key.split_once(' ').map_or("", |(_, rest)| rest);
    let rest = if rest.contains([' ', '\'', '"', '#', '{', '\n']) {
        "x"
    } else {
        rest
    };
    let written = chance.one(&["192", "'a b'", "4 8k", "\"x;y\""]);
    let written = format!("{rest} {written}");
    // Where a value is what tells it apart, the edit is refused.
    let set = document.set(&one.within, &one.key, written.trim().as_bytes());
    let added = document.set(&one.within, "worker_processes", b"4");
    (set.is_ok() || added.is_ok()).then(|| document.bytes().to_vec())
}

#[test]
fn edited_configurations_read_as_crossplane_reads_them() {
    let home = tempfile::tempdir().unwrap();
    let mut chance = Chance::new(6);
    let mut mains = Vec::new();
    for n in 0..700 {
        let mut files = configuration(&mut chance);
        let Some(edited) = edit(&mut chance, &files[0].1) else {
            continue;
        };
        assert_ne!(edited, files[0].1.as_bytes());
        files[0].1 = String::from_utf8(edited).unwrap();
        mains.push(write(&files, &home.path().join(n.to_string())));
    }
    assert!(mains.len() >= 500, "{}", mains.len());
    assert!(compare(&mains) > 5000);
}

fn files_below(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn debian_s_files_read_as_crossplane_reads_them() {
    let mut found = Vec::new();
    files_below(Path::new("/etc/nginx"), &mut found);
    assert!(found.len() >= 12, "{found:?}");
    for path in &found {
        let bytes = std::fs::read(path).unwrap();
        let document = Document::parse(Format::Nginx, bytes.as_slice()).unwrap();
        assert_eq!(document.bytes(), bytes, "{}", path.display());
    }
    // What a snippet includes is below nginx.conf, not below the snippet.
    found.retain(|path| !path.starts_with("/etc/nginx/snippets"));
    assert!(compare(&found) > 500);
}
