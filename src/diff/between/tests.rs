//! Two trees in memory, compared.

use std::collections::BTreeMap;

use super::super::model::{Differences, Old, SettingDifference, Was};
use super::super::{Candidate, Side};
use crate::formats::{Files, Format, Missing};
use crate::services::{Meets, Validator};

type Tree = BTreeMap<String, Vec<u8>>;

fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect()
}

fn holds(tree: &Tree) -> Vec<Candidate> {
    let of = |path: &String| {
        let format = Format::of_path(path).unwrap_or(Format::Text);
        Candidate {
            service: format.name().to_owned(),
            path: path.clone(),
            mode: Some(0o644),
            owner: None,
            meets: Meets::Own,
            main: format.main_of_path(path),
            format,
            content: None,
            validator: Validator::default(),
            is_inside: false,
            settings: None,
        }
    };
    tree.keys().map(of).collect()
}

fn between(
    before: &dyn Files,
    old: &[Candidate],
    after: &dyn Files,
    new: &[Candidate],
) -> Differences {
    let (before, after) = (
        Side {
            files: before,
            holds: old,
        },
        Side {
            files: after,
            holds: new,
        },
    );
    super::between(&before, &after)
}

fn found(before: &Tree, after: &Tree) -> Differences {
    between(before, &holds(before), after, &holds(after))
}

fn setting<'a>(found: &'a Differences, key: &str) -> &'a SettingDifference {
    found.settings.iter().find(|one| one.key == key).unwrap()
}

const OURS: &str = "/etc/sysctl.d/99-zz-tune.conf";

#[test]
fn a_tree_and_itself_are_the_same() {
    let one = tree(&[(OURS, "vm.swappiness = 10\n"), ("/a", "text")]);
    assert!(found(&one, &one).is_empty());
    assert!(found(&Tree::new(), &Tree::new()).is_empty());
}

#[test]
fn all_that_a_file_says_counts_and_its_comment_says_why() {
    let before = tree(&[(OURS, "vm.swappiness = 60\nfs.file-max = 1\n")]);
    let text = "# Made by tune 0.1.0\n\n# 10 because it is\nvm.swappiness = 10\nkernel.x = 1\n";
    let after = tree(&[(OURS, text)]);
    let found = found(&before, &after);
    let changed = setting(&found, "vm.swappiness");
    assert_eq!(
        (changed.old.value(), changed.new.as_deref()),
        (Some("60"), Some("10"))
    );
    assert_eq!(changed.why, "10 because it is");
    assert!(!changed.planned && changed.shadows.is_empty());
    let new = setting(&found, "kernel.x");
    assert_eq!((&new.old, new.why.as_str()), (&Old::Unset, ""));
    let gone = setting(&found, "fs.file-max");
    assert_eq!(
        (gone.old.value(), gone.new.as_deref(), gone.why.as_str()),
        (Some("1"), None, "")
    );
}

#[test]
fn a_comment_of_a_persons_is_no_reason() {
    let after = tree(&[(OURS, "# because I say so\nvm.swappiness = 10\n")]);
    let found = found(&Tree::new(), &after);
    assert_eq!(setting(&found, "vm.swappiness").why, "");
}

#[test]
fn a_comment_or_a_blank_that_moves_is_no_change_of_a_setting() {
    let before = tree(&[(OURS, "# a\nvm.swappiness = 10\n")]);
    let after = tree(&[(OURS, "vm.swappiness=10\n# b\n")]);
    let found = found(&before, &after);
    assert_eq!(found.changes().count(), 0);
    assert!(found.files[0].is_text_change() && !found.is_empty());
}

#[test]
fn a_file_of_the_first_alone_goes_with_what_it_says() {
    let before = tree(&[(OURS, "vm.swappiness = 60\n"), ("/a.sh", "x")]);
    let found = found(&before, &Tree::new());
    assert_eq!(found.files.len(), 2);
    for file in &found.files {
        assert!(file.becomes.is_none() && file.is_change(), "{}", file.path);
    }
    let gone = setting(&found, "vm.swappiness");
    assert_eq!((gone.old.value(), gone.new.as_deref()), (Some("60"), None));
    assert_eq!((gone.is_change(), found.troubles.len()), (true, 0));
}

#[test]
fn what_another_file_says_stays_in_effect_when_one_goes() {
    let other = ("/etc/sysctl.d/10-other.conf", "vm.swappiness = 60\n");
    let before = tree(&[other, (OURS, "vm.swappiness = 60\n")]);
    let found = found(&before, &tree(&[other]));
    assert_eq!(found.changes().count(), 0);
    assert!(found.files.iter().any(|file| file.becomes.is_none()));
}

#[test]
fn a_file_where_no_program_looks_is_compared_by_itself() {
    let path = "/roles/base/files/sysctl.d/50-base.conf";
    let before = tree(&[(path, "vm.swappiness = 60\n")]);
    let after = tree(&[(path, "vm.swappiness = 10\n")]);
    let found = found(&before, &after);
    let changed = setting(&found, "vm.swappiness");
    assert_eq!(
        (changed.old.value(), changed.new.as_deref()),
        (Some("60"), Some("10"))
    );
    assert!(changed.shadows.is_empty(), "{:?}", changed.shadows);
}

#[test]
fn what_wins_over_a_file_in_the_same_tree_is_named() {
    let before = tree(&[("/etc/sysctl.d/10-a.conf", "vm.swappiness = 60\n")]);
    let mut after = before.clone();
    after.insert(
        "/etc/sysctl.d/20-b.conf".to_owned(),
        b"vm.swappiness = 1\n".to_vec(),
    );
    let found = found(&before, &after);
    let first = found
        .settings
        .iter()
        .find(|one| one.path.ends_with("10-a.conf"))
        .unwrap();
    assert_eq!(first.shadows[0].by, "/etc/sysctl.d/20-b.conf");
}

/// A tree of which one file cannot be read.
struct Broken(Tree, &'static str);

impl Files for Broken {
    fn read(&self, path: &str) -> Result<Vec<u8>, Missing> {
        if path == self.1 {
            return Err(Missing::Special("pipe"));
        }
        self.0.read(path)
    }

    fn list(&self, directory: &str) -> Result<Vec<String>, Missing> {
        self.0.list(directory)
    }
}

#[test]
fn what_cannot_be_read_on_either_side_is_no_difference_and_no_sameness() {
    let whole = tree(&[(OURS, "vm.swappiness = 60\n"), ("/a.sh", "x")]);
    let broken = Broken(whole.clone(), OURS);
    let all = holds(&whole);
    let found = between(&whole, &all, &broken, &all);
    // Neither gone nor the same.
    assert!(found.files.iter().all(|file| file.path != OURS));
    assert!(!found.troubles.is_empty() && !found.is_empty());
    let found = between(&broken, &all, &whole, &all);
    let file = found.files.iter().find(|file| file.path == OURS).unwrap();
    assert_eq!(file.was, Was::Missing(Missing::Special("pipe")));
    assert!(!found.troubles.is_empty());
}

#[test]
fn a_file_that_only_the_list_of_a_tree_has_is_trouble() {
    let whole = tree(&[(OURS, "vm.swappiness = 60\n")]);
    let found = between(&whole, &holds(&whole), &Tree::new(), &holds(&whole));
    let told: Vec<String> = found.troubles.iter().map(ToString::to_string).collect();
    assert_eq!(told, [format!("{OURS} is not there")]);
}

/// Whatever programs make of it: a tree does not differ from itself.
#[test]
fn what_is_the_same_is_no_difference_however_often_a_key_stands() {
    let unit = "[Unit]\nAfter=a.service\nAfter=b.service\n[Service]\nReadWritePaths=-/var/a\nReadWritePaths=-/var/b\n";
    let logs = "/var/log/a.log {\n    monthly\n    rotate 12\n}\n";
    let files = [
        ("/etc/systemd/system/x.service", unit),
        (
            "/etc/logrotate.conf",
            "weekly\nrotate 4\ncreate\ninclude /etc/logrotate.d\n",
        ),
        ("/etc/logrotate.d/a", logs),
        (
            "/etc/sysctl.d/10-a.conf",
            "vm.swappiness = 1\nvm.swappiness = 2\n",
        ),
        ("/etc/sysctl.d/20-b.conf", "vm.swappiness = 3\n"),
    ];
    let found = self::found(&tree(&files), &tree(&files));
    assert!(
        found.is_empty(),
        "{:?}",
        found.changes().collect::<Vec<_>>()
    );
    let other = unit.replace("-/var/b", "-/var/c");
    let mut changed = files;
    changed[0].1 = &other;
    let found = self::found(&tree(&files), &tree(&changed));
    let values: Vec<(&str, &str)> = found
        .changes()
        .map(|one| (one.old.value().unwrap(), one.new.as_deref().unwrap()))
        .collect();
    assert_eq!(values, [("-/var/b", "-/var/c")]);
}
