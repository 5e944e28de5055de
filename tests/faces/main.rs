//! The faces of a difference on real files: patches that git and patch take,
//! pages that are well formed, and what is drawn for a terminal.
#![expect(clippy::disallowed_methods, reason = "runs programs on files")]
#![allow(missing_docs, unreachable_pub, reason = "a test binary")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic, its helpers too"
)]

mod drawn;
mod host;
mod patches;
mod trees;
