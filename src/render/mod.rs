//! A plan becomes files: the templates, the filters that quote every value,
//! and the artefacts that come out. Pure: the templates are part of the
//! program, or were read by the caller, and nothing is written here.
//!
//! *Invariant:* no string reaches a file but through the quoting filter of its
//! format; a value that the format cannot express is refused.

mod artefact;
mod engine;
mod quote;
mod tags;

pub use artefact::{Artefact, artefacts, artefacts_with};
pub use engine::{RenderError, Templates};
