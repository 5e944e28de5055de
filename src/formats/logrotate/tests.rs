//! What the format says of a file, and what it makes of several.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Document, Format, Normal, Reading};

const MAIN: &str = "/etc/logrotate.conf";

fn parse(text: &str) -> Document {
    Document::parse(Format::Logrotate, text).unwrap()
}

fn within(name: &str) -> Vec<String> {
    vec![name.to_owned()]
}

fn said(text: &str) -> Vec<(String, String)> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| (one.key.clone(), one.value.to_string()))
        .collect()
}

fn wrong(text: &str) -> (u32, u32) {
    let error = Document::parse(Format::Logrotate, text).unwrap_err();
    (error.line, error.column)
}

fn read(of: &[(&str, &str)]) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = of
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    Format::Logrotate.read(&files, MAIN).remove(0)
}

fn effective(reading: &Reading, block: &str, key: &str) -> Option<(String, String, u32)> {
    let found = reading.effective(&within(block), key)?;
    Some((found.value.to_string(), found.file.clone(), found.line))
}

fn value(reading: &Reading, block: &str, key: &str) -> Option<String> {
    effective(reading, block, key).map(|found| found.0)
}

fn troubles(reading: &Reading) -> Vec<String> {
    reading.troubles.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_says_its_blocks_and_directives() {
    let text = "daily compress # c\r\n\"/a b\" '/c'\n# { \n/d\n{\n\trotate=7\n size = 10M\n create 0640 a b \n}\n";
    let expected = [
        ("frequency", "daily"),
        ("compress", "compress"),
        ("files /a b /c /d", "\"/a b\" '/c'\n\n/d"),
        ("rotate", "7"),
        ("frequency", "size = 10M"),
        ("create", "create 0640 a b"),
    ];
    // A comment behind a directive hides the carriage return.
    let text = text.replace("# c\r\n", "# c\n");
    assert_eq!(
        said(&text),
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
    let document = parse(&text);
    assert_eq!(document.statements()[3].within, ["/a b /c /d"]);
}

#[test]
fn a_script_is_not_looked_into() {
    let text =
        "/a {\n postrotate\n  kill } daily\n  endscripts\n #endscript\n\tendscript\n daily }\n";
    let expected = [
        ("files /a", "/a"),
        ("postrotate", "kill } daily\n  endscripts\n #endscript"),
        ("frequency", "daily"),
    ];
    assert_eq!(
        said(text),
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn what_logrotate_refuses_or_ignores_is_refused_with_its_place() {
    for (text, place) in [
        ("dayly\n", (1, 1)),
        ("\u{feff}daily\n", (1, 1)),
        ("/a {\n daily\n", (3, 1)),
        ("/a\n", (2, 1)),
        ("}\n", (1, 1)),
        ("/a {\n}\n}\n", (3, 1)),
        ("/a {\n} x\n", (2, 3)),
        ("/a {\r\n}\n", (1, 5)),
        ("/a {\n/b {\n}\n}\n", (2, 1)),
        ("rotate 7 # a week\n", (1, 8)),
        ("rotate\n", (1, 7)),
        ("rotate -2\n", (1, 8)),
        ("size 1m\n", (1, 6)),
        ("size 1.5M\n", (1, 6)),
        ("weekly daily\n", (1, 8)),
        ("daily;\n", (1, 6)),
        ("su root\n", (1, 4)),
        ("olddir a b\n", (1, 8)),
        ("/a {\n postrotate\n x\n}\n", (2, 12)),
        ("\"/a {\n}\n", (1, 1)),
    ] {
        assert_eq!(wrong(text), place, "{text}");
    }
}

#[test]
fn a_value_changes_where_it_stands_and_nothing_else() {
    let mut document = parse("/a {\n  weekly\n  rotate  4 \n  nocompress\n}");
    let block = within("/a");
    document.set(&block, "rotate", b"7").unwrap();
    document.set(&block, "frequency", b"size 10M").unwrap();
    document.set(&block, "compress", b"compress").unwrap();
    assert_eq!(
        document.bytes(),
        b"/a {\n  size 10M\n  rotate  7 \n  compress\n}"
    );
    document.unset(&block, "compress").unwrap();
    assert_eq!(document.bytes(), b"/a {\n  size 10M\n  rotate  7 \n}");
}

#[test]
fn a_new_directive_stands_in_its_block() {
    let mut document = parse(
        "# see\n#compress\n\n# all\ninclude /d\n/a {\n\tdaily\n\t# rotate 3\n\tmissingok\n}\n",
    );
    document.set(&within("/a"), "maxsize", b"8M").unwrap();
    document.set(&within("/a"), "rotate", b"5").unwrap();
    document.set(&[], "compress", b"compress").unwrap();
    document.set(&[], "frequency", b"weekly").unwrap();
    document.set(&within("/b"), "rotate", b"1").unwrap();
    let expected = "# see\n#compress\ncompress\n\nweekly\n# all\ninclude /d\n/a {\n\tdaily\n\t# rotate 3\n\trotate 5\n\
                    \tmissingok\n\tmaxsize 8M\n}\n\n/b {\n    rotate 1\n}\n";
    assert_eq!(String::from_utf8_lossy(document.bytes()), expected);
    let mut refused = parse("");
    assert!(refused.set(&[], "compress", b"weekly").is_err());
    assert!(refused.set(&[], "nonsense", b"1").is_err());
}

#[test]
fn what_was_said_before_a_block_holds_in_it() {
    let reading = read(&[
        (
            MAIN,
            "weekly\nrotate 4\ninclude /etc/logrotate.d\ncompress\n/z {\n}\n",
        ),
        ("/etc/logrotate.d/b", "/b {\n daily\n}\n"),
        ("/etc/logrotate.d/a", "missingok\n/a {\n rotate 9\n}\n"),
        ("/etc/logrotate.d/a.dpkg-old", "hourly\n"),
        ("/etc/logrotate.d/.c~", "hourly\n"),
    ]);
    assert_eq!(troubles(&reading), Vec::<String>::new());
    assert_eq!(
        reading.files,
        [
            MAIN,
            "/etc/logrotate.d/.c~",
            "/etc/logrotate.d/a",
            "/etc/logrotate.d/b"
        ]
    );
    let main = MAIN.to_owned();
    assert_eq!(effective(&reading, "/a", "rotate").unwrap().0, "9");
    assert_eq!(
        effective(&reading, "/b", "rotate"),
        Some(("4".to_owned(), main, 2))
    );
    assert_eq!(value(&reading, "/b", "frequency").unwrap(), "daily");
    // It goes on in the file that includes it, and not before.
    assert_eq!(value(&reading, "/z", "missingok").unwrap(), "missingok");
    assert_eq!(value(&reading, "/b", "compress"), None);
    assert_eq!(value(&reading, "/z", "compress").unwrap(), "compress");
}

#[test]
fn a_log_belongs_to_the_first_block_that_names_it() {
    let reading = read(&[(
        MAIN,
        "/a.log {\n rotate 1\n}\n/a.log {\n rotate 2\n}\n/b.log /a.log {\n rotate 3\n}\n",
    )]);
    assert_eq!(value(&reading, "/a.log", "rotate").unwrap(), "1");
    assert_eq!(value(&reading, "/b.log /a.log", "rotate").unwrap(), "3");
    assert_eq!(troubles(&reading).len(), 2);
    let reading = read(&[
        (MAIN, "/v/a.log {\n rotate 1\n}\n/v/*.log {\n rotate 2\n}\n"),
        ("/v/a.log", ""),
        ("/v/b.log", ""),
    ]);
    // The pattern ends with its first log, which is taken.
    assert_eq!(value(&reading, "/v/*.log", "rotate"), None);
}

#[test]
fn copytruncate_and_renamecopy_put_each_other_out() {
    let reading = read(&[(
        MAIN,
        "/a {\n copytruncate\n renamecopy\n}\n/b {\n renamecopy\n copytruncate\n norenamecopy\n}\n",
    )]);
    assert_eq!(value(&reading, "/a", "copytruncate"), None);
    assert_eq!(value(&reading, "/a", "renamecopy").unwrap(), "renamecopy");
    assert_eq!(
        value(&reading, "/b", "copytruncate").unwrap(),
        "copytruncate"
    );
}

#[test]
fn the_list_of_left_out_names_can_be_changed() {
    let files = [
        ("/d/a.keep", "/a {\n}\n"),
        ("/d/b.swp", "/b {\n}\n"),
        ("/d/c", "/c {\n}\n"),
    ];
    let blocks = |main: &str| {
        let of = [files.as_slice(), &[(MAIN, main)]].concat();
        read(&of).files[1..].to_vec()
    };
    assert_eq!(blocks("tabooext + .keep\ninclude /d\n"), ["/d/c"]);
    assert_eq!(blocks("tabooext .keep\ninclude /d\n"), ["/d/b.swp", "/d/c"]);
    assert_eq!(blocks("taboopat [ac]*\ninclude /d\n"), ["/d/b.swp"]);
}

#[test]
fn a_missing_file_and_circles_are_told() {
    let reading = read(&[(MAIN, "include /none\ninclude /etc/logrotate.conf\n")]);
    let circle = format!("{MAIN} is included in circles or too deeply, by {MAIN}:2");
    assert_eq!(
        troubles(&reading),
        ["/none is not there".to_owned(), circle]
    );
}

#[test]
fn a_spelling_does_not_make_a_difference() {
    let normal = |key: &str, value: &str| Format::Logrotate.normal(key, value.as_bytes());
    assert_eq!(normal("maxsize", "57M"), Normal::Size(57 << 20));
    assert_eq!(normal("maxsize", "58368k"), normal("maxsize", "57M"));
    assert_eq!(normal("rotate", "0x10"), Normal::whole(16));
    assert_eq!(
        normal("frequency", "size=1024k"),
        normal("frequency", "size 1M")
    );
    assert_eq!(
        normal("frequency", "weekly 0"),
        normal("frequency", "weekly")
    );
    assert_eq!(normal("compress", "nocompress"), Normal::Flag(false));
    assert_eq!(
        normal("create", "create  0640\ta b"),
        normal("create", "create 0640 a b")
    );
    let spell = |key: &str, value: Normal| Format::Logrotate.spell(key, &value);
    assert_eq!(spell("maxsize", Normal::Size(57 << 20)), "57M");
    assert_eq!(
        spell("frequency", normal("frequency", "size 1024k")),
        "size 1M"
    );
    assert_eq!(spell("ifempty", Normal::Flag(false)), "notifempty");
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ \t]{0,2}#[^\n\0]{0,12}",
        Just(String::new()),
        Just("# rotate 3".to_owned()),
        "[ \t]{0,2}(daily|weekly 3|monthly|size 1M)",
        "[ \t]{0,2}rotate[ =][1-9]{1,2}[ \t]{0,2}",
        "(no)?compress (not)?ifempty",
        Just("create 0640 root adm".to_owned()),
        "postrotate\n[a-z }]{0,5}\nendscript",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(document) = Document::parse(Format::Logrotate, bytes.clone()) {
            prop_assert_eq!(document.bytes(), bytes);
        }
    }

    #[test]
    fn an_edit_keeps_all_other_lines(
        before in prop::collection::vec(line(), 0..5),
        inside in prop::collection::vec(line(), 0..5),
        in_block in any::<bool>(),
        (key, written) in prop::sample::select(vec![
            ("rotate", "77"), ("frequency", "yearly"), ("maxsize", "3k"), ("compress", "compress"),
        ]),
    ) {
        let (before, inside) = (before.join("\n"), inside.join("\n"));
        let text = format!("{before}\n/a {{\n{inside}\n}}\n");
        let mut document = parse(&text);
        prop_assert_eq!(document.bytes(), text.as_bytes());
        let place = if in_block { within("/a") } else { Vec::new() };
        document.set(&place, key, written.as_bytes()).unwrap();
        let winner = document.winner(&place, key).unwrap();
        prop_assert_eq!(&winner.value[..], written.as_bytes());
        document.unset(&place, key).unwrap();
        prop_assert!(document.winner(&place, key).is_none());
    }
}
