//! Saved plans: written, read back, and damaged.

use std::collections::BTreeMap;

use super::content::sha256;
use super::{Content, SavedError, SavedPlan};
use crate::catalog;
use crate::diff::{Candidate, Differences, Host, differences};
use crate::formats::Files;
use crate::input::{Source, Spot};
use crate::plan::{Plan, Unfit, plan};
use crate::render::artefacts;
use crate::{services, stack};

/// Files in memory, of which all is known.
struct Known(BTreeMap<String, Vec<u8>>);

impl Files for Known {
    fn read(&self, path: &str) -> Result<Vec<u8>, crate::formats::Missing> {
        self.0.read(path)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, crate::formats::Missing> {
        self.0.list(directory)
    }
}

impl Host for Known {
    fn facts(&self, path: &str) -> Option<crate::diff::Facts> {
        let bytes = self.0.get(path)?;
        Some(crate::diff::Facts {
            mode: 0o640,
            user: 0,
            group: 7,
            inode: (8, 9),
            modified: (10, 11),
            size: u64::try_from(bytes.len()).unwrap(),
        })
    }
}

fn planned() -> Plan {
    let host = catalog::find("t3.small").unwrap();
    let source = Source::new("s", "[services.cache]\nkind = \"redis\"\n");
    let none = |_: &str, spot: &Spot| Err(crate::input::Problem::at(spot, "none"));
    let tree = stack::load(&source, &none).unwrap();
    let at = Spot::new(&source, 0..0);
    let stack = stack::from_tree("s", &at, &tree, &services::schemas()).unwrap();
    plan(&host, &stack, Unfit::Refuse).unwrap()
}

fn found(plan: &Plan, files: &[(&str, &[u8])]) -> (Known, Differences) {
    let files = files
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()));
    let host = Known(files.collect());
    let candidates = Candidate::of_plan(plan, &artefacts(plan).unwrap());
    let found = differences(&host, &candidates);
    (host, found)
}

fn saved() -> SavedPlan {
    let plan = planned();
    let old: &[u8] = b"# by hand \xff\nvm.swappiness = 60\n";
    let (host, found) = found(&plan, &[("/etc/sysctl.d/99-zz-tune.conf", old)]);
    SavedPlan::of(&plan, "/", &host, &|_| None, &found).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let saved = saved();
    let json = saved.document().unwrap();
    assert_eq!(SavedPlan::read(json.as_bytes()).unwrap(), saved);
    assert!(SavedPlan::is_one(json.as_bytes()));
}

#[test]
fn all_that_apply_must_find_is_in_it() {
    let saved = saved();
    let file = saved
        .files
        .iter()
        .find(|file| file.path.contains("sysctl.d"))
        .unwrap();
    let before = file.before.as_ref().unwrap();
    assert_eq!(
        (before.device, before.inode, before.mode.as_str()),
        (8, 9, "0640")
    );
    assert_eq!(
        (before.modified_seconds, before.modified_nanoseconds),
        (10, 11)
    );
    assert_eq!(before.owner, "root:7");
    assert_eq!(
        before.sha256,
        sha256(b"# by hand \xff\nvm.swappiness = 60\n")
    );
    let after = file.after.as_ref().unwrap();
    assert_eq!(sha256(&after.content.bytes().unwrap()), after.sha256);
    let new = saved
        .files
        .iter()
        .find(|file| file.before.is_none())
        .unwrap();
    assert!(new.after.is_some());
    let swap = saved
        .settings
        .iter()
        .find(|one| one.key == "vm.swappiness")
        .unwrap();
    assert_eq!(
        (swap.old.as_deref(), swap.new.as_deref()),
        (Some("60"), Some("10"))
    );
    assert_eq!(swap.old_line, Some(2));
}

#[test]
fn a_hash_is_the_standards() {
    // Source: FIPS 180-4, the example "abc".
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256(b"abc"), abc);
}

#[test]
fn bytes_that_are_no_text_come_back() {
    for bytes in [b"".as_slice(), b"a\n", b"\xff\0\xfe", "ä".as_bytes()] {
        let content = Content::of(bytes);
        assert_eq!(content.bytes().as_deref(), Some(bytes));
    }
    assert_eq!(Content::Base64("*".to_owned()).bytes(), None);
}

/// A short one, so that every byte of it can be damaged.
fn short() -> String {
    let mut saved = saved();
    saved.files.truncate(1);
    for file in &mut saved.files {
        if let Some(after) = &mut file.after {
            after.content = Content::of(b"a\xff");
            after.sha256 = sha256(b"a\xff");
        }
    }
    saved.settings.truncate(1);
    saved.sha256 = saved.digest().unwrap();
    saved.document().unwrap()
}

#[test]
fn what_was_cut_short_is_refused() {
    let json = short();
    assert!(SavedPlan::read(json.as_bytes()).is_ok());
    for end in 0..json.len() {
        assert!(
            SavedPlan::read(&json.as_bytes()[..end]).is_err(),
            "{end} bytes"
        );
    }
    assert!(SavedPlan::read(format!("{json}\n").as_bytes()).is_err());
}

#[test]
fn what_was_damaged_is_refused() {
    let json = short();
    for at in 0..json.len() {
        for bit in 0..8 {
            let mut bytes = json.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            assert!(SavedPlan::read(&bytes).is_err(), "bit {bit} of byte {at}");
        }
        for other in *b" \n0" {
            let mut bytes = json.clone().into_bytes();
            bytes[at] = other;
            let same = bytes == json.as_bytes();
            assert_eq!(
                SavedPlan::read(&bytes).is_ok(),
                same,
                "{other} at byte {at}"
            );
        }
    }
}

#[test]
fn what_was_edited_is_refused_by_what_it_is() {
    let json = short();
    let edited = |from: &str, to: &str| {
        assert!(json.contains(from), "{from}");
        SavedPlan::read(json.replacen(from, to, 1).as_bytes()).unwrap_err()
    };
    assert_eq!(
        edited("\"version\": 1", "\"version\": 2"),
        SavedError::Version(2)
    );
    let content = SavedError::Content("/etc/redis/90-tune-cache.conf".to_owned());
    let found = edited("\"base64\": \"Yf8=\"", "\"base64\": \"YP8=\"");
    assert!(matches!(found, SavedError::Content(_)), "{found} {content}");
    assert_eq!(
        edited("\"stack\": \"s\"", "\"stack\": \"t\""),
        SavedError::Damaged
    );
    // The same to a reader of JSON, and not what was written.
    assert_eq!(
        edited("\"stack\": \"s\"", "\"stack\":  \"s\""),
        SavedError::Damaged
    );
    let more = edited("\"stack\": \"s\"", "\"more\": 1, \"stack\": \"s\"");
    assert!(matches!(more, SavedError::Malformed(_)));
    for (text, is_one) in [("", false), ("{}", false), ("[1]", false), ("null", false)] {
        assert!(SavedPlan::read(text.as_bytes()).is_err(), "{text}");
        assert_eq!(SavedPlan::is_one(text.as_bytes()), is_one);
    }
}

#[test]
fn secrets_are_not_repeated() {
    let plan = planned();
    let (host, mut found) = found(&plan, &[("/etc/sysctl.d/10.conf", b"vm.swappiness = 60\n")]);
    for setting in &mut found.settings {
        setting.secret = true;
    }
    let saved = SavedPlan::of(&plan, "/", &host, &|_| None, &found).unwrap();
    assert!(!saved.settings.is_empty());
    for one in &saved.settings {
        assert!(
            one.secret && one.old.is_none() && one.new.is_none(),
            "{one:?}"
        );
    }
}

#[test]
fn what_cannot_be_read_cannot_be_saved() {
    let plan = planned();
    // A directory where the file goes.
    let (host, found) = found(&plan, &[("/etc/sysctl.d/99-zz-tune.conf/x", b"")]);
    let error = SavedPlan::of(&plan, "/", &host, &|_| None, &found).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/etc/sysctl.d/99-zz-tune.conf is a directory"
    );
}
