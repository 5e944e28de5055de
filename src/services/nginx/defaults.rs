//! What a server takes where nothing is set, on 64 bits with pages of 4 KiB.
//!
//! Source: <https://nginx.org/en/docs/ngx_core_module.html>,
//! <https://nginx.org/en/docs/http/ngx_http_core_module.html>,
//! <https://nginx.org/en/docs/http/ngx_http_proxy_module.html>,
//! <https://nginx.org/en/docs/http/ngx_http_gzip_module.html>.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("backlog", EVER, "511"),
    ("client_body_buffer_size", EVER, "16k"),
    ("client_header_buffer_size", EVER, "1k"),
    ("client_header_timeout", EVER, "60s"),
    ("client_max_body_size", EVER, "1m"),
    ("gzip", EVER, "off"),
    ("gzip_buffers", EVER, "32 4k"),
    ("gzip_min_length", EVER, "20"),
    ("keepalive_requests", EVER, "100"),
    ("keepalive_requests", (1, 19, 10), "1000"),
    ("keepalive_timeout", EVER, "75s"),
    ("large_client_header_buffers", EVER, "4 8k"),
    ("open_file_cache", EVER, "off"),
    ("output_buffers", EVER, "1 32k"),
    ("output_buffers", (1, 9, 5), "2 32k"),
    ("proxy_buffer_size", EVER, "4k"),
    ("proxy_buffers", EVER, "8 4k"),
    ("proxy_connect_timeout", EVER, "60s"),
    ("proxy_max_temp_file_size", EVER, "1024m"),
    ("server_tokens", EVER, "on"),
    ("ssl_session_cache", EVER, "none"),
    ("ssl_session_timeout", EVER, "5m"),
    ("worker_connections", EVER, "512"),
    ("worker_processes", EVER, "1"),
];

/// Of what stands in a block for one backend: `proxy_read_timeout.app`.
pub(super) const OF_A_BACKEND: &[Default] = &[
    ("keepalive_timeout", EVER, "60s"),
    ("proxy_read_timeout", EVER, "60s"),
];
