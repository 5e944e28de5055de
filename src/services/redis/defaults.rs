//! What a server takes where nothing is set.
//!
//! Source: `CONFIG GET *` of redis-server 7.0 without a file; config.c of 6.2 to 8.0.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("appendfsync", EVER, "everysec"),
    ("appendonly", EVER, "no"),
    ("client-output-buffer-limit normal", EVER, "0 0 0"),
    ("client-output-buffer-limit pubsub", EVER, "32mb 8mb 60"),
    ("client-query-buffer-limit", EVER, "1gb"),
    ("io-threads", EVER, "1"),
    ("maxclients", EVER, "10000"),
    ("maxmemory", EVER, "0"),
    ("maxmemory-clients", (7, 0, 0), "0"),
    ("maxmemory-policy", EVER, "noeviction"),
    ("port", EVER, "6379"),
    ("protected-mode", EVER, "yes"),
    ("save", EVER, "3600 1 300 100 60 10000"),
];
