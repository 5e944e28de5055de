//! Which directives nginx takes twice in one block.

use hosttune::formats::{Format, Repeated, Standing};

use super::disk::Disk;
use super::server::test;

/// What may stand twice, by the block that it stands in.
const TWICE: &[(&str, &[&str])] = &[
    ("", &["env A=1;", "error_log stderr;"]),
    ("events", &["debug_connection 10.0.0.1;"]),
    (
        "http",
        &[
            "access_log /dev/null;",
            "add_header A 1;",
            "add_trailer A 1;",
            "allow all;",
            "deny 10.0.0.1;",
            "error_page 404 /404.html;",
            "fastcgi_cache_methods HEAD;",
            "fastcgi_cache_use_stale error;",
            "fastcgi_cache_valid 200 1m;",
            "fastcgi_hide_header A;",
            "fastcgi_ignore_headers Expires;",
            "fastcgi_next_upstream error;",
            "fastcgi_param A 1;",
            "fastcgi_pass_header A;",
            "grpc_set_header A 1;",
            "gzip_proxied any;",
            "gzip_types text/css;",
            "include *.none;",
            "index a;",
            "log_format a b;",
            "proxy_cache_bypass $host;",
            "proxy_cache_valid 200 1m;",
            "proxy_cookie_domain a b;",
            "proxy_cookie_flags a secure;",
            "proxy_cookie_path /a /b;",
            "proxy_hide_header A;",
            "proxy_next_upstream error;",
            "proxy_no_cache $host;",
            "proxy_pass_header A;",
            "proxy_redirect /a /b;",
            "proxy_set_header A 1;",
            "proxy_ssl_protocols TLSv1.2;",
            "scgi_param A 1;",
            "set_real_ip_from 10.0.0.1;",
            "ssl_conf_command Options PrioritizeChaCha;",
            "ssl_protocols TLSv1.2;",
            "sub_filter a b;",
            "sub_filter_types text/css;",
            "uwsgi_param A 1;",
        ],
    ),
    ("http upstream a", &["server 127.0.0.1:1;"]),
    (
        "http server",
        &[
            "return 404;",
            "rewrite ^/a$ /b;",
            "server_name a;",
            "set $a 1;",
            "break;",
            "valid_referers a.org;",
        ],
    ),
    ("http types", &["text/a a;", "include *.none;"]),
    ("http geo $b", &["10.0.0.1 1;", "proxy 10.0.0.1;"]),
    ("http split_clients $host $b", &["1% a;"]),
];

/// What nginx takes once, by its block.
const ONCE: &[(&str, &str)] = &[
    ("", "worker_processes 1;"),
    ("", "worker_rlimit_nofile 64;"),
    ("", "worker_shutdown_timeout 9s;"),
    ("events", "worker_connections 64;"),
    ("http", "client_body_buffer_size 16k;"),
    ("http", "client_header_timeout 15s;"),
    ("http", "gzip on;"),
    ("http", "gzip_buffers 4 8k;"),
    ("http", "gzip_min_length 1k;"),
    ("http", "keepalive_requests 1000;"),
    ("http", "keepalive_timeout 65s;"),
    ("http", "large_client_header_buffers 4 8k;"),
    ("http", "open_file_cache max=100;"),
    ("http", "output_buffers 2 32k;"),
    ("http", "proxy_buffer_size 4k;"),
    ("http", "proxy_buffers 8 4k;"),
    ("http", "proxy_max_temp_file_size 1m;"),
    ("http", "proxy_read_timeout 60s;"),
    ("http", "root /x;"),
    ("http", "server_tokens off;"),
    ("http upstream a", "keepalive 4;"),
    ("http map $a $b", "x y;"),
];

/// A configuration with these lines in one block.
fn around(block: &str, lines: &str) -> String {
    let mut text = lines.to_owned();
    match block {
        "" => return format!("{text}\nevents {{}}\n"),
        "events" => return format!("events {{\n{text}\n}}\n"),
        // A map is made for what uses its variable.
        "http map $a $b" => {
            return format!(
                "events {{}}\nhttp {{\nmap $host $b {{\n{text}\n}}\n\
                 server {{ return 200 $b; }}\n}}\n"
            );
        }
        "http upstream a" if !lines.contains("server") => {
            text = format!("server 127.0.0.1:1;\n{text}");
        }
        _ => {}
    }
    match block.strip_prefix("http ") {
        Some(inner) => format!("events {{}}\nhttp {{\n{inner} {{\n{text}\n}}\n}}\n"),
        None => format!("events {{}}\nhttp {{\n{text}\n}}\n"),
    }
}

/// Whether nginx takes a configuration, and whether all of it counts to us.
fn judged(text: &str) -> (bool, bool, String) {
    let home = tempfile::tempdir().unwrap();
    let main = home.path().join("nginx.conf");
    std::fs::write(&main, text).unwrap();
    let answer = test(&main, "-t");
    let readings = Format::Nginx.read(&Disk, main.to_str().unwrap());
    let mut ours = readings[0].occurrences.iter();
    let all = ours.all(|one| one.standing == Standing::Holds);
    (answer.accepted, all, format!("{:?}", answer.wrong()))
}

#[test]
fn what_nginx_takes_twice_counts_twice() {
    assert_eq!(Format::Nginx.repeated(), Repeated::Refused);
    for (block, lines) in TWICE {
        let seconds = lines.iter().map(|line| {
            // These want names of their own.
            let line = line.replace("log_format a", "log_format b");
            line.replace("referers a.org", "referers b.org")
        });
        let lines = lines.iter().map(|line| (*line).to_owned());
        let text = around(block, &lines.chain(seconds).collect::<Vec<_>>().join("\n"));
        let (accepted, counts, wrong) = judged(&text);
        assert!(accepted && counts, "{text}\n{wrong}");
    }
}

#[test]
fn what_nginx_takes_once_counts_once() {
    for (block, line) in ONCE {
        let (accepted, counts, wrong) = judged(&around(block, &format!("{line}\n{line}")));
        assert!(!accepted && !counts, "{line} {wrong}");
        let (accepted, counts, wrong) = judged(&around(block, line));
        assert!(accepted && counts, "{line} {wrong}");
    }
}
