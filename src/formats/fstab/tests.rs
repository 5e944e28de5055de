//! What lines of fstab say, and how they are edited.

use proptest::prelude::*;

use super::super::{Document, Format, Normal};
use super::Entry;

const TEXT: &str = "# one\nUUID=1 /\text4 errors=remount-ro 0 1\r\n\n/dev/b none swap sw 0 0\n/sw\\040p none swap sw\n//n/s /srv cifs user=u,password=p 0 0";

fn document(text: &str) -> Document {
    Document::parse(Format::Fstab, text).unwrap()
}

fn swap() -> [String; 1] {
    ["swap".to_owned()]
}

fn keys(document: &Document) -> Vec<(String, String)> {
    let all = document.statements().iter();
    all.map(|one| (one.within.join(" "), one.key.clone()))
        .collect()
}

#[test]
fn a_line_is_known_by_its_mount_point_and_swap_by_its_source() {
    let found = keys(&document(TEXT));
    let expected = [
        ("ext4", "/"),
        ("swap", "swap /dev/b"),
        ("swap", "swap /sw\\040p"),
        ("cifs", "/srv"),
    ];
    let expected = expected.map(|(kind, key)| (kind.to_owned(), key.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn fields_are_read_without_their_escapes() {
    let entry =
        Entry::read(b"/a\\040b\\8 /m ext4 ro,x-systemd.device-timeout=10s,ro=2 1 2").unwrap();
    assert_eq!(
        (entry.source.clone(), entry.target.clone()),
        ("/a b\\8".into(), "/m".into())
    );
    assert_eq!((entry.kind(), entry.freq, entry.pass), ("ext4", 1, 2));
    assert_eq!(entry.option("x-systemd.device-timeout"), Some(&b"10s"[..]));
    assert_eq!(entry.option("ro"), Some(&b"2"[..]));
    assert_eq!(entry.option("r"), None);
    assert_eq!(Entry::read(b"# a /b c"), None);
}

#[test]
fn missing_fields_and_wider_gaps_are_the_same_line() {
    let normal = |text: &str| Format::Fstab.normal("/b", text.as_bytes());
    assert_eq!(normal("a\t/b  c"), normal("a /b c defaults 0 0"));
    assert_eq!(normal("a\\057b /b c"), normal("a/b /b c"));
    assert_ne!(normal("a /b c"), normal("a /b c ro"));
    assert_eq!(normal("a /b c d 00 +1"), Normal::text(b"a /b c d 0 1"));
}

#[test]
fn what_findmnt_refuses_is_refused_with_its_place() {
    for (text, line, column) in [
        ("alone\n", 1, 1),
        ("# c\n a /b\n", 2, 2),
        ("a /b ext4 defaults 1x\n", 1, 20),
        ("a /b ext4 defaults 0 #\n", 1, 22),
        ("a /b ext4\\377 ro\n", 1, 6),
    ] {
        let error = Document::parse(Format::Fstab, text).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text:?}");
    }
}

#[test]
fn a_new_line_stands_at_the_end_and_another_changes_alone() {
    let mut changed = document(TEXT);
    let line = "/swapfile none swap sw,nofail 0 0";
    changed
        .set(&swap(), "swap /swapfile", line.as_bytes())
        .unwrap();
    assert_eq!(changed.bytes(), format!("{TEXT}\r\n{line}\r\n").as_bytes());
    let wider = "/swapfile none swap sw 0 0";
    changed
        .set(&swap(), "swap /swapfile", wider.as_bytes())
        .unwrap();
    assert_eq!(changed.bytes(), format!("{TEXT}\r\n{wider}\r\n").as_bytes());
    changed.unset(&swap(), "swap /dev/b").unwrap();
    let expected = TEXT.replace("/dev/b none swap sw 0 0\n", "");
    assert_eq!(
        changed.bytes(),
        format!("{expected}\r\n{wider}\r\n").as_bytes()
    );
}

#[test]
fn a_line_of_another_key_is_not_written() {
    let mut document = document(TEXT);
    for line in [
        "/other none swap sw",
        "/swapfile none ext4 sw",
        "/swapfile none",
        "a\nb c d",
    ] {
        assert!(
            document
                .set(&swap(), "swap /swapfile", line.as_bytes())
                .is_err(),
            "{line:?}"
        );
        assert!(
            document
                .set(&swap(), "swap /dev/b", line.as_bytes())
                .is_err(),
            "{line:?}"
        );
    }
    assert_eq!(document.bytes(), TEXT.as_bytes());
}

#[test]
fn a_line_with_a_password_is_never_shown() {
    let hides = |line: &str| Format::Fstab.is_secret("/srv", line.as_bytes());
    assert!(hides("//n/s /srv cifs user=u,password=p"));
    assert!(hides("//n/s /srv cifs credentials=/etc/c"));
    assert!(hides("https://u:p@host/ /srv davfs _netdev"));
    assert!(!hides("/dev/a /srv ext4 defaults 0 2"));
}

#[test]
fn the_first_line_of_a_mount_point_is_the_one_that_counts() {
    let text = "a /b ext4\nc /b ext4\n";
    let files =
        std::collections::BTreeMap::from([("/etc/fstab".to_owned(), text.as_bytes().to_vec())]);
    let reading = Format::Fstab.read(&files, "/etc/fstab").remove(0);
    let found = reading.effective(&["ext4".to_owned()], "/b").unwrap();
    assert_eq!(
        (found.value.to_string().as_str(), found.line),
        ("a /b ext4", 1)
    );
}

fn field() -> impl Strategy<Value = String> {
    "[a-z/=,\\\\0-9#\u{e4}\"]{1,8}"
}

proptest! {
    #[test]
    fn whatever_is_read_is_printed_as_it_came(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let Ok(document) = Document::parse(Format::Fstab, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn an_edit_keeps_all_else(
        lines in prop::collection::vec((field(), field(), prop::sample::select(vec!["swap", "ext4"]), "[ \t]{1,3}", "\r?\n"), 0..8),
        n in 0..8_usize,
    ) {
        let text: Vec<String> = lines.iter().map(|(source, target, kind, gap, end)| format!("{source}{gap}{target} {kind}{end}")).collect();
        let text = text.concat();
        let Ok(before) = Document::parse(Format::Fstab, text) else { return Ok(()); };
        let mut set = before.clone();
        let line = format!("/new{n} none swap sw 0 0");
        let key = format!("swap /new{n}");
        set.set(&swap(), &key, line.as_bytes()).unwrap();
        prop_assert_eq!(&set.winner(&swap(), &key).unwrap().value, line.as_str());
        prop_assert!(set.bytes().starts_with(before.bytes()));
        let mut unset = set.clone();
        unset.unset(&swap(), &key).unwrap();
        prop_assert_eq!(keys(&unset), keys(&before));
        if let Some(one) = before.statements().get(n) {
            let mut unset = before.clone();
            unset.unset(&one.within, &one.key).unwrap();
            prop_assert!(unset.winner(&one.within, &one.key).is_none());
            let kept = keys(&before).into_iter().filter(|(kind, key)| (kind, key) != (&one.within[0], &one.key));
            prop_assert_eq!(keys(&unset), kept.collect::<Vec<_>>());
        }
    }
}
