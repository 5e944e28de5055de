//! What a server takes where nothing is set.
//!
//! Source: <https://docs.gunicorn.org/en/stable/settings.html>.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("backlog", EVER, "2048"),
    ("bind", EVER, "127.0.0.1:8000"),
    ("graceful_timeout", EVER, "30"),
    ("keepalive", EVER, "2"),
    ("max_requests", EVER, "0"),
    ("max_requests_jitter", EVER, "0"),
    ("preload_app", EVER, "False"),
    ("threads", EVER, "1"),
    ("timeout", EVER, "30"),
    ("worker_class", EVER, "sync"),
    ("worker_tmp_dir", EVER, "None"),
    ("workers", EVER, "1"),
];
