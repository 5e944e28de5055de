//! What a person does wrong, and what is said: every mistake is named, each
//! once, with its place and what to do, and nothing at all is written.
#![allow(clippy::disallowed_methods, reason = "runs the program on files")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod alone;
mod beside;
mod files;
mod inputs;
mod json;
mod outputs;
mod support;
mod templates;
mod together;
