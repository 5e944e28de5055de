//! Which directives may stand several times in one block, and what tells them
//! apart there. What they are set to is not known here.
//!
//! Source: <https://nginx.org/en/docs/dirindex.html>; that nginx takes each of
//! them twice is tried in tests/formats/nginx.rs.

use super::super::Repeated;

/// What tells a directive from others of its name in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing: nginx takes one.
    Alone,
    /// Its first argument.
    First,
    /// Its first argument up to '=': a variable of the environment.
    Variable,
    /// All arguments but the last: codes and what they lead to.
    AllButLast,
    /// The name of a zone: `zone=name:size`, `zone=name`.
    Zone,
    /// Its place among them: what they say is put together.
    Place,
}

/// A directive that stands twice is refused, unless it is told apart.
pub(super) const REPEATED: Repeated = Repeated::Refused;

/// What tells a directive from others of its name.
pub(super) fn told(name: &str) -> Told {
    match name {
        "access_log" | "add_header" | "add_trailer" | "allow" | "auth_request_set"
        | "debug_connection" | "deny" | "error_log" | "include" | "js_import" | "js_path"
        | "js_set" | "js_var" | "limit_conn" | "listen" | "load_module" | "log_format"
        | "lua_shared_dict" | "mirror" | "perl_modules" | "perl_require" | "perl_set"
        | "rewrite" | "server" | "set" | "set_by_lua" | "set_by_lua_block" | "set_by_lua_file"
        | "set_real_ip_from" | "ssl_conf_command" | "sub_filter" | "xslt_param"
        | "xslt_string_param" | "xslt_stylesheet" => Told::First,
        "env" => Told::Variable,
        "error_page" => Told::AllButLast,
        "limit_conn_zone" | "limit_req" | "limit_req_zone" => Told::Zone,
        "break"
        | "dav_methods"
        | "echo"
        | "gzip_proxied"
        | "index"
        | "return"
        | "server_name"
        | "ssl_certificate"
        | "ssl_certificate_key"
        | "ssl_protocols"
        | "valid_referers"
        | "more_set_headers"
        | "more_clear_headers" => Told::Place,
        _ if name.ends_with("_types") => Told::Place,
        _ => of_a_family(name),
    }
}

/// What each of the modules that pass requests on has under its own prefix.
fn of_a_family(name: &str) -> Told {
    let Some((family, rest)) = name.split_once('_') else {
        return Told::Alone;
    };
    if !["proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached"].contains(&family) {
        return Told::Alone;
    }
    match rest {
        "cache_path" | "cookie_domain" | "cookie_flags" | "cookie_path" | "hide_header"
        | "param" | "pass_header" | "redirect" | "set_header" | "ssl_conf_command" => Told::First,
        "cache_valid" => Told::AllButLast,
        "cache_bypass" | "cache_methods" | "cache_use_stale" | "ignore_headers"
        | "next_upstream" | "no_cache" | "ssl_protocols" => Told::Place,
        _ => Told::Alone,
    }
}

/// What tells an entry of a `map` and its kin from others of its name.
pub(super) fn told_in(block: &str, entry: &str, arguments: usize) -> Told {
    match (block, entry) {
        (_, "include") if arguments == 1 => Told::First,
        ("geo", "proxy") => Told::First,
        // The same value twice is refused.
        ("map", _) => Told::Alone,
        _ => Told::Place,
    }
}
