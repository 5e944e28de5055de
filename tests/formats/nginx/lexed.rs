//! Words, quotes and braces, as `nginx -t` takes or refuses them.

use std::fmt::Write as _;
use std::path::PathBuf;

use hosttune::formats::{Document, Format, Normal};

use super::chance::Chance;
use super::server::{is_about_words, test};

/// Directories and files of one test.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn main(&self, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join("nginx.conf");
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A word of what nginx's lexer looks at, quoted or not.
fn word(chance: &mut Chance) -> String {
    let pieces = [
        "\\", "\\\\", "\\\"", "\\'", "\\t", "\\n", "\\r", "\\x", "\\ ", "\\;", "\"", "'", "$", "{",
        "}", "#", ";", " ", "\t", "\n", "(", ")", "a", "b", "é", "=", "${x}", "\u{a0}",
    ];
    let quote = chance.one(&["", "\"", "'"]);
    let inside: String = (0..chance.below(7)).map(|_| chance.one(&pieces)).collect();
    format!("{quote}{inside}{quote}")
}

/// nginx names the content type whose extension is given twice: that shows how
/// it reads a word.
#[test]
fn a_word_stands_for_what_nginx_says_it_does() {
    let mut chance = Chance::new(7);
    let mut text = String::from("events{} http{ types {\n");
    let mut expected = Vec::new();
    while expected.len() < 1500 {
        let line = format!("{} e{};\n", word(&mut chance), expected.len());
        let inside = format!("types {{\n{line}}}");
        let Ok(document) = Document::parse(Format::Nginx, inside) else {
            continue;
        };
        let [_, entry] = document.statements() else {
            continue;
        };
        if entry.key.starts_with("include") || !entry.value.starts_with(b"e") {
            continue;
        }
        let number = expected.len();
        let said = format!(
            "duplicate extension \"e{number}\", content type: \"p\", previous content type: \"{}\"",
            entry.key
        );
        expected.push((line.clone(), said));
        writeln!(text, "{line}p e{number};").unwrap();
    }
    text.push_str("} }\n");
    let home = Home::new();
    let answer = test(&home.main(&text), "-t");
    assert!(answer.accepted, "{:?}", answer.wrong());
    let said = String::from_utf8(answer.stderr).unwrap();
    for (line, expected) in expected {
        assert!(said.contains(&expected), "{line:?}: {expected:?}");
    }
}

/// nginx ends at the first thing that is wrong. About words we agree with it, in
/// the line too; where it is about what they mean, the words up to there are fine.
fn same_judgement(home: &Home, text: &[u8]) -> bool {
    let answer = test(&home.main(text), "-t");
    let ours = Document::parse(Format::Nginx, text);
    let shown = || format!("{}\n{:?}\n{ours:?}", text.escape_ascii(), answer.wrong());
    match (answer.wrong(), &ours) {
        (None, ours) => assert!(ours.is_ok() && answer.accepted, "{}", shown()),
        (Some((message, line)), Err(error)) if is_about_words(&message) => {
            assert_eq!(error.line, line, "{}", shown());
        }
        (Some((message, _)), Ok(_)) => assert!(!is_about_words(&message), "{}", shown()),
        (Some((_, line)), Err(error)) => assert!(error.line >= line, "{}", shown()),
    }
    ours.is_ok()
}

#[test]
fn words_are_refused_where_nginx_refuses_them() {
    let home = Home::new();
    let mut chance = Chance::new(8);
    let mut accepted = 0;
    for _ in 0..200 {
        let mut text = String::from("events{} http{ types {\n");
        for _ in 0..=chance.below(4) {
            text.push_str(&word(&mut chance));
            text.push_str(chance.one(&["", " ", "\n", ";", ";\n", " ;", " # c\n", "\r\n;"]));
            text.push_str(&word(&mut chance));
            text.push_str(chance.one(&[";", ";\n", ";", "", "{", "}"]));
        }
        text.push_str("\n} }\n");
        accepted += u32::from(same_judgement(&home, text.as_bytes()));
    }
    assert!((20..180).contains(&accepted), "{accepted}");
}

const SAMPLE: &str = r#"# a site
worker_processes 2; events { worker_connections 64; }
http {
    types { text/html html; text/css 'css'; }
    map $http_upgrade $c { default upgrade; '' ''; }
    log_format x '$remote_addr "$request" '
                 "\"$status\"";  # two words
    upstream api { server 127.0.0.1:1; keepalive 4; }
    server {
        listen 127.0.0.1:18080; access_log off;
        if ($host = 'a b') { return 200 "x;{}y\n"; }
        location ~ "^/a{2}\.php$" { proxy_pass http://api; proxy_set_header X ${host}x; }
        location / { root /var/www; add_header A '#'; }
    }
}
"#;

#[test]
fn changed_configurations_are_refused_where_nginx_refuses_them() {
    let home = Home::new();
    assert!(same_judgement(&home, SAMPLE.as_bytes()));
    let mut chance = Chance::new(9);
    let mut accepted = 0;
    for _ in 0..200 {
        let mut text = SAMPLE.as_bytes().to_vec();
        for _ in 0..=chance.below(2) {
            let at = chance.below(text.len());
            match chance.below(4) {
                0 => drop(text.remove(at)),
                1 => text.truncate(at),
                2 => text.insert(at, chance.one(b"{};\"'\\#$ \n)(\xff")),
                _ => {
                    let places: Vec<usize> = (0..text.len())
                        .filter(|n| b"{};\"'#\\".contains(&text[*n]))
                        .collect();
                    if !places.is_empty() {
                        text.remove(chance.one(&places));
                    }
                }
            }
            if text.is_empty() {
                break;
            }
        }
        accepted += u32::from(same_judgement(&home, &text));
    }
    assert!((20..180).contains(&accepted), "{accepted}");
}

#[test]
fn words_are_as_long_as_nginx_s_buffer() {
    let home = Home::new();
    for length in 4092..4098 {
        let x = "x".repeat(length);
        for line in [
            format!("{x} e;"),
            format!("a {x};"),
            format!("'{x}' e;"),
            format!("a \"{x}\";"),
            format!("# {x}\n"),
        ] {
            same_judgement(
                &home,
                format!("events{{}} http{{ types {{\n{line}\n}} }}").as_bytes(),
            );
        }
    }
}

/// What is a size or a time to nginx is one to us.
#[test]
fn values_are_taken_where_nginx_takes_them() {
    let home = Home::new();
    let values = [
        "0", "7", "16k", "16K", "1m", "1g", "1G", "k", "8kb", "1.5m", "-1", "65s", "1h30m",
        "30m1h", "1d 2h", "90", "100ms", "1s500ms", "2w", "1M", "1y", "1h1h", "m", "auto", "on",
        "OFF", "no",
    ];
    let directives = [
        "client_body_buffer_size",
        "client_max_body_size",
        "send_timeout",
        "open_file_cache_valid",
        "gzip",
        "keepalive_requests",
    ];
    for directive in directives {
        for value in values {
            let text = format!("events{{}} http{{ {directive} '{value}'; }}");
            let accepted = test(&home.main(text), "-t").accepted;
            let normal = Format::Nginx.normal(directive, value.as_bytes());
            let taken = !matches!(normal, Normal::Text(_));
            assert_eq!(taken, accepted, "{directive} {value}: {normal:?}");
        }
    }
}
