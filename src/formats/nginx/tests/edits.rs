//! Where a changed or a new directive goes.

use super::parse;

/// The file after one key was set.
fn set(text: &str, within: &[&str], key: &str, written: &str) -> String {
    let mut document = parse(text);
    let within: Vec<String> = within.iter().map(|at| (*at).to_owned()).collect();
    document.set(&within, key, written.as_bytes()).unwrap();
    String::from_utf8(document.bytes().to_vec()).unwrap()
}

fn set_refused(text: &str, within: &[&str], key: &str, written: &str) -> String {
    let mut document = parse(text);
    let within: Vec<String> = within.iter().map(|at| (*at).to_owned()).collect();
    let refused = document.set(&within, key, written.as_bytes()).unwrap_err();
    assert_eq!(document.bytes(), text.as_bytes());
    refused.reason
}

#[test]
fn a_change_touches_the_arguments_only() {
    let text = "http {\r\n\tgzip_buffers  16 8k ; # x\r\n}";
    let after = set(text, &["http"], "gzip_buffers", "4 8k");
    assert_eq!(after, "http {\r\n\tgzip_buffers  4 8k ; # x\r\n}");
    let text = "limit_conn a 1;\nlimit_conn b 2;";
    let after = set(text, &[], "limit_conn b", "b 3");
    assert_eq!(after, "limit_conn a 1;\nlimit_conn b 3;");
}

#[test]
fn a_new_directive_follows_its_commented_default() {
    let text = "http {\n\tgzip on;\n\n\t# gzip_vary on;\n\t# gzip_proxied any;\n}\n";
    let after = set(text, &["http"], "gzip_vary", "on");
    assert_eq!(
        after,
        "http {\n\tgzip on;\n\n\t# gzip_vary on;\n\tgzip_vary on;\n\t# gzip_proxied any;\n}\n"
    );
    // Of those that may stand twice, the same one.
    let text = "# limit_conn a 1;\n#limit_conn b 1;\nhttp {\n}\n";
    let after = set(text, &[], "limit_conn b", "b 2");
    assert_eq!(
        after,
        "# limit_conn a 1;\n#limit_conn b 1;\nlimit_conn b 2;\nhttp {\n}\n"
    );
    // Neither prose, nor what belongs to a block in comments, nor another block's.
    for text in [
        "# root is where;\nhttp {\n}\n",
        "#server {\n#  root /x;\n#}\nhttp {\n}\n",
        "http {\n# root /x;\n}\n",
    ] {
        let after = set(text, &["http"], "root", "/y");
        let expected = text.replace("# root /x;\n}", "# root /x;\nroot /y;\n}");
        let expected = expected.replace("http {\n}", "http {\n    root /y;\n}");
        assert_eq!(after, expected);
    }
}

#[test]
fn else_it_ends_its_block_with_that_block_s_indentation() {
    for (text, expected) in [
        ("http {\n  a b;\n}\n", "http {\n  a b;\n  gzip on;\n}\n"),
        (
            "http {\n\ta {\n\t\tb;\n\t}\n}\n",
            "http {\n\ta {\n\t\tb;\n\t}\n\tgzip on;\n}\n",
        ),
        ("http {\r\n}\r\n", "http {\r\n    gzip on;\r\n}\r\n"),
        ("http { a b; }", "http { a b; gzip on; }"),
        ("http {}", "http { gzip on; }"),
        ("http {\n  a b; }\n", "http {\n  a b; gzip on; }\n"),
        ("http\n{\n}", "http\n{\n    gzip on;\n}"),
    ] {
        assert_eq!(set(text, &["http"], "gzip", "on"), expected);
    }
    let text = "http {\n  server {\n  }\n  server {\n    listen 1;\n  }\n}\n";
    let after = set(text, &["http", "server _ :1"], "root", "/x");
    assert_eq!(
        after,
        text.replace("listen 1;\n", "listen 1;\n    root /x;\n")
    );
}

#[test]
fn outside_of_all_blocks_it_stands_before_the_first() {
    for (text, expected) in [
        (
            "user x;\n\n# E\nevents {\n}\n",
            "user x;\npid /y;\n\n# E\nevents {\n}\n",
        ),
        ("user x; events { }\n", "user x; pid /y; events { }\n"),
        (
            "# head\n\n# E\nevents {\n}\n",
            "# head\n\npid /y;\n# E\nevents {\n}\n",
        ),
        ("# head\nevents {\n}\n", "# head\npid /y;\nevents {\n}\n"),
        ("user x;", "user x;\npid /y;\n"),
        ("# none\n", "# none\npid /y;\n"),
        ("", "pid /y;\n"),
    ] {
        assert_eq!(set(text, &[], "pid", "/y"), expected);
    }
}

#[test]
fn a_directive_without_arguments_is_added_too() {
    let after = set(
        "upstream a {\n    server b;\n}\n",
        &["upstream a"],
        "least_conn",
        "",
    );
    assert_eq!(after, "upstream a {\n    server b;\n    least_conn;\n}\n");
}

#[test]
fn what_would_say_something_else_is_refused() {
    let missing = set_refused("events {\n}\n", &["http"], "gzip", "on");
    assert_eq!(missing, "the file has no block 'http'");
    for written in ["on; b c", "on }", "'on", "on {", "# on"] {
        set_refused(
            "http {\n    gzip off;\n    a b;\n}\n",
            &["http"],
            "gzip",
            written,
        );
        set_refused(
            "http {\n    a b;\n}\n",
            &["http"],
            "gzip",
            &format!("{written} ;"),
        );
    }
    // The words that tell it apart are part of what is written.
    set_refused("", &[], "limit_conn a", "b 1");
    // A block's name is part of what its directives say.
    set_refused("location /a {\n    root /;\n}", &[], "location /a", "/b");
}

#[test]
fn what_is_taken_away_takes_its_line_along() {
    let mut document = parse("http {\n    gzip on; # x\n    a b;\n    c d; e f;\n}\n");
    let http = ["http".to_owned()];
    document.unset(&http, "a").unwrap();
    document.unset(&http, "c").unwrap();
    document.unset(&http, "gzip").unwrap();
    assert_eq!(document.bytes(), b"http {\n     # x\n     e f;\n}\n");
    assert!(document.unset(&[], "http").is_err());
}
