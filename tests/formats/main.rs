//! The lossless editors against the programs whose files they edit: for
//! generated and edited files, what we read of every setting is what the
//! program reads.
//!
//! Runs as root on Debian 12, where `tests/needs` has installed the programs;
//! one that is missing fails its tests.
#![allow(clippy::disallowed_methods, reason = "runs programs on files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod compose;
mod dice;
mod environment;
mod fstab;
mod javascript;
mod logrotate;
mod nginx;
mod oracle;
mod pgbouncer;
mod postgresql;
mod programs;
mod python;
mod redis;
#[path = "../live/support/mod.rs"]
#[allow(dead_code, reason = "the live tests use the rest")]
mod support;
mod sysctl;
mod systemd;
mod toml;
