//! Why a host is not as planned, from differences made by hand.

use super::*;
use crate::setting::Activation;

const PATH: &str = "/etc/x.conf";

fn file(meets: Meets, was: Was) -> FileDifference {
    FileDifference {
        link: None,
        service: "db".to_owned(),
        path: PATH.to_owned(),
        format: Format::Redis,
        meets,
        was,
        becomes: Some(b"a 2\nb 2\n".to_vec()),
        mode: (Some(0o600), Some(0o600)),
        owner: (None, None),
        foreign: false,
        kept: Vec::new(),
        other_lines: 0,
        code: false,
    }
}

fn setting(key: &str, value: &str) -> SettingDifference {
    SettingDifference {
        service: "db".to_owned(),
        path: PATH.to_owned(),
        within: Vec::new(),
        key: key.to_owned(),
        old: Old::File {
            value: value.to_owned(),
            file: PATH.to_owned(),
            line: 1,
        },
        new: Some("2".to_owned()),
        delta: None,
        same: value == "2",
        shadows: Vec::new(),
        running: Vec::new(),
        secret: false,
        why: String::new(),
        source: String::new(),
        needs: Some(Activation::Reload),
        planned: true,
    }
}

fn verified(file: FileDifference, settings: Vec<SettingDifference>) -> Verification {
    let plan = crate::diff::runtime::planned("[services.db]\nkind = \"postgresql\"\n");
    let mut looked = Looked::default();
    looked.differences.files = vec![file];
    looked.differences.settings = settings;
    looked.changed.insert(PATH.to_owned(), 7);
    verify(&plan, &[], &looked)
}

fn why(found: &Verification) -> Vec<&Drift> {
    found.rows.iter().flat_map(|row| &row.drifts).collect()
}

#[test]
fn a_file_that_holds_nothing_of_the_plan_was_not_edited() {
    let there = || Was::File(b"a 1\nb 1\n".to_vec());
    let found = verified(
        file(Meets::Merge, there()),
        vec![setting("a", "1"), setting("b", "1")],
    );
    let unwritten = Drift::NotWritten { is_there: true };
    assert_eq!(why(&found), [&unwritten, &unwritten]);
    let found = verified(
        file(Meets::Merge, there()),
        vec![setting("a", "1"), setting("b", "2")],
    );
    let edited = Drift::Edited { at: Some(7) };
    assert_eq!(
        why(&found),
        [&edited],
        "one value is there: the other is edited"
    );
}

#[test]
fn an_own_file_without_the_mark_is_another_one() {
    let there = || Was::File(b"a 1\n".to_vec());
    let mut foreign = file(Meets::Own, there());
    foreign.foreign = true;
    let found = verified(foreign, vec![setting("a", "1")]);
    assert_eq!(why(&found), [&Drift::NotWritten { is_there: true }]);
    let found = verified(file(Meets::Own, there()), vec![setting("a", "1")]);
    assert_eq!(why(&found), [&Drift::Edited { at: Some(7) }]);
}

#[test]
fn a_wrong_mode_is_told_where_a_setting_drifts_too() {
    let mut wrong = file(Meets::Own, Was::File(b"a 1\n".to_vec()));
    wrong.mode = (Some(0o666), Some(0o600));
    wrong.owner = (Some("app:app".to_owned()), Some("root:root".to_owned()));
    let found = verified(wrong, vec![setting("a", "1")]);
    assert_eq!(why(&found).len(), 1);
    let [drift] = found.files.as_slice() else {
        panic!("{:?}", found.files);
    };
    assert_eq!(drift.mode, Some((0o666, 0o600)));
    assert!(drift.owner.is_some());
    assert!(!drift.is_text, "the text is told with its setting");
    let right = file(Meets::Own, Was::File(b"a 1\n".to_vec()));
    assert!(verified(right, vec![setting("a", "1")]).files.is_empty());
}
