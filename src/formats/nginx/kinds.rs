//! What nginx's directives take: a size, a time, a number, on or off. How each
//! is spelled is not known here.
//!
//! Source: <https://nginx.org/en/docs/dirindex.html> and, for which of nginx's
//! readers a directive has, the `ngx_command_t` tables of its modules.

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bytes, with `k` and `m`.
    Size,
    /// Bytes, with `k`, `m` and `g`.
    Offset,
    /// A time; without a unit it is seconds.
    Time,
    /// The same, but in whole seconds, with `M` and `y`.
    Seconds,
    /// One time, or two.
    Times,
    /// A whole number.
    Number,
    /// `on` or `off`.
    Flag,
    /// A number of buffers, and their size.
    Buffers,
    /// `name=value` or `name:size`, and words.
    Parameters,
    /// Words.
    Words,
}

/// What each directive takes.
const TAKES: &[(Kind, &[&str])] = &[
    (
        Kind::Size,
        &[
            "client_body_buffer_size",
            "client_header_buffer_size",
            "connection_pool_size",
            "gzip_hash",
            "gzip_min_length",
            "gzip_window",
            "http2_chunk_size",
            "http2_recv_buffer_size",
            "limit_rate",
            "limit_rate_after",
            "mp4_buffer_size",
            "mp4_max_buffer_size",
            "postpone_output",
            "preread_buffer_size",
            "read_ahead",
            "request_pool_size",
            "send_lowat",
            "sendfile_max_chunk",
            "ssl_buffer_size",
            "subrequest_output_buffer_size",
        ],
    ),
    (
        Kind::Offset,
        &[
            "client_max_body_size",
            "directio",
            "directio_alignment",
            "slice",
            "worker_rlimit_core",
        ],
    ),
    (
        Kind::Time,
        &[
            "accept_mutex_delay",
            "client_body_timeout",
            "client_header_timeout",
            "keepalive_min_timeout",
            "keepalive_time",
            "lingering_time",
            "lingering_timeout",
            "preread_timeout",
            "proxy_timeout",
            "resolver_timeout",
            "send_timeout",
            "ssl_handshake_timeout",
            "timer_resolution",
            "worker_shutdown_timeout",
        ],
    ),
    (Kind::Times, &["keepalive_timeout"]),
    (
        Kind::Seconds,
        &["open_file_cache_valid", "ssl_session_timeout"],
    ),
    (
        Kind::Number,
        &[
            "gzip_comp_level",
            "http2_max_concurrent_streams",
            "keepalive",
            "keepalive_requests",
            "limit_conn_status",
            "limit_req_status",
            "map_hash_bucket_size",
            "map_hash_max_size",
            "max_ranges",
            "open_file_cache_min_uses",
            "proxy_headers_hash_bucket_size",
            "proxy_headers_hash_max_size",
            "server_names_hash_bucket_size",
            "server_names_hash_max_size",
            "ssl_verify_depth",
            "types_hash_bucket_size",
            "types_hash_max_size",
            "variables_hash_bucket_size",
            "variables_hash_max_size",
            "worker_connections",
            "worker_processes",
            "worker_rlimit_nofile",
        ],
    ),
    (
        Kind::Flag,
        &[
            "absolute_redirect",
            "accept_mutex",
            "autoindex",
            "chunked_transfer_encoding",
            "daemon",
            "etag",
            "gunzip",
            "gzip",
            "gzip_static",
            "gzip_vary",
            "http2",
            "ignore_invalid_headers",
            "log_not_found",
            "log_subrequest",
            "master_process",
            "merge_slashes",
            "multi_accept",
            "open_file_cache_errors",
            "pcre_jit",
            "port_in_redirect",
            "real_ip_recursive",
            "recursive_error_pages",
            "reset_timedout_connection",
            "sendfile",
            "server_name_in_redirect",
            "server_tokens",
            "ssi",
            "ssl_early_data",
            "ssl_prefer_server_ciphers",
            "ssl_session_tickets",
            "ssl_stapling",
            "ssl_stapling_verify",
            "tcp_nodelay",
            "tcp_nopush",
            "underscores_in_headers",
        ],
    ),
    (
        Kind::Buffers,
        &[
            "gzip_buffers",
            "large_client_header_buffers",
            "output_buffers",
        ],
    ),
    (
        Kind::Parameters,
        &[
            "access_log",
            "limit_conn_zone",
            "limit_req_zone",
            "listen",
            "open_file_cache",
            "resolver",
            "server",
            "ssl_session_cache",
        ],
    ),
];

/// What a directive takes.
pub(super) fn kind(name: &str) -> Kind {
    let found = TAKES.iter().find(|(_, names)| names.contains(&name));
    found.map_or_else(|| of_a_family(name), |(kind, _)| *kind)
}

/// What each of the modules that pass requests on has under its own prefix.
fn of_a_family(name: &str) -> Kind {
    let Some((family, rest)) = name.split_once('_') else {
        return Kind::Words;
    };
    if !["proxy", "fastcgi", "uwsgi", "scgi", "grpc", "memcached"].contains(&family) {
        return Kind::Words;
    }
    match rest {
        "buffer_size"
        | "busy_buffers_size"
        | "limit_rate"
        | "max_temp_file_size"
        | "temp_file_write_size" => Kind::Size,
        "cache_max_range_offset" => Kind::Offset,
        "cache_lock_age"
        | "cache_lock_timeout"
        | "connect_timeout"
        | "next_upstream_timeout"
        | "read_timeout"
        | "send_timeout" => Kind::Time,
        "cache_min_uses" | "next_upstream_tries" => Kind::Number,
        "buffers" => Kind::Buffers,
        "cache_path" => Kind::Parameters,
        "buffering"
        | "cache_background_update"
        | "cache_lock"
        | "cache_revalidate"
        | "ignore_client_abort"
        | "intercept_errors"
        | "pass_request_body"
        | "pass_request_headers"
        | "request_buffering"
        | "socket_keepalive"
        | "ssl_server_name"
        | "ssl_session_reuse"
        | "ssl_verify" => Kind::Flag,
        _ => Kind::Words,
    }
}

/// What the parameter `name=` of a directive takes.
pub(super) fn parameter(name: &str) -> Kind {
    match name {
        "buffer" | "rcvbuf" | "sndbuf" => Kind::Size,
        "max_size" | "min_free" => Kind::Offset,
        "flush" | "loader_sleep" | "loader_threshold" | "manager_sleep" | "manager_threshold"
        | "purger_sleep" | "purger_threshold" | "slow_start" => Kind::Time,
        "fail_timeout" | "inactive" | "valid" => Kind::Seconds,
        "backlog" | "loader_files" | "manager_files" | "max" | "max_conns" | "max_fails"
        | "weight" => Kind::Number,
        "zone" | "keys_zone" => Kind::Parameters,
        _ => Kind::Words,
    }
}
