//! What a worker takes where nothing is set. Its concurrency is the number of
//! the host's processors, which is not known here.
//!
//! Source: <https://docs.celeryq.dev/en/stable/userguide/configuration.html>;
//! kombu's redis transport, `visibility_timeout`: 3600.

use crate::services::defaults::{Default, EVER};

pub(super) const DEFAULTS: &[Default] = &[
    ("result_expires", EVER, "86400"),
    ("task_soft_time_limit", EVER, "None"),
    ("task_time_limit", EVER, "None"),
    ("visibility_timeout", EVER, "3600"),
    ("worker_max_memory_per_child", EVER, "None"),
    ("worker_max_tasks_per_child", EVER, "None"),
    ("worker_prefetch_multiplier", EVER, "4"),
];
