//! What PM2 and Node take where nothing is set.
//!
//! Source: <https://pm2.keymetrics.io/docs/usage/application-declaration/>,
//! <https://nodejs.org/api/cli.html>, `UV_THREADPOOL_SIZE`; V8's young generation
//! is 16 MiB a semi-space on 64 bits.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("UV_THREADPOOL_SIZE", EVER, "4"),
    ("exec_mode", EVER, "fork"),
    ("instances", EVER, "1"),
    ("max-semi-space-size", EVER, "16"),
];
