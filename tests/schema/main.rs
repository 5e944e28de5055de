//! The JSON Schemas: that they and the readers agree on every key, and that
//! what the program prints is as its schema says. A real validator decides.
#![expect(clippy::disallowed_methods, reason = "runs programs on files")]
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod editor;
mod keys;
mod outputs;
mod stacks;
mod validator;
