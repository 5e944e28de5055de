//! Configurations of all shapes, as both nginx and crossplane read them.

use std::fmt::Write as _;

use super::chance::Chance;

const LEAVES: &[&str] = &[
    "root",
    "gzip",
    "add_header",
    "proxy_set_header",
    "limit_conn",
    "set",
    "return",
    "index",
    "rewrite",
    "gzip_types",
    "proxy_buffers",
    "error_page",
    "keepalive_timeout",
    "env",
    "allow",
    "access_log",
    "limit_req",
    "listen",
    "server_name",
    "fastcgi_param",
    "ip_hash",
    "unknown_one",
];
const BLOCKS: &[&str] = &[
    "http",
    "server",
    "location /",
    "location ~ \\.php$",
    "location ~ '^/a{2}'",
    "events",
    "upstream api",
    "if ($a = b)",
    "if (-f $request_filename)",
    "limit_except GET",
    "stream",
    "map $a $b",
    "types",
    "geo $c",
];
const WORDS: &[&str] = &[
    "on",
    "off",
    "80",
    "[::]:443",
    "8k",
    "1h30m",
    "zone=tune:1m",
    "$host",
    "${host}:80",
    "a${b}c",
    "/var/www",
    "~*\\.(gif|jpe?g)$",
    "^/(.*)$",
    "http://$x/y?z=1",
    "it's",
    "a\"b",
    "a#b",
    "é",
    "=",
    "'a b'",
    "\"a b\"",
    "''",
    "\"\"",
    "'{'",
    "\"}\"",
    "';'",
    "'# no'",
    "\"it's\"",
    "'say \"x\"'",
    "\"say \\\"x\\\"\"",
    "\"two\nlines\"",
    "'$a{b'",
];
const LUA: &[&str] = &[
    " ngx.say('}') ",
    "\n  -- }\n  if a then return { 1, { 2 } } end\n",
    " local s = \"{\" ",
    "",
];

/// A configuration with its includes: names and texts, the first the main file.
pub(super) fn configuration(chance: &mut Chance) -> Vec<(String, String)> {
    let mut files = vec![("nginx.conf".to_owned(), file(chance, true))];
    for name in [
        "conf.d/a.conf",
        "conf.d/b.conf",
        "conf.d/.hidden.conf",
        "plain.inc",
    ] {
        files.push((name.to_owned(), file(chance, false)));
    }
    files
}

fn file(chance: &mut Chance, includes: bool) -> String {
    let mut text = String::new();
    for _ in 0..=chance.below(5) {
        directive(chance, &mut text, 0, includes);
    }
    if chance.once_in(4) {
        text.push_str("# the end");
    }
    // Lines in quotes and in Lua would be others to crossplane.
    let lines = text.contains("two\nlines") || text.contains("-- }");
    if chance.once_in(6) && !lines {
        text = text.replace('\n', "\r\n");
    }
    text
}

fn directive(chance: &mut Chance, text: &mut String, depth: usize, includes: bool) {
    text.push_str(&"\t".repeat(depth));
    match chance.below(12) {
        0..4 if depth < 5 => block(chance, text, depth, includes),
        4 => text.push_str("# a comment; with { all } \"kinds\n"),
        5 if includes => {
            text.push_str(chance.one(&["include conf.d/*.conf;\n", "include 'plain.inc';\n"]));
        }
        6 if chance.once_in(2) => {
            let name = chance.one(&["content_by_lua_block", "set_by_lua_block $x"]);
            let code = chance.one(LUA);
            writeln!(text, "{name} {{{code}}}").unwrap();
        }
        _ => {
            text.push_str(chance.one(LEAVES));
            words(chance, text);
            text.push_str(chance.one(&[";", " ;", "\n;"]));
            text.push_str(chance.one(&["\n", " ", "", " # note\n"]));
        }
    }
}

fn words(chance: &mut Chance, text: &mut String) {
    for _ in 0..chance.below(4) {
        text.push_str(chance.one(&[" ", " ", "\t", "  ", "\n", " # aside\n"]));
        text.push_str(chance.one(WORDS));
    }
}

fn block(chance: &mut Chance, text: &mut String, depth: usize, includes: bool) {
    let name = chance.one(BLOCKS);
    text.push_str(name);
    text.push_str(chance.one(&[" {", "\n{", " { # note\n", " {\n"]));
    text.push_str(chance.one(&["", " ", "\n"]));
    let entries = ["map", "types", "geo"]
        .iter()
        .any(|one| name.starts_with(one));
    for _ in 0..chance.below(5) {
        if entries {
            text.push_str(chance.one(&["default", "~^a", "'x y'", "text/css", "10.0.0.0/8"]));
            text.push(' ');
            text.push_str(chance.one(WORDS));
            text.push_str(";\n");
        } else {
            directive(chance, text, depth + 1, includes);
        }
    }
    text.push_str(chance.one(&["}", "\n}\n", " } ", "}\n"]));
}
