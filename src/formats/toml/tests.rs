//! TOML: what is read, and edits.

use proptest::prelude::*;

use super::super::*;

fn parse(text: &str) -> Document {
    Document::parse(Format::Toml, text).unwrap()
}

fn path(dotted: &str) -> Vec<String> {
    let path = dotted.split('.').filter(|step| !step.is_empty());
    path.map(str::to_owned).collect()
}

fn set(text: &str, within: &str, key: &str, written: &str) -> Result<String, Refused> {
    let mut document = parse(text);
    document.set(&path(within), key, written.as_bytes())?;
    Ok(String::from_utf8(document.bytes().to_vec()).unwrap())
}

fn unset(text: &str, within: &str, key: &str) -> Result<String, Refused> {
    let mut document = parse(text);
    document.unset(&path(within), key)?;
    Ok(String::from_utf8(document.bytes().to_vec()).unwrap())
}

fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    let all = document.statements().iter();
    all.map(|one| format!("{} {}={}", one.within.join("."), one.key, one.value))
        .collect()
}

#[test]
fn tables_of_every_spelling_are_one() {
    let one = ["services.db kind=postgresql", "services.db want=1GiB"];
    for text in [
        "[services.db]\nkind = \"postgresql\"\nwant = '1GiB'\n",
        "[services]\ndb.kind = \"postgresql\"\n\"db\".want = \"\"\"1GiB\"\"\"\n",
        "services.db = { kind = 'postgresql', want = \"1GiB\" } # x",
        "[services]\r\ndb = {kind = 'postgresql', want = \"1GiB\"}\r\n",
    ] {
        assert_eq!(said(text), one);
    }
}

#[test]
fn values_are_without_quotes_and_escapes() {
    assert_eq!(
        said(
            "a = \"x\\ty\"\nb = 0x10\nc = [1, # one\n 2]\nd = 1979-05-27\n[[e]]\nf = 1\n[[e]]\ng = {}\n"
        ),
        [
            " a=x\ty",
            " b=0x10",
            " c=[1, # one\n 2]",
            " d=1979-05-27",
            "e[0] f=1",
            "e[1] g={}"
        ]
    );
}

#[test]
fn what_is_not_understood_has_its_place() {
    let wrong = |text: &str| Document::parse(Format::Toml, text).unwrap_err().to_string();
    assert_eq!(wrong("a = 1\na = 2\n"), "line 2, column 1: duplicate key");
    assert!(wrong("a = \n").starts_with("line 1, column 5"));
    let latin = Document::parse(Format::Toml, b"# \xe9\n".to_vec());
    assert_eq!(
        latin.unwrap_err().to_string(),
        "line 1, column 3: it is not UTF-8"
    );
    let deep = format!("x = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Document::parse(Format::Toml, deep).is_err());
}

#[test]
fn a_value_is_changed_where_it_stands() {
    let text = "[services.db] # x\nwant = '1GiB'   # why\nuses = [\n  'a',\n]\n";
    assert_eq!(
        set(text, "services.db", "want", "\"2GiB\"").unwrap(),
        text.replace("'1GiB'", "\"2GiB\"")
    );
    assert_eq!(
        set(text, "services.db", "uses", "[]").unwrap(),
        text.replace("[\n  'a',\n]", "[]")
    );
}

#[test]
fn want_is_set_however_the_service_is_written() {
    for (text, after) in [
        (
            "[services.db]\nkind = 'x'\n\n[services.api]\nkind = 'y'\n",
            "[services.db]\nkind = 'x'\nwant = 1\n\n[services.api]\nkind = 'y'\n",
        ),
        (
            "[services.db]\n# want = \"512MiB\"\nkind = 'x'\n",
            "[services.db]\n# want = \"512MiB\"\nwant = 1\nkind = 'x'\n",
        ),
        (
            "[services]\n  db.kind = 'x' # k\napi.kind = 'y'\n",
            "[services]\n  db.kind = 'x' # k\n  db.want = 1\napi.kind = 'y'\n",
        ),
        (
            "services.db.kind = 'x'",
            "services.db.kind = 'x'\nservices.db.want = 1\n",
        ),
        (
            "[services]\ndb = { kind = 'x' }\n",
            "[services]\ndb = { kind = 'x', want = 1 }\n",
        ),
        (
            "services = { db = {} }\n",
            "services = { db = { want = 1 } }\n",
        ),
        (
            "services = { api = {} }\n",
            "services = { api = {}, db.want = 1 }\n",
        ),
        (
            "profile = 'a'\n\n[services.api]\nkind = 'y'\n",
            "profile = 'a'\n\n[services.api]\nkind = 'y'\n\n[services.db]\nwant = 1\n",
        ),
        ("[services.db]", "[services.db]\nwant = 1\n"),
        ("", "[services.db]\nwant = 1\n"),
        (
            "[services.db.settings]\na = 1\n",
            "[services.db.settings]\na = 1\n\n[services.db]\nwant = 1\n",
        ),
        (
            "[services.db]\r\nkind = 'x'\r\n",
            "[services.db]\r\nkind = 'x'\r\nwant = 1\r\n",
        ),
    ] {
        assert_eq!(
            set(text, "services.db", "want", "1").unwrap(),
            after,
            "{text}"
        );
    }
}

#[test]
fn a_key_of_no_table_goes_before_the_tables() {
    assert_eq!(
        set("a = 1\n\n[t]\n", "", "b", "2").unwrap(),
        "a = 1\nb = 2\n\n[t]\n"
    );
    assert_eq!(
        set("# head\n\n# of t\n[t]\n", "", "b", "2").unwrap(),
        "# head\n\nb = 2\n# of t\n[t]\n"
    );
    assert_eq!(
        set("[t]\na = 1\n", "", "b", "2").unwrap(),
        "b = 2\n[t]\na = 1\n"
    );
    assert_eq!(
        set("# head\n", "", "b c", "2").unwrap(),
        "# head\n\"b c\" = 2\n"
    );
}

#[test]
fn what_has_no_place_is_refused() {
    let refused = |text, within| set(text, within, "k", "1").unwrap_err().to_string();
    assert_eq!(refused("a = 1\n", "a"), "a has a value: it is no table");
    assert_eq!(refused("[[a]]\n", "a[1]"), "a[1] is one of several tables");
    for written in ["1\nb = 2", "", "x", "1 # c", "{"] {
        assert!(set("a = 1\n", "", "a", written).is_err(), "{written}");
    }
}

#[test]
fn a_statement_goes_with_its_line_or_its_comma() {
    assert_eq!(unset("a = 1 \nb.c = 2\n", "b", "c").unwrap(), "a = 1 \n");
    assert_eq!(
        unset("a = { b = 1, c = 2 }", "a", "b").unwrap(),
        "a = { c = 2 }"
    );
    assert_eq!(
        unset("a = { b = 1, c = 2 }", "a", "c").unwrap(),
        "a = { b = 1 }"
    );
    assert_eq!(unset("a = { b = 1 }", "a", "b").unwrap(), "a = {  }");
    assert_eq!(unset("[a]\nb = [\n1,\n]\n", "a", "b").unwrap(), "[a]\n");
}

#[test]
fn spelling_does_not_matter() {
    let normal = |value: &str| Format::Toml.normal("", value.as_bytes());
    assert_eq!(normal("0x10"), normal("1_6"));
    assert_eq!(normal("1GiB"), normal("1024MB"));
    assert_eq!(normal("1.50"), normal("1.5"));
    assert_eq!(normal("[1, # one\n '2']"), Normal::text(b"[1, \"2\"]"));
    assert_eq!(normal("t3.small"), Normal::text(b"t3.small"));
    assert_eq!(normal("true"), Normal::Flag(true));
    let spell = |value| Format::Toml.spell("", &value);
    assert_eq!(spell(Normal::Size(512 << 20)), "\"512MiB\"");
    assert_eq!(spell(Normal::whole(3)), "3");
    assert_eq!(spell(Normal::text(b"a\"b")), "\"a\\\"b\"");
    assert_eq!(spell(Normal::text(b"[\"a\"]")), "[\"a\"]");
}

fn toml() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("[a]".to_owned()),
        Just("[a.b]".to_owned()),
        Just("[[c]]".to_owned()),
        Just("# k = 1".to_owned()),
        Just(String::new()),
        (
            "[a-e](\\.[a-c]){0,2}",
            prop_oneof![
                Just("1".to_owned()),
                Just("'x'".to_owned()),
                Just("{ a = 1, b.c = 2 }".to_owned()),
                Just("{}".to_owned()),
                Just("[1,\n 2] # x".to_owned()),
                Just("\"\"\"\nx\n\"\"\"".to_owned()),
            ]
        )
            .prop_map(|(key, value)| format!("{key} = {value}")),
    ];
    proptest::collection::vec(line, 0..6).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in "[a-c=.\\[\\]{}#\"' \n,1]{0,40}") {
        for bytes in [bytes, text.into_bytes()] {
            if let Ok(document) = Document::parse(Format::Toml, bytes.clone()) {
                prop_assert_eq!(document.bytes(), &bytes);
            }
        }
    }

    #[test]
    fn an_edit_keeps_all_else(text in toml(), within in "([a-c](\\.[a-c]){0,2})?", key in "[a-f]") {
        let Ok(mut document) = Document::parse(Format::Toml, text.clone()) else { return Ok(()) };
        let was = document.clone();
        let within = path(&within);
        let others = |document: &Document| -> Vec<String> {
            let all = document.statements().iter();
            let mut all: Vec<String> = all
                .filter(|one| (one.within != within || one.key != key) && one.value != "{}")
                .map(|one| format!("{:?} {} {}", one.within, one.key, one.value)).collect();
            all.sort();
            all
        };
        if document.set(&within, &key, b"99").is_ok() {
            prop_assert_eq!(document.winner(&within, &key).unwrap().value.to_string(), "99");
            prop_assert_eq!(others(&document), others(&was));
            document.unset(&within, &key).unwrap();
            prop_assert_eq!(others(&document), others(&was));
        }
    }
}
