//! Generated files, sound and malformed: every entry, in its order.

use std::collections::BTreeSet;

use hosttune::formats::{Reading, Standing, TroubleKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::string::string_regex;

use super::oracle::{AUTO, Entry, MAIN, Oracle, Tree, drawn};

const NAME: &str = "(work_mem|WORK_MEM|Work_Mem|sort_mem|port|fsync|log_line_prefix|DateStyle|\
                    my\\.name|My\\.Name|app\\._x9|\u{fc}\\.\u{df}|nonsense|shared_buffers)";
const VALUE: &str = "(4MB|[1-9][0-9]{2,4}(kB)?|0x[0-9a-f]{1,4}|-1|\\+7|\\.5|2\\.|1\\.5e-3|on|Off|\
                     replica|my-host:5/x_1\\.y|a\\.-b|\u{fc}\u{df}|\
                     '([a-z #=,.\u{fc}]|''|\\\\['\\\\nrtbfx]|\\\\[0-3]?[0-7]{1,2}){0,6}')";
/// What no server takes, and what looks so.
const ODD: &str = "(= 4MB|work_mem|work_mem =|work_mem = = 1|work_mem 1 2|work_mem = 1\\.5GB|a\\.b\\.c = 1|\
                   a-b = 1|my\\.name = a\\.b|my\\.name = 'a|my\\.name = a'|my\\.name = 'a'''|my\\.name = '''|\
                   my\\.name = 'a\\\\|5 = 5|my\\.name = 1e5|my\\.name = 1\\.e5|my\\.name = 0x|my\\.name = 0xkB|\
                   my\\.name = 5\\.5\\.5|my\\.name = \\.|my\\.name = -|my\\.name = 12abc3|my\\.name = a,b|\
                   my\\.name = /x|my\\.name = \\$x|my\\.name = a\\$|my\\.name = \"a\"|my\\.name'x'|port\\+5|\
                   include = ''|include_dir = ' \t'|\u{feff}port = 1|\u{fc} = 1|my\\.name = 1 \u{0c}|\
                   my\\. = 1|my\\.5 = 1|\\.my = 1|my\\.name = 'x' # ''|my\\.name = x#y|;|\\[x\\]|\
                   my\\.name = a:|my\\.name = :a|my\\.name = -5-5|my\\.name = 1_000|my\\.name = \u{fc}\\.a)";
const PLACE: &str =
    "('a\\.conf'|a-conf|'\\./a\\.conf'|'conf\\.d/1\\.conf'|'conf\\.d//\\.\\./a\\.conf')";

fn text(pattern: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    string_regex(pattern).unwrap().prop_map(String::into_bytes)
}

fn line() -> impl Strategy<Value = Vec<u8>> + Clone {
    let comment = vec(1_u8.., 0..8).prop_map(|bytes| {
        let kept = bytes.into_iter().filter(|byte| *byte != b'\n');
        std::iter::once(b'#').chain(kept).collect()
    });
    prop_oneof![
        60 => text(&format!("[ \t]{{0,2}}{NAME}( ?=[ \t]?| |\t){VALUE}[ \t]{{0,2}}(# ?c'?)?\r?")),
        10 => comment,
        10 => text("[ \t\r]{0,2}"),
        4 => text(ODD),
    ]
    .boxed()
}

/// Some lines, and perhaps no line end at the end.
fn file(line: impl Strategy<Value = Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    (vec(line, 0..9), any::<bool>()).prop_map(|(lines, ended)| {
        let mut file = lines.join(&b'\n');
        file.extend(ended.then_some(b'\n'));
        file
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let main = prop_oneof![
        20 => line(),
        3 => text(&format!("[Ii]nclude(_if_exists)?( = | ){PLACE}")),
        1 => text("include_dir ?=? ?'(\\./)?conf\\.d/?'"),
        1 => text("include_if_exists 'none(/none)?'"),
    ];
    let a = prop_oneof![
        20 => line(),
        1 => text("include 'conf\\.d/(1|Z)\\.conf'"),
        1 => text("include_dir 'conf\\.d'"),
        1 => text("(include 'none'|include_dir none|include 'a\\.conf'|include 'conf\\.d/loop\\.conf'|include 'conf\\.d')"),
    ];
    let parts = (
        file(main),
        file(a),
        file(line()),
        file(line()),
        file(line()),
        any::<bool>(),
    );
    parts.prop_map(|(main, a, one, zed, auto, has_auto)| {
        let mut tree = Tree::from([(MAIN.to_owned(), main)]);
        if has_auto {
            add(&mut tree, AUTO, &auto);
        }
        if names(&tree[MAIN], "a-conf") {
            add(&mut tree, "a-conf", &one);
        }
        if names(&tree[MAIN], "a.conf") {
            add(&mut tree, "a.conf", &a);
        }
        if tree.values().any(|bytes| names(bytes, "conf.d")) {
            add(&mut tree, "conf.d/1.conf", &one);
            add(&mut tree, "conf.d/Z.conf", &zed);
            add(&mut tree, "conf.d/.hidden.conf", b"port = 1");
            add(&mut tree, "conf.d/1.conf~", b"port = 2");
            add(&mut tree, "conf.d/dir.conf/1.conf", b"port = 3");
        }
        if names(&a, "loop") {
            add(&mut tree, "conf.d/loop.conf", b"include '../a.conf'\n");
        }
        tree
    })
}

fn add(tree: &mut Tree, name: &str, bytes: &[u8]) {
    tree.insert(name.to_owned(), bytes.to_vec());
}

/// Whether a file mentions another.
fn names(bytes: &[u8], other: &str) -> bool {
    bytes
        .windows(other.len())
        .any(|part| part == other.as_bytes())
}

/// Whether an error is of the language and the files: not of what a name or a
/// value means.
fn is_of_files(error: &str) -> bool {
    !error.is_empty()
        && !error.starts_with("unrecognized configuration parameter")
        && error != "setting could not be applied"
}

/// A name as names are compared.
fn key(name: &str) -> String {
    match name.to_ascii_lowercase().as_str() {
        "sort_mem" => "work_mem".to_owned(),
        name => name.to_owned(),
    }
}

/// Both sides entry by entry, and who wins where the server tells: of names in
/// one spelling it marks all but the last.
pub(super) fn same_entries(ours: &Reading, theirs: &[Entry]) {
    let theirs: Vec<&Entry> = theirs.iter().filter(|one| !one.name.is_empty()).collect();
    assert_eq!(ours.occurrences.len(), theirs.len());
    let all_apply = theirs.iter().all(|one| one.error.is_empty());
    for (ours, entry) in ours.occurrences.iter().zip(&theirs) {
        assert_eq!((&ours.file, ours.line), (&entry.file, entry.line));
        assert_eq!(ours.key, key(&entry.name));
        assert_eq!(ours.value, entry.value);
        let one_spelling = theirs
            .iter()
            .filter(|other| key(&other.name) == ours.key)
            .all(|other| other.name == entry.name);
        // Names with a dot are not known before they are set.
        if all_apply && one_spelling && !ours.key.contains('.') {
            assert_eq!(ours.standing == Standing::Holds, entry.applied);
        }
    }
}

/// Where a file is malformed, both say so, and of the same line. The server
/// does not look at what comes behind the first such file in a directory, nor
/// at what `ALTER SYSTEM` wrote.
fn same_faults(ours: &Reading, theirs: &[Entry]) {
    for (n, trouble) in ours.troubles.iter().enumerate() {
        let TroubleKind::Malformed(malformed) = &trouble.what else {
            continue;
        };
        let first = theirs
            .iter()
            .find(|one| one.file == trouble.file && is_malformed(one));
        match first {
            // Behind the last line end the server counts one line too few.
            Some(first) => {
                let short = malformed.message == "no value" && malformed.line == first.line + 1;
                assert!(
                    malformed.line == first.line || short,
                    "{trouble}: {first:?}"
                );
            }
            None => assert!(n > 0, "only we refuse {trouble}"),
        }
    }
}

/// What is trouble to us.
fn is_fault(entry: &Entry) -> bool {
    is_of_files(&entry.error) || is_malformed(entry)
}

/// What is a malformed file to us.
fn is_malformed(entry: &Entry) -> bool {
    let error = &entry.error;
    error == "syntax error"
        || error.starts_with("empty configuration")
        || (!entry.name.is_ascii() && !entry.name.contains('.'))
}

#[test]
fn every_entry_of_a_thousand_generated_trees_is_as_the_server_reads_it() {
    let oracle = Oracle::new();
    let trees = drawn(&tree(), 1000);
    let said = oracle.entries(&trees);
    let (mut sound, mut entries, mut refused) = (0, 0, BTreeSet::new());
    for (n, (tree, theirs)) in trees.iter().zip(&said).enumerate() {
        let shown: Vec<_> = tree
            .iter()
            .map(|(name, bytes)| format!("== {name}\n{}", bytes.escape_ascii()))
            .collect();
        let ours = oracle.reading(n, tree);
        let failed = std::panic::catch_unwind(|| {
            let faulty = theirs.iter().any(is_fault);
            assert_eq!(!ours.troubles.is_empty(), faulty, "{:?}", ours.troubles);
            if faulty {
                same_faults(&ours, theirs);
            } else {
                same_entries(&ours, theirs);
            }
        });
        assert!(
            failed.is_ok(),
            "{}\n{ours:#?}\n{theirs:#?}",
            shown.join("\n")
        );
        sound += usize::from(ours.troubles.is_empty());
        entries += theirs.len();
        refused.extend(
            theirs
                .iter()
                .filter(|one| is_fault(one))
                .map(|one| one.error.split('"').next().unwrap_or_default().to_owned()),
        );
    }
    // The generator reaches both.
    assert!(
        (300..900).contains(&sound),
        "{sound} of {} are sound",
        trees.len()
    );
    assert!(entries > 5000, "{entries} entries");
    assert!(refused.len() >= 6, "{refused:?}");
}
