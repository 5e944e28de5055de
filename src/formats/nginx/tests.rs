//! What the editor of `nginx.conf` does, case by case.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[cfg(test)]
mod edits;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reads;

use super::super::{Document, Format, Malformed, Normal};

fn parse(text: &str) -> Document {
    Document::parse(Format::Nginx, text.as_bytes()).unwrap()
}

fn refused(text: impl AsRef<[u8]>) -> Malformed {
    Document::parse(Format::Nginx, text.as_ref()).unwrap_err()
}

/// `within / key = value` of each statement.
fn said(text: &str) -> Vec<String> {
    let document = parse(text);
    let statements = document.statements().iter();
    statements
        .map(|one| {
            let within = one.within.iter().map(String::as_str);
            let path: Vec<&str> = within.chain([one.key.as_str()]).collect();
            let path = path.join(" / ");
            format!("{path} = {}", one.value)
        })
        .collect()
}

/// The values of the directives of a file, which has no blocks.
fn values(text: &str) -> Vec<String> {
    let document = parse(text);
    let values = document.statements().iter();
    values.map(|one| one.value.to_string()).collect()
}

#[test]
fn a_directive_is_a_name_and_its_arguments() {
    assert_eq!(
        said("worker_processes 4;\n\tgzip_types\ttext/css # and\n  text/xml ;ip_hash;"),
        [
            "worker_processes = 4",
            "gzip_types = text/css text/xml",
            "ip_hash = "
        ]
    );
    let document = parse("a  b 'c d' ;ip_hash ;");
    let written = |n: usize| document.written(&document.statements()[n].value_at);
    assert_eq!(written(0), b"b 'c d'");
    assert_eq!(
        document.written(&document.statements()[0].at),
        b"a  b 'c d' ;"
    );
    assert_eq!(written(1), b"");
}

#[test]
fn quotes_and_backslashes_are_as_nginx_has_them() {
    assert_eq!(
        values("a 'b \"c; {'; a \"it's\"; a '';"),
        ["b \"c; {", "it's", ""]
    );
    assert_eq!(
        values(r#"a "\"\t\n\\\q"; a \"b\;c;"#),
        ["\"\t\n\\\\q", r#""b\;c"#]
    );
    // A quote inside a word is part of it, and so is '}', '#'.
    assert_eq!(values("a b'c; a b}c; a b#c;"), ["b'c", "b}c", "b#c"]);
}

#[test]
fn a_brace_behind_a_dollar_belongs_to_its_word() {
    assert_eq!(
        values("a ${b}c; a x${{y; a ${b c};"),
        ["${b}c", "x${{y", "${b c}"]
    );
    assert_eq!(said("if ($x) { a $b{ c; } }")[1], "if ($x) / a $b = $b");
}

#[test]
fn blocks_are_called_by_their_directive_and_its_arguments() {
    assert_eq!(
        said(
            "http { upstream api { server a:1 weight=2; server b:1; }\n\
              server { location ~ \"\\.php$\" { if ($x = y) { return 403; } } } }"
        ),
        [
            "http = ",
            "http / upstream api = api",
            "http / upstream api / server a:1 = a:1 weight=2",
            "http / upstream api / server b:1 = b:1",
            "http / server _ :80 = ",
            "http / server _ :80 / location ~ \\.php$ = ~ \\.php$",
            "http / server _ :80 / location ~ \\.php$ / if ($x = y) = ($x = y)",
            "http / server _ :80 / location ~ \\.php$ / if ($x = y) / return = 403",
        ]
    );
}

#[test]
fn servers_are_told_apart_by_their_first_name_and_endpoint() {
    let named = |inside: &str| {
        let text = format!("server {{ {inside} }}");
        parse(&text).statements()[0].key.clone()
    };
    for (inside, expected) in [
        ("", "server _ :80"),
        (
            "server_name a.org b.org; listen 443 ssl;",
            "server a.org :443",
        ),
        (
            "root /x; listen [::]:80; listen 81; server_name a;",
            "server a :80",
        ),
        ("listen *:8080;", "server _ :8080"),
        ("listen 127.0.0.1;", "server _ 127.0.0.1:80"),
        ("listen [::1];", "server _ [::1]:80"),
        ("listen [::1]:81;", "server _ [::1]:81"),
        ("listen unix:/run/x;", "server _ unix:/run/x"),
        (
            "server_name ''; listen localhost:90;",
            "server _ localhost:90",
        ),
        ("location / { listen 1; }", "server _ :80"),
    ] {
        assert_eq!(named(inside), expected, "{inside}");
    }
    let keys = said("server{} server{ root /a; } server{} location / {} location / {}");
    assert_eq!(keys[1], "server _ :80 #2 = ");
    assert_eq!(keys[2], "server _ :80 #2 / root = /a");
    assert_eq!(keys[3], "server _ :80 #3 = ");
    assert_eq!(keys[5], "location / #2 = /");
}

#[test]
fn what_may_stand_twice_is_told_apart() {
    for (directive, expected) in [
        ("limit_conn tune_requests 192;", "limit_conn tune_requests"),
        (
            "limit_conn_zone $hostname zone=tune_requests:1m;",
            "limit_conn_zone tune_requests",
        ),
        (
            "limit_req zone=tune_rate burst=9 nodelay;",
            "limit_req tune_rate",
        ),
        ("proxy_set_header Host $host;", "proxy_set_header Host"),
        ("listen 80 backlog=511;", "listen 80"),
        ("env TZ=UTC;", "env TZ"),
        ("error_page 500 502 /50x.html;", "error_page 500 502"),
        ("proxy_cache_valid 200 10m;", "proxy_cache_valid 200"),
        ("proxy_cache_valid 10m;", "proxy_cache_valid"),
        ("proxy_buffers 4 8k;", "proxy_buffers"),
        ("grpc_set_header Host x;", "grpc_set_header Host"),
    ] {
        assert_eq!(parse(directive).statements()[0].key, expected);
    }
    assert_eq!(
        said("add_header A 1; add_header A 2; return 1; return 2; gzip on; gzip off;"),
        [
            "add_header A = A 1",
            "add_header A #2 = A 2",
            "return = 1",
            "return #2 = 2",
            // nginx refuses the second, so that it is not another.
            "gzip = on",
            "gzip = off",
        ]
    );
}

#[test]
fn the_lines_of_a_map_are_entries() {
    assert_eq!(
        said("map $a $b { default x; '' y; \"a b\" z; include m/*; } types { t/x a; t/x b; }")[1..],
        [
            "map $a $b / default = x",
            "map $a $b /  = y",
            "map $a $b / a b = z",
            "map $a $b / include m/* = m/*",
            "types = ",
            "types / t/x = a",
            "types / t/x #2 = b",
        ]
    );
    assert_eq!(refused("map $a $b { x { } }").column, 15);
}

#[test]
fn lua_is_opaque() {
    let code =
        " if a then s = \"}\\\"\" .. '}' .. [==[ }]] ]==] end -- }\n --[[ }\n ]] t = { [1] = 2 } ";
    let text = format!("content_by_lua_block {{{code}}}\nset_by_lua_block $x {{return 1}} a b;");
    let document = parse(&text);
    let said: Vec<_> = document.statements().iter().collect();
    assert_eq!(said[0].key, "content_by_lua_block");
    assert_eq!(said[0].value, code);
    assert_eq!(document.written(&said[0].value_at), code.as_bytes());
    assert_eq!(
        (said[1].key.as_str(), &said[1].value[..]),
        ("set_by_lua_block $x", &b"return 1"[..])
    );
    assert_eq!(said[2].key, "a");
    for endless in [
        "{",
        "{ '",
        "{ [[ }",
        "{ -- }",
        "{ --[[ }",
        "{ {}",
        "{ \"\\\" }",
    ] {
        let error = refused(format!("http {{\nx_by_lua_block {endless}"));
        assert_eq!((error.line, error.column), (2, 16), "{endless}");
    }
}

#[test]
fn what_nginx_does_not_take_is_refused_with_its_place() {
    for (text, line, column, message) in [
        ("\u{feff}user x;", 1, 1, "byte order mark"),
        ("a b\n", 2, 1, "ends inside a directive"),
        ("a 'b;\n", 2, 1, "ends inside a directive"),
        ("a \\", 1, 4, "ends inside a directive"),
        ("http {\n", 2, 1, "inside the block 'http'"),
        ("a;\n}", 2, 1, "unexpected '}'"),
        ("x {\n  a }", 2, 5, "unexpected '}'"),
        (";", 1, 1, "unexpected ';'"),
        ("{", 1, 1, "unexpected '{'"),
        ("a \"b\"c;", 1, 6, "unexpected 'c'"),
        ("a 'b'#c", 1, 6, "unexpected '#'"),
    ] {
        let error = refused(text);
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{text:?}: {error}"
        );
        assert!(error.message.contains(message), "{text:?}: {error}");
    }
    // A parenthesis may follow a quote: it begins a word.
    assert_eq!(values("a ('b') x;"), ["('b') x"]);
    assert_eq!(values("a 'b')x;"), ["b )x"]);
}

#[test]
fn a_word_or_comment_has_to_fit_nginx_s_buffer() {
    let x = |length: usize| "x".repeat(length);
    for fits in [
        format!("a {};", x(4095)),
        format!("a {} ;", x(4094)),
        format!("a '{}';", x(4094)),
        format!("a '{}' ;", x(4093)),
        format!("#{}\n", x(4094)),
        format!("#{}", x(4095)),
    ] {
        parse(&fits);
    }
    for (long, column) in [
        (format!("a {};", x(4096)), 3),
        (format!("a {} ;", x(4095)), 3),
        (format!("a '{}';", x(4095)), 3),
        (format!("a '{}' ;", x(4094)), 3),
        (format!("#{}\n", x(4095)), 1),
        (format!("#{}", x(4096)), 1),
    ] {
        let error = refused(&long);
        assert_eq!((error.line, error.column), (1, column));
    }
}

#[test]
fn any_bytes_may_stand_in_comments_and_words() {
    let text = b"# \xff\r\na \xfe\x00;\r\nadd_header \xe9 b; # \xff";
    let document = Document::parse(Format::Nginx, text.as_slice()).unwrap();
    assert_eq!(document.bytes(), text);
    assert_eq!(document.statements()[0].value, &b"\xfe\x00"[..]);
    assert_eq!(document.statements()[1].key, "add_header \\xe9");
    assert_eq!(document.line(document.statements()[1].at.start), 3);
}

#[test]
fn blocks_stand_in_one_another_up_to_a_bound() {
    let nested = |depth: usize| format!("{}{}", "a{".repeat(depth), "}".repeat(depth));
    parse(&nested(48));
    assert_eq!(refused(nested(49)).column, 98);
    assert_eq!(refused("a{".repeat(1_000_000)).column, 98);
}

#[test]
fn a_spelling_is_no_difference() {
    let normal = |key: &str, value: &str| Format::Nginx.normal(key, value.as_bytes());
    for (key, one, other) in [
        ("client_body_buffer_size", "16k", "16384"),
        ("client_max_body_size", "1g", "1024M"),
        ("keepalive_timeout", "65", "65s"),
        ("keepalive_timeout", "65 1m", "65s 60"),
        ("client_header_timeout", "1m30s", "90000ms"),
        ("ssl_session_timeout", "1d 12h", "36h"),
        ("gzip", "ON", "on"),
        ("worker_connections", "0768", "768"),
        ("proxy_buffers", "4 8k", "4 8192"),
        ("limit_conn_zone z", "$x zone=z:1m", "$x zone=z:1024K"),
        ("open_file_cache", "max=9 inactive=60s", "max=9 inactive=1m"),
        (
            "access_log /x",
            "/x combined buffer=32k flush=5s",
            "/x combined buffer=32768 flush=5000ms",
        ),
        (
            "proxy_cache_path /x",
            "/x keys_zone=a:1m max_size=1g",
            "/x keys_zone=a:1024k max_size=1024m",
        ),
        ("ssl_session_cache", "shared:a:1m", "shared:a:1048576"),
        ("server a", "a fail_timeout=10", "a fail_timeout=10s"),
    ] {
        assert_eq!(normal(key, one), normal(key, other), "{key}");
    }
    for (key, value) in [
        ("gzip_window", "1g"),
        ("client_header_timeout", "1y"),
        ("ssl_session_timeout", "1ms"),
        ("keepalive_time", "30m1h"),
        ("worker_processes", "auto"),
        ("server_tokens", "build"),
        ("set $a", "$a 16k"),
        ("client_body_timeout", ""),
    ] {
        assert_eq!(normal(key, value), Normal::text(value.as_bytes()), "{key}");
    }
}

#[test]
fn a_value_is_spelled_as_a_person_does() {
    let spell = |key: &str, value: &str| {
        let normal = Format::Nginx.normal(key, value.as_bytes());
        Format::Nginx.spell(key, &normal)
    };
    for (key, value, expected) in [
        ("client_body_buffer_size", "16384", "16k"),
        ("client_max_body_size", "1g", "1024m"),
        ("client_max_body_size", "0", "0"),
        ("gzip_min_length", "1000", "1000"),
        ("worker_shutdown_timeout", "35", "35s"),
        ("proxy_read_timeout", "5m", "300s"),
        ("keepalive_time", "1h", "1h"),
        ("keepalive_time", "5400", "90m"),
        ("ssl_session_timeout", "48h", "2d"),
        ("resolver_timeout", "1500ms", "1500ms"),
        ("proxy_buffers", "4 8192", "4 8k"),
        ("limit_conn_zone z", "$x zone=z:1048576", "$x zone=z:1m"),
        ("sendfile", "ON", "on"),
        ("log_format a", "a;b", "\"a;b\""),
    ] {
        assert_eq!(spell(key, value), expected, "{key}");
    }
}

#[test]
fn secrets_are_known_by_their_names() {
    for (key, secret) in [
        ("proxy_set_header Authorization", true),
        ("fastcgi_param DB_PASSWORD", true),
        ("proxy_set_header X-Api-Key", true),
        ("set $secret", true),
        ("secure_link_md5", true),
        ("auth_http_header", true),
        ("server_tokens", false),
        ("ssl_certificate_key", false),
        ("ssl_password_file", false),
        ("auth_basic_user_file", false),
        ("proxy_set_header Host", false),
        ("proxy_cache_key", false),
    ] {
        assert_eq!(Format::Nginx.is_secret(key, b""), secret, "{key}");
    }
}
