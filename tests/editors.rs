//! Configuration files, wrong in many ways: the fuzz target's function over
//! files that are cut, doubled and mixed, the same each time. `fuzz/run
//! formats` searches further, by hand.
#![allow(clippy::disallowed_methods, reason = "reads files")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

#[path = "../fuzz/formats.rs"]
mod formats;

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Inputs that are tried, each in every format.
const CASES: u32 = 1500;
/// Longer ones make the test slow and find no more.
const LONGEST: usize = 1500;

/// What tends to break an editor.
const WORDS: &[&[u8]] = &[
    b"\"",
    b"'",
    b"\\",
    b"\\\n",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"\n",
    b"\t",
    b"#",
    b";",
    b"{",
    b"}",
    b"[",
    b"]",
    b"=",
    b":",
    b"- ",
    b"&a",
    b"*a",
    b"<<: *a\n",
    b"include /etc/main.conf\n",
    b"include '/etc/d/a.conf'\n",
    b"%include /etc/d/b.conf\n",
    b"include /etc/d/*.conf;\n",
    b"include_dir = '/etc/d'\n",
    b"[Service]\n",
    b"endscript\n",
    b"\"\"\"",
    b"$x",
    b"9e999",
    b"-0x8",
    b"\n----\n",
];

fn below(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// What the fuzzer begins with: its corpus and the golden trees.
fn corpus() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for directory in [
        "fuzz/formats-corpus",
        "out/t3.small",
        "out/t3.micro-node-web",
    ] {
        below(&root.join(directory), &mut paths);
    }
    paths.sort();
    let texts = paths.iter().map(|path| std::fs::read(path).unwrap());
    let texts: Vec<Vec<u8>> = texts.filter(|text| text.len() <= LONGEST).collect();
    assert!(texts.len() > 15, "{}", texts.len());
    texts
}

#[derive(Clone, Debug)]
enum Edit {
    /// A word in a place.
    Put(Index, &'static [u8]),
    /// Some bytes away.
    Drop(Index, usize),
    /// A line twice.
    Double(Index),
    /// Another text behind this one, as another file or not.
    Join(Index, bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), select(WORDS)).prop_map(|(at, word)| Edit::Put(at, word)),
        (any::<Index>(), 1..4usize).prop_map(|(at, length)| Edit::Drop(at, length)),
        any::<Index>().prop_map(Edit::Double),
        (any::<Index>(), any::<bool>()).prop_map(|(text, apart)| Edit::Join(text, apart)),
    ]
}

fn edited(mut text: Vec<u8>, edit: &Edit, corpus: &[Vec<u8>]) -> Vec<u8> {
    match edit {
        Edit::Put(at, word) => {
            let at = at.index(text.len() + 1);
            text.splice(at..at, word.iter().copied());
        }
        Edit::Drop(at, length) => {
            let at = at.index(text.len() + 1);
            text.drain(at..(at + length).min(text.len()));
        }
        Edit::Double(at) => {
            let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
            if !lines.is_empty() {
                let at = at.index(lines.len());
                lines.insert(at, lines[at]);
            }
            text = lines.concat();
        }
        Edit::Join(other, apart) => {
            let between: &[u8] = if *apart { b"\n----\n" } else { b"" };
            let other: &Vec<u8> = other.get(corpus);
            text = [text.as_slice(), between, other].concat();
        }
    }
    text.truncate(2 * LONGEST);
    text
}

#[test]
fn editors_take_whatever_a_file_has() {
    let corpus = corpus();
    for text in &corpus {
        formats::check(text);
    }
    let config = Config {
        cases: CASES,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    // The same inputs each time: a failure is the code's, not the day's.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let inputs = (select(corpus.clone()), prop::collection::vec(edit(), 1..6));
    let texts = inputs.prop_map(move |(text, edits)| {
        edits
            .iter()
            .fold(text, |text, edit| edited(text, edit, &corpus))
    });
    TestRunner::new_with_rng(config, rng)
        .run(&texts, |text| {
            formats::check(&text);
            Ok(())
        })
        .unwrap();
}
