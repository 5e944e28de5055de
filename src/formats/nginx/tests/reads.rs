//! What nginx reads, all files together.

use std::collections::BTreeMap;

use super::super::super::{Format, Reading, Standing};

fn read(files: &[(&str, &str)]) -> Reading {
    let files: BTreeMap<String, Vec<u8>> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let mut readings = Format::Nginx.read(&files, "/etc/nginx/nginx.conf");
    assert_eq!(readings.len(), 1);
    readings.remove(0)
}

/// `file:line within / key = value` of each occurrence.
fn met(reading: &Reading) -> Vec<String> {
    let occurrences = reading.occurrences.iter();
    occurrences
        .map(|one| {
            let file = one.file.strip_prefix("/etc/nginx/").unwrap_or(&one.file);
            let within = one.within.iter().map(String::as_str);
            let path: Vec<&str> = within.chain([one.key.as_str()]).collect();
            let path = path.join(" / ");
            format!("{file}:{} {path} = {}", one.line, one.value)
        })
        .collect()
}

fn troubles(reading: &Reading) -> Vec<String> {
    let troubles = reading.troubles.iter();
    troubles.map(ToString::to_string).collect()
}

#[test]
fn includes_are_read_where_they_stand() {
    let reading = read(&[
        (
            "/etc/nginx/nginx.conf",
            "http {\n include conf.d/*.conf;\n gzip on;\n}\n",
        ),
        ("/etc/nginx/conf.d/b.conf", "\nserver { root /b; }"),
        ("/etc/nginx/conf.d/a.conf", "server { include root.inc; }"),
        ("/etc/nginx/conf.d/.c.conf", "server { root /c; }"),
        ("/etc/nginx/root.inc", "root /a;"),
    ]);
    assert_eq!(
        met(&reading),
        [
            "nginx.conf:1 http = ",
            "nginx.conf:2 http / include conf.d/*.conf = conf.d/*.conf",
            "conf.d/a.conf:1 http / server _ :80 = ",
            "conf.d/a.conf:1 http / server _ :80 / include root.inc = root.inc",
            "root.inc:1 http / server _ :80 / root = /a",
            "conf.d/b.conf:2 http / server _ :80 #2 = ",
            "conf.d/b.conf:2 http / server _ :80 #2 / root = /b",
            "nginx.conf:3 http / gzip = on",
        ]
    );
    assert_eq!(troubles(&reading), [""; 0]);
    let names = ["nginx.conf", "conf.d/a.conf", "root.inc", "conf.d/b.conf"];
    assert_eq!(
        reading.files,
        names.map(|name| format!("/etc/nginx/{name}"))
    );
}

#[test]
fn of_a_directive_that_stands_twice_the_first_counts() {
    let reading = read(&[
        (
            "/etc/nginx/nginx.conf",
            "http { gzip on; include x; return 1; }",
        ),
        ("/etc/nginx/x", "gzip off; return 2;"),
    ]);
    let http = ["http".to_owned()];
    assert_eq!(reading.effective(&http, "gzip").unwrap().value, "on");
    let lost = reading
        .occurrences
        .iter()
        .filter(|one| one.standing != Standing::Holds);
    assert_eq!(lost.count(), 1);
    assert_eq!(reading.effective(&http, "return #2").unwrap().value, "1");
}

#[test]
fn what_cannot_be_read_is_a_trouble() {
    let reading = read(&[
        (
            "/etc/nginx/nginx.conf",
            "include missing;\ninclude none/*;\ninclude d*;\ninclude bad;\ninclude ok;",
        ),
        ("/etc/nginx/d/x", ""),
        ("/etc/nginx/bad", "a b;\n c {"),
        ("/etc/nginx/ok", "a b;"),
    ]);
    assert_eq!(
        troubles(&reading),
        [
            "/etc/nginx/missing is not there",
            "/etc/nginx/d is a directory",
            "/etc/nginx/bad:2:5: the file ends inside the block 'c': a '}' is missing",
        ]
    );
    assert_eq!(met(&reading).last().unwrap(), "ok:1 a = b");
    assert!(read(&[]).occurrences.is_empty());
}

#[test]
fn circles_end() {
    let reading = read(&[
        ("/etc/nginx/nginx.conf", "a 1;\ninclude x;"),
        ("/etc/nginx/x", "\ninclude nginx.conf; b 2;"),
    ]);
    assert_eq!(
        troubles(&reading),
        ["/etc/nginx/nginx.conf is included in circles or too deeply, by /etc/nginx/x:2"]
    );
    assert_eq!(met(&reading).last().unwrap(), "x:2 b = 2");
}

#[test]
fn includes_are_followed_ten_deep() {
    let chain: Vec<(String, String)> = (0..12)
        .map(|n| {
            (
                format!("/etc/nginx/{n}"),
                format!("v{n} x;\ninclude {};", n + 1),
            )
        })
        .collect();
    let mut files: Vec<(&str, &str)> = chain
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    files.push(("/etc/nginx/nginx.conf", "include 1;"));
    let reading = read(&files);
    assert!(reading.effective(&[], "v10").is_some());
    assert!(reading.effective(&[], "v11").is_none());
    assert_eq!(
        troubles(&reading),
        ["/etc/nginx/11 is included in circles or too deeply, by /etc/nginx/10:2"]
    );
}

#[test]
fn includes_that_multiply_end() {
    let twice = |n: usize| format!("include {0};\n", n + 1).repeat(100);
    let chain: Vec<(String, String)> = (1..10)
        .map(|n| (format!("/etc/nginx/{n}"), twice(n)))
        .collect();
    let mut files: Vec<(&str, &str)> = chain
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let big = "#".repeat(4000) + "\n";
    let big = big.repeat(100);
    files.push(("/etc/nginx/10", &big));
    files.push(("/etc/nginx/nginx.conf", "include 1;"));
    let reading = read(&files);
    assert!(troubles(&reading)[0].contains("too deeply"));
}

#[test]
fn inner_blocks_take_what_an_outer_one_says_back() {
    let reading = read(&[(
        "/etc/nginx/nginx.conf",
        "http { keepalive_timeout 65; limit_conn a 1; proxy_read_timeout 1;\n\
         upstream u { keepalive_timeout 5; } map $x $y { keepalive_timeout 1; }\n\
         server { keepalive_timeout 7; location / { limit_conn b 2; } }\n\
         }",
    )]);
    let lines = |key: &str| {
        let http = ["http".to_owned()];
        let found = reading.overridden_within(Format::Nginx, &http, key);
        found.map(|one| one.value.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(lines("keepalive_timeout"), ["7"]);
    assert_eq!(lines("limit_conn a"), ["b 2"]);
    assert_eq!(lines("proxy_read_timeout"), [""; 0]);
}
