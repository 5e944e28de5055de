//! A plan becomes files: the templates, the filters that quote every value,
//! and the artefacts that come out. Pure: the templates are part of the
//! program, and nothing is written here.
//!
//! *Invariant:* no string reaches a file but through the quoting filter of its
//! format; a value that the format cannot express is refused.

mod artefact;
mod engine;
mod quote;

pub use artefact::{Artefact, artefacts};
pub use engine::RenderError;
