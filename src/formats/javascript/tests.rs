//! Ecosystem files: what is read, and what is left alone.

use proptest::prelude::*;

use super::super::*;

fn parse(text: &str) -> Document {
    Document::parse(Format::Javascript, text).unwrap()
}

fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    assert!(!document.is_opaque(), "{text}");
    let all = document.statements().iter();
    all.map(|one| format!("{} {}={}", one.within.join("."), one.key, one.value))
        .collect()
}

#[test]
fn an_application_has_its_settings_environment_and_arguments() {
    let text = "\
// head
'use strict';
module.exports = {
  apps: [
    {
      name: \"api\",
      instances: 1, /* one */
      max_memory_restart: \"268M\",
      node_args: [
        // why
        \"--max-old-space-size=172\",
        '--inspect',
      ],
      watch: false,
      out_file: \"logs/\" + 'api' + `.log`,
      env: { NODE_ENV: 'production', \"DB_POOL_SIZE\": \"7\" },
      env_test: { NODE_ENV: 'test' },
    },
    { script: 'x.js', node_args: '--a=1 --b=2' },
  ],
  deploy: { user: 'u' },
};
";
    assert_eq!(
        said(text),
        [
            "apps.api name=api",
            "apps.api instances=1",
            "apps.api max_memory_restart=268M",
            "apps.api max-old-space-size=172",
            "apps.api node_args[1]=--inspect",
            "apps.api watch=false",
            "apps.api out_file=logs/api.log",
            "apps.api NODE_ENV=production",
            "apps.api DB_POOL_SIZE=7",
            "apps.api.env_test NODE_ENV=test",
            "apps.[1] script=x.js",
            "apps.[1] a=1",
            "apps.[1] b=2",
            "deploy user=u",
        ]
    );
}

#[test]
fn strings_are_read_as_javascript_does() {
    assert_eq!(
        said("module.exports={a:'\\x41\\u00e9\\u{1f600}\\ud83d\\ude00\\\n\\q', b:`x\ny`}"),
        [" a=A\u{e9}\u{1f600}\u{1f600}q", " b=x\ny"]
    );
}

#[test]
fn a_file_with_more_than_literals_is_text() {
    for text in [
        "const a = 1;\nmodule.exports = {};",
        "module.exports = { a: process.env.A }",
        "module.exports = { a: 1 + 1 }",
        "module.exports = { a: `${b}` }",
        "module.exports = { a }",
        "module.exports = { a() {} }",
        "module.exports = { ...b }",
        "module.exports = { a: 1, a: 2 }",
        "module.exports = { __proto__: {} }",
        "module.exports = { a: 010 }",
        "module.exports = { a: 1n }",
        "module.exports = { a: '\\1' }",
        "module.exports = { a: [,] }",
        "module.exports = [1]",
        "module.exports = {}; b()",
        "module.exports = {",
        "export default {}",
        "module.exports = { apps: [{ name: 'a', PORT: 1, env: { PORT: 2 } }] }",
    ] {
        let document = parse(text);
        assert!(document.is_opaque(), "{text}");
        assert!(document.statements().is_empty());
    }
    assert!(parse(&format!("module.exports = {{a: {}", "[".repeat(100_000))).is_opaque());
}

#[test]
fn nothing_inside_is_edited() {
    let mut document = parse("module.exports = { a: 1 }");
    assert!(document.set(&[], "a", b"2").is_err());
    assert!(document.unset(&[], "a").is_err());
}

#[test]
fn spelling_does_not_matter() {
    let normal = |key: &str, value: &str| Format::Javascript.normal(key, value.as_bytes());
    assert_eq!(normal("max_memory_restart", "1G"), Normal::Size(1 << 30));
    assert_eq!(normal("max_memory_restart", "1024M"), Normal::Size(1 << 30));
    assert_eq!(
        normal("max_memory_restart", "1073741824"),
        Normal::Size(1 << 30)
    );
    assert_eq!(normal("min_uptime", "10s"), normal("min_uptime", "10000"));
    assert_eq!(normal("instances", "0x2"), normal("instances", "2"));
    assert_eq!(normal("instances", "max"), Normal::text(b"max"));
    let spell = |value| Format::Javascript.spell("", &value);
    assert_eq!(spell(Normal::Size(268 << 20)), "268M");
    assert_eq!(spell(Normal::Flag(false)), "false");
    assert_eq!(spell(Normal::Time(30_000_000)), "30000");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_text(bytes: Vec<u8>, text in "[a-c:=\\[\\]{}/*\"'` \n,1\\\\xu.+-]{0,40}") {
        let exported = format!("module.exports = {{{text}}}").into_bytes();
        for bytes in [bytes, text.into_bytes(), exported] {
            let document = Document::parse(Format::Javascript, bytes.clone()).unwrap();
            prop_assert_eq!(document.bytes(), &bytes);
        }
    }
}
