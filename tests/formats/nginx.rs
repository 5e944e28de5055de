//! nginx and crossplane as the oracles of the editor of `nginx.conf`.
//!
//! Where the two differ, nginx is right, and files for crossplane leave it out.
//! crossplane 0.5.8
//! - ends a word at '}', which to nginx is a part of it;
//! - keeps the backslash of `\t`, `\r`, `\n`, `\\`;
//! - takes a word directly behind a closing quote, and words of any length;
//! - takes a blank behind `${a}` for a part of the word;
//! - reads CR LF in quotes as LF, and Unicode's blanks as blanks;
//! - knows none of Lua's `[[`, and no quote in Lua that is not closed.
#![allow(clippy::disallowed_methods, reason = "runs programs on files")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod chance;
mod crossplane;
mod disk;
mod generated;
mod includes;
mod lexed;
mod repeated;
mod server;
