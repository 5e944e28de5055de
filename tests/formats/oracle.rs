//! What the tests of the editors share: numbers that are the same each time,
//! and programs that judge many files at once.

use std::io::Write as _;
use std::process::{Command, Stdio};

use hosttune::formats::{Document, Format};
use serde_json::Value;

/// Debian's own: it has docker-compose's reader of YAML, and `tomllib`.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// A generator of numbers.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below a bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // Source: Knuth, MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(crate) fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// Runs a program that reads JSON and prints JSON.
pub(crate) fn judge(program: &str, option: &str, code: &str, input: &Value) -> Value {
    let mut child = Command::new(program)
        .args([option, code])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}: run tests/needs, as root"));
    let input = input.to_string();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{program} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A setting, as both sides write it.
pub(crate) type Setting = (Vec<String>, String, String);

/// What a program said of one file: nothing where it refused it.
pub(crate) fn settings(said: &Value) -> Option<Vec<Setting>> {
    let mut all: Vec<Setting> = serde_json::from_value(said.clone()).ok()?;
    all.sort();
    Some(all)
}

pub(crate) fn statements(document: &Document) -> Vec<Setting> {
    let all = document.statements().iter();
    let mut all: Vec<Setting> = all
        .map(|one| (one.within.clone(), one.key.clone(), one.value.to_string()))
        .collect();
    all.sort();
    all
}

/// One edit: of a key that is there, or of one beside it; whether it was made.
pub(crate) fn edit(
    random: &mut Random,
    document: &mut Document,
    values: &[&str],
    new: &str,
) -> bool {
    let count = document.statements().len();
    let (within, key) = match count {
        0 => (Vec::new(), new.to_owned()),
        _ => {
            let one = &document.statements()[random.below(count)];
            let key = if random.once_in(2) { new } else { &one.key };
            (one.within.clone(), key.to_owned())
        }
    };
    let before = document.bytes().to_vec();
    if random.once_in(5) {
        document.unset(&within, &key).is_ok() && document.bytes() != before
    } else {
        let value = random.of(values);
        document.set(&within, &key, value.as_bytes()).is_ok()
    }
}

/// Every file of the golden trees whose name ends so, with its path.
pub(crate) fn golden(end: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("out")];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no golden file ends with {end}");
    found.sort();
    found
}

pub(crate) fn parsed(format: Format, text: impl Into<Vec<u8>>) -> Document {
    let bytes = text.into();
    let document = Document::parse(format, bytes.clone()).unwrap();
    assert_eq!(document.bytes(), bytes);
    document
}
