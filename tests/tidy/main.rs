//! What the repository promises about itself: every citation leads somewhere,
//! every source file keeps the house rules, no service names another's kind,
//! and no dependency brings a licence or a duplicate that nobody agreed to.
#![expect(
    clippy::disallowed_methods,
    reason = "reads the repository, runs programs"
)]
#![expect(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
#![expect(clippy::panic, reason = "a test may panic, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "JSON is read by its keys")]

mod citations;
mod dependencies;
mod house;
mod tree;
