//! The default files, as initdb and the package ship them, and edits of them.

use hosttune::formats::{Document, Format};
use proptest::collection::vec;
use proptest::prelude::*;

use super::generated::same_entries;
use super::oracle::{MAIN, Oracle, Tree, drawn};

const SAMPLE: &str = "/usr/share/postgresql/15/postgresql.conf.sample";

/// What is changed, and to what; nothing takes it away.
const CHANGES: &[(&str, &[&str])] = &[
    ("shared_buffers", &["256MB", "'1GB'"]),
    ("work_mem", &["8MB", "4096", "'1.5MB'"]),
    ("max_wal_size", &["2GB"]),
    ("huge_pages", &["off"]),
    ("wal_level", &["minimal"]),
    ("log_line_prefix", &["'%m ''x'' # '", r"'\'\\'"]),
    ("datestyle", &["'iso, dmy'"]),
    ("lc_messages", &["'C'"]),
    ("timezone", &["UTC"]),
    ("checkpoint_timeout", &["15min"]),
    ("random_page_cost", &["1.1"]),
    ("shared_preload_libraries", &["''"]),
    ("my.name", &["'new'", "1"]),
    ("fsync", &["of"]),
];

type Change = (&'static str, Option<&'static str>);

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let one = proptest::sample::select(CHANGES).prop_flat_map(|(key, values)| {
        let value = proptest::option::weighted(0.8, proptest::sample::select(values));
        (Just(key), value)
    });
    vec(one, 1..6)
}

/// initdb's, with this machine's locale in it; the package's; that with the
/// line ends of Windows.
fn defaults(oracle: &Oracle) -> Vec<Vec<u8>> {
    let ours = oracle.cluster.data.path().join(MAIN);
    let mut files = vec![std::fs::read(ours).unwrap(), std::fs::read(SAMPLE).unwrap()];
    let text = String::from_utf8(files[1].clone()).unwrap();
    files.push(text.replace('\n', "\r\n").into_bytes());
    files
}

#[test]
fn default_files_and_three_hundred_edits_read_as_the_server_reads_them() {
    let oracle = Oracle::new();
    let mut files = defaults(&oracle);
    let originals = files.len();
    for (n, changes) in drawn(&changes(), 300).into_iter().enumerate() {
        let before = Document::parse(Format::Postgresql, files[n % originals].clone()).unwrap();
        assert_eq!(before.bytes(), files[n % originals]);
        let mut after = before.clone();
        for (key, written) in &changes {
            match written {
                Some(written) => after.set(&[], key, written.as_bytes()).unwrap(),
                None => after.unset(&[], key).unwrap(),
            }
        }
        for (key, written) in &changes {
            let last = changes.iter().rfind(|(other, _)| other == key).unwrap();
            let value = after
                .winner(&[], key)
                .map(|one| after.written(&one.value_at));
            assert_eq!(value, last.1.map(str::as_bytes), "{written:?}");
        }
        files.push(after.bytes().to_vec());
    }
    let trees: Vec<Tree> = files
        .into_iter()
        .map(|bytes| Tree::from([(MAIN.to_owned(), bytes)]))
        .collect();
    let said = oracle.entries(&trees);
    for (n, (tree, theirs)) in trees.iter().zip(&said).enumerate() {
        let ours = oracle.reading(n, tree);
        assert_eq!(ours.troubles, []);
        assert!(
            ours.occurrences.len() >= 5 || n % originals != 0,
            "initdb sets some"
        );
        same_entries(&ours, theirs);
    }
}
