//! Files of Python: what is read, and what is left alone.

use proptest::prelude::*;

use super::super::*;

fn parse(text: &str) -> Document {
    Document::parse(Format::Python, text).unwrap()
}

fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    assert!(!document.is_opaque(), "{text}");
    let all = document.statements().iter();
    all.map(|one| format!("{} {}={}", one.within.join("."), one.key, one.value))
        .collect()
}

#[test]
fn names_that_are_given_literals_are_settings() {
    assert_eq!(
        said(
            "'''what it is'''\n# comment\nbind = \"a:1\" # why\nworkers=2\ntimeout = 0x1_0\nx = -1.5e3\n\
             preload_app = False\nu = None\nl = [\n  'a',  # b\n  (1, 2,), {},\n]\nt = ('a'\n 'b')\n"
        ),
        [
            " bind=a:1",
            " workers=2",
            " timeout=0x1_0",
            " x=-1.5e3",
            " preload_app=False",
            " u=None",
            " l[0]=a",
            " l[1][0]=1",
            " l[1][1]=2",
            " l[2]={}",
            " t=ab"
        ]
    );
}

#[test]
fn the_environment_is_by_name_and_a_dictionary_a_block() {
    assert_eq!(
        said(
            "raw_env = [\n    \"DB_POOL_SIZE=3\", 'A=b=c',\n]\no = {\n    'visibility_timeout': 3600,\n}\n"
        ),
        [" DB_POOL_SIZE=3", " A=b=c", "o visibility_timeout=3600"]
    );
}

#[test]
fn strings_are_read_as_python_does() {
    assert_eq!(
        said("a = 'x\\ty\\x41\\u00e9\\\n'\nb = r'\\d'\nc = \"\"\"x\n'y'\"\"\"\nd = u'e' 'f'\n"),
        [" a=x\tyA\u{e9}", " b=\\d", " c=x\n'y'", " d=ef"]
    );
}

#[test]
fn a_statement_has_its_bytes() {
    let text = "a = 1\nb = {\n  'c': [2],  # d\n}\n";
    let document = parse(text);
    let written: Vec<_> = document
        .statements()
        .iter()
        .map(|one| (&text[one.at.clone()], &text[one.value_at.clone()]))
        .collect();
    assert_eq!(written, [("a = 1", "1"), ("2", "2")]);
}

#[test]
fn a_file_with_more_than_literals_is_text() {
    for text in [
        "import os\n",
        "workers = 2 * 2\n",
        "a = b\n",
        "a = f'{b}'\n",
        "a = b'x'\n",
        "def f():\n    pass\n",
        "if True:\n  a = 1\n",
        "  a = 1\n",
        "a = 1; b = 2\n",
        "a = b = 1\n",
        "a = 1\na = 2\n",
        "a = 'x\n",
        "a = [1\n",
        "a = 010\n",
        "a = 1 2\n",
        "a = {'b': 1, 'b': 2}\n",
        "a = '\\N{DIGIT ONE}'\n",
        "a: int = 1\n",
        "a == 1\n",
        "True = 1\n",
    ] {
        let document = parse(text);
        assert!(document.is_opaque(), "{text}");
        assert!(document.statements().is_empty());
    }
    assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_opaque());
    assert!(
        Document::parse(Format::Python, b"# \xe9\n".to_vec())
            .unwrap()
            .is_opaque()
    );
    assert!(!parse("").is_opaque());
}

#[test]
fn nothing_inside_is_edited() {
    let mut document = parse("a = 1\n");
    assert!(document.set(&[], "a", b"2").is_err());
    assert!(document.set(&[], "b", b"2").is_err());
    assert!(document.unset(&[], "a").is_err());
    assert_eq!(document.bytes(), b"a = 1\n");
}

#[test]
fn spelling_does_not_matter() {
    let normal = |value: &str| Format::Python.normal("", value.as_bytes());
    assert_eq!(normal("1_000"), normal("1e3"));
    assert_eq!(normal("True"), Normal::Flag(true));
    assert_eq!(Format::Python.spell("", &Normal::Flag(true)), "True");
    assert_eq!(normal("true"), Normal::text(b"true"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_text(bytes: Vec<u8>, text in "[a-c=\\[\\](){}#\"' \n,1\\\\xu.-]{0,40}") {
        for bytes in [bytes, text.into_bytes()] {
            let document = Document::parse(Format::Python, bytes.clone()).unwrap();
            prop_assert_eq!(document.bytes(), &bytes);
        }
    }
}
