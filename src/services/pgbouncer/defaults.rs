//! What a pooler takes where nothing is set.
//!
//! Source: <https://www.pgbouncer.org/config.html>; `SHOW CONFIG` of 1.18.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("default_pool_size", EVER, "20"),
    ("listen_port", EVER, "6432"),
    ("max_client_conn", EVER, "100"),
    ("max_db_connections", EVER, "0"),
    ("max_prepared_statements", (1, 21, 0), "0"),
    ("max_prepared_statements", (1, 24, 0), "200"),
    ("pool_mode", EVER, "session"),
    ("query_wait_timeout", EVER, "120"),
    ("reserve_pool_size", EVER, "0"),
    ("server_idle_timeout", EVER, "600"),
    ("server_lifetime", EVER, "3600"),
];
