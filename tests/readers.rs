//! What a person wrote, wrong in many ways: the fuzz target's function over
//! stacks and profiles that are cut, doubled and mixed, the same each time.
//! `fuzz/run` searches further, by hand.
#![allow(clippy::disallowed_methods, reason = "reads files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

#[path = "../fuzz/check.rs"]
mod check;

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Inputs that are tried.
const CASES: u32 = 4000;

/// What the fuzzer begins with: its corpus and the bundled stacks.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    for directory in [
        "fuzz/corpus",
        "profiles/stacks",
        "tests/cli/mistakes/stacks.in",
    ] {
        let entries = std::fs::read_dir(root.join(directory)).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        texts.extend(
            paths
                .iter()
                .map(|path| std::fs::read_to_string(path).unwrap()),
        );
    }
    assert!(texts.len() > 10, "{}", texts.len());
    texts
}

/// The fuzzer's dictionary, and what tends to break readers.
fn words() -> Vec<String> {
    let words = include_str!("../fuzz/words").lines();
    let words = words.filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    let hostile = [
        "\"",
        "\\",
        "\u{0}",
        "\u{1b}",
        "é",
        "\u{202e}",
        "[[",
        "]",
        "{",
        "0x",
        "1e999",
        "\n",
        "-9223372036854775809",
    ];
    words
        .map(str::to_owned)
        .chain(hostile.map(str::to_owned))
        .collect()
}

#[derive(Clone, Debug)]
enum Edit {
    /// A word in a place.
    Put(Index, String),
    /// A word in the place of what stands after the next `=`.
    Value(Index, String),
    /// A line away.
    Drop(Index),
    /// A line twice.
    Double(Index),
    /// A line of another text.
    Borrow(Index, Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let word = || select(words());
    prop_oneof![
        (any::<Index>(), word()).prop_map(|(at, word)| Edit::Put(at, word)),
        (any::<Index>(), word()).prop_map(|(at, word)| Edit::Value(at, word)),
        any::<Index>().prop_map(Edit::Drop),
        any::<Index>().prop_map(Edit::Double),
        (any::<Index>(), any::<Index>(), any::<Index>())
            .prop_map(|(at, text, line)| Edit::Borrow(at, text, line)),
    ]
}

fn edited(text: &str, edit: &Edit, corpus: &[String]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return text.to_owned();
    }
    match edit {
        Edit::Put(at, word) => {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = *at.get(&starts);
            return format!("{}{word}{}", &text[..at], &text[at..]);
        }
        Edit::Value(at, word) => {
            let line = &mut lines[at.index(text.lines().count())];
            if let Some((key, _)) = line.split_once('=') {
                *line = format!("{key}= {word}");
            }
        }
        Edit::Drop(at) => {
            let at = at.index(lines.len());
            lines.remove(at);
        }
        Edit::Double(at) => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at].clone());
        }
        Edit::Borrow(at, text, line) => {
            let other: Vec<&str> = text.get(corpus).lines().collect();
            let at = at.index(lines.len());
            lines.insert(at, (*line.get(&other)).to_owned());
        }
    }
    lines.join("\n")
}

#[test]
fn readers_take_whatever_a_person_wrote() {
    let corpus = corpus();
    for text in &corpus {
        check::check(text);
    }
    let config = Config {
        cases: CASES,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    // The same inputs each time: a failure is the code's, not the day's.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let inputs = (select(corpus.clone()), prop::collection::vec(edit(), 1..8));
    let texts = inputs.prop_map(move |(text, edits)| {
        edits
            .iter()
            .fold(text, |text, edit| edited(&text, edit, &corpus))
    });
    TestRunner::new_with_rng(config, rng)
        .run(&texts, |text| {
            check::check(&text);
            Ok(())
        })
        .unwrap();
}
