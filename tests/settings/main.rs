//! The page of all settings against the code: every setting that a plan has has
//! its row, and each kind's versions are those at which its settings differ.
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]
#![allow(clippy::disallowed_methods, reason = "reads the repository")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test binary"
)]

#[path = "../laws/generator.rs"]
#[allow(dead_code, reason = "it is that of the laws")]
mod generator;
mod page;
mod rows;
mod versions;
