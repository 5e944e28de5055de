//! The rendered files before the real programs: every file of the golden trees
//! is read by the program that it is for, servers are started with the files
//! of a plan and asked what they took up, and values that try to break out of
//! their quotes come back as they were.
//!
//! Runs as root on Debian 12, where `tests/needs` has installed the programs;
//! one that is missing fails its tests. Servers listen on private sockets and
//! free ports, live in directories of their own, and end with their test.
#![allow(clippy::disallowed_methods, reason = "runs programs on files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod celery;
mod compose;
mod diff;
mod gunicorn;
mod hostile;
mod logrotate;
mod nginx;
mod node;
mod pinned;
mod postgresql;
mod pull_request;
mod redis;
mod shell;
mod started;
mod support;
mod sysctl;
mod systemd;
mod validators;
mod verify;
